/**
 * A table of packets, a row each, and what follows from it: the type of their messages, their
 * bytes, their length, their reading.
 *
 * A packet begins with the code of its row; a row with a mark wants that in the second byte as
 * well. The fields follow.
 */
import { Fault, type Field, type Size } from "./fields.ts";
import type { PacketReader, PacketWriter } from "./packet_bytes.ts";
import type { StatusReading } from "../status_block.ts";

export interface PacketRow {
  /** First byte. */
  readonly code: number;
  /** Second byte, in extensions of ours; a row of the same code without a mark takes all others. */
  readonly mark?: number;
  /** That of its messages, when it is not the row's own name: two packets say the same. */
  readonly kind?: string;
  /** In the order of the bytes. */
  readonly fields: readonly Field[];
}

/** Rows by the kind of their message. */
export type PacketTable = Readonly<Record<string, PacketRow>>;

/** All messages of a table: for each row its kind and the properties of its fields. */
export type MessageOf<Table extends PacketTable> = {
  readonly [Name in keyof Table & string]: Flat<
    & { readonly kind: Table[Name] extends { readonly kind: infer Kind } ? Kind : Name }
    & PropertiesOf<Table[Name]["fields"]>
  >;
}[keyof Table & string];

type PropertiesOf<Fields extends readonly Field[]> = Fields extends
  readonly [Field<infer Properties>, ...infer Rest extends readonly Field[]]
  ? Properties & PropertiesOf<Rest>
  : unknown;

/** The same type, written as one list of properties. */
type Flat<Type> = { [Name in keyof Type]: Type[Name] };

/** A row with what follows from it. */
export interface KnownPacket<Message> {
  /** Of its messages. */
  readonly kind: string;
  readonly row: PacketRow;
  /** Of the whole packet, in bytes; undefined: it is told by the bytes. */
  readonly fixedLength: number | undefined;
  /** Of no value: ties the row to the type of what is read by it. */
  readonly message?: Message;
}

/** Finds which packet begins with the bytes; undefined: none that is known. */
export type PacketFinder<Message> = (
  bytes: Uint8Array,
) => KnownPacket<Message> | "need-more" | undefined;

/**
 * For one side of the talk: the other has no use for it, so it is made ready when it is first
 * called.
 */
export function packetFinder<Table extends PacketTable>(
  table: Table,
): PacketFinder<MessageOf<Table>> {
  let byCode: readonly (readonly KnownPacket<MessageOf<Table>>[])[] | undefined;
  return (bytes) => {
    const code = bytes[0];
    if (code === undefined) return "need-more";
    byCode ??= packetsByCode(table);
    const packets = byCode[code];
    if (packets === undefined) return undefined;
    return packets.length === 1 ? packets[0] : markedOrNot(packets, bytes[1]);
  };
}

function markedOrNot<Message>(
  packets: readonly KnownPacket<Message>[],
  mark: number | undefined,
): KnownPacket<Message> | "need-more" | undefined {
  if (mark === undefined) return "need-more";
  return packets.find(({ row }) => row.mark === undefined || row.mark === mark);
}

/** Those of one code stand together, marked ones first. */
function packetsByCode<Message>(table: PacketTable): KnownPacket<Message>[][] {
  const byCode: KnownPacket<Message>[][] = [];
  for (const [name, row] of Object.entries(table)) {
    const packets = byCode[row.code] ??= [];
    const packet = { kind: row.kind ?? name, row, fixedLength: fixedLength(row) };
    if (row.mark === undefined) packets.push(packet);
    else packets.unshift(packet);
  }
  return byCode;
}

function fixedLength(row: PacketRow): number | undefined {
  let length = headLength(row);
  for (const { size } of row.fields) {
    if (typeof size !== "number") return undefined;
    length += size;
  }
  return length;
}

/** The length of the packet that begins with the bytes. */
export function packetLength(
  known: KnownPacket<unknown>,
  bytes: Uint8Array,
  reading: StatusReading,
): Size {
  if (known.fixedLength !== undefined) return known.fixedLength;
  let length = headLength(known.row);
  for (const { size } of known.row.fields) {
    const fieldSize = typeof size === "number" ? size : size(bytes, length, reading);
    if (typeof fieldSize !== "number") return fieldSize;
    length += fieldSize;
  }
  return length;
}

/** Appends a packet. @param message One of the row's kind. */
export function writePacket(packet: PacketWriter, row: PacketRow, message: object): void {
  const { code, mark, fields } = row;
  packet.u8(code);
  if (mark !== undefined) packet.u8(mark);
  // By index, here and below: without V8's compilers, the other loop takes longer than most fields.
  for (let at = 0; at < fields.length; at++) fields[at]?.write(packet, message);
}

/**
 * Reads a packet that is there whole, from its beginning.
 *
 * @throws {RangeError} When a length inside it reaches past its end.
 */
export function readPacket<Message>(
  packet: PacketReader,
  known: KnownPacket<Message>,
  reading: StatusReading,
): Message | Fault {
  const { kind, row } = known;
  const { fields } = row;
  packet.skip(headLength(row));
  const message = { kind };
  for (let at = 0; at < fields.length; at++) {
    const fault = fields[at]?.read(packet, message, reading);
    if (fault !== undefined) return fault;
  }
  // Now that each field of the row has put its properties there, which is what MessageOf says.
  return message as Message;
}

function headLength(row: PacketRow): number {
  return row.mark === undefined ? 1 : 2;
}
