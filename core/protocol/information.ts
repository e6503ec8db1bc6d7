/**
 * Information, which the server sends unasked, at any place between replies: a row each.
 *
 * The byte after the code is the packet's length, so that clients can skip what they do not know.
 */
import { BOOLEAN, choice, Fault, type Field, field, HANDLE, type Size } from "./layout/fields.ts";
import { type Handle, handle } from "./handle.ts";
import type { HealthState, ServiceEvent } from "../types.ts";
import { EVENT_NUMBERS, HEALTH_NUMBERS } from "./numbers.ts";
import { encodeText } from "../text/byte_text.ts";
import { packetBytes, type PacketReader } from "./layout/packet_bytes.ts";
import {
  type MessageOf,
  packetFinder,
  type PacketRow,
  readPacket,
  writePacket,
} from "./layout/packet_table.ts";
import {
  readStatus,
  type ReportedStatus,
  STATUS_SIZE,
  type StatusReading,
  writeStatus,
} from "./status_block.ts";
import { ENDED_TEXT, lengthAt } from "./layout/text_fields.ts";

/** Bytes of a service event before its status, without code and length. */
const EVENT_HEADER_BYTES = 5;

const NOT_INFORMATION = new Fault("It is no information");
const UNKNOWN = new Fault("Information is not known");

interface InformationRow extends PacketRow {
  /** What the length byte counts, when that is not the whole packet. */
  readonly headerBytes?: number;
}

/** Written when it is known: {@link encodeInformation}. */
const LENGTH: Field = {
  size: 1,
  write: (packet) => void packet.u8(0),
  read: (packet) => void packet.skip(1),
};

/**
 * Handle, event, status. By hand, as a manager that starts has thousands of them.
 *
 * @param form Told by the packet's code.
 */
function serviceEvent(form: 1 | 5): Field<{
  readonly handle: Handle;
  readonly event: ServiceEvent;
  readonly form: 1 | 5;
  /** As it was when the event was made; servers before 0.16 send none. */
  readonly status: ReportedStatus | undefined;
}> {
  return {
    // Never asked: the length is in the packet.
    size: EVENT_HEADER_BYTES + STATUS_SIZE[form],
    write(packet, message) {
      packet.u32(message.handle).u8(EVENT_NUMBERS.indexOf(message.event));
      if (message.status !== undefined) writeStatus(packet, message.status, form);
    },
    read(packet, message, { formOneExit }) {
      message.handle = handle(packet.u32());
      const event = EVENT_NUMBERS[packet.u8()];
      if (event === undefined) return UNKNOWN;
      message.event = event;
      message.form = form;
      message.status = packet.left < STATUS_SIZE[form]
        ? undefined
        : readStatus(packet, form, formOneExit);
      return undefined;
    },
  };
}

/** Each event of a service comes twice: first with a status of form 5, then of form 1. */
const INFORMATION = {
  "service-event-1": {
    kind: "service-event",
    code: 100,
    fields: [LENGTH, serviceEvent(1)],
  },
  "service-event-5": {
    kind: "service-event",
    code: 101,
    fields: [LENGTH, serviceEvent(5)],
  },
  /** Text: `NAME=VALUE`, or `NAME` when unset. `hadValue`: the name had a value before. */
  "environment-event": {
    code: 102,
    headerBytes: 5,
    fields: [LENGTH, field("hadValue", BOOLEAN), field("text", ENDED_TEXT)],
  },
  /**
   * Ours: only connections that asked for it (`query-remarks`) are sent any. `why`: what was wrong
   * with the last answer, cut to what the packet's length can count.
   */
  "health-event": {
    code: 103,
    fields: [
      LENGTH,
      field("handle", HANDLE),
      field("state", choice(HEALTH_NUMBERS)),
      field("why", ENDED_TEXT),
    ],
  },
} as const satisfies Readonly<Record<string, InformationRow>>;

export type Information = MessageOf<typeof INFORMATION>;

/** Longest `why` of a health event: the packet has 10 bytes beside it. */
const LONGEST_WHY_BYTES = 245;

/** Codes that clients take for information, known or not. */
const FIRST_CODE = 100;
const LAST_CODE = 127;

const informationAt = packetFinder(INFORMATION);

/** An information packet as bytes, to be written whole. */
export function encodeInformation(information: Information): Uint8Array {
  const row = rowOf(information);
  return packetBytes((packet) => {
    writePacket(packet, row, information);
    packet.bytes[1] = row.headerBytes ?? packet.length;
  });
}

/** @param why A character that would be cut in two is left out. */
export function healthEvent(handle: Handle, state: HealthState, why: string): Information {
  let cut = why;
  // A character has three bytes for each of its UTF-16 units at most.
  if (cut.length * 3 > LONGEST_WHY_BYTES) {
    const characters = [...cut.slice(0, LONGEST_WHY_BYTES)];
    while (encodeText(characters.join("")).length > LONGEST_WHY_BYTES) characters.pop();
    cut = characters.join("");
  }
  return { kind: "health-event", handle, state, why: cut };
}

function rowOf(information: Information): InformationRow {
  if (information.kind === "health-event") return INFORMATION["health-event"];
  if (information.kind === "environment-event") return INFORMATION["environment-event"];
  return INFORMATION[information.form === 5 ? "service-event-5" : "service-event-1"];
}

/** The length of the information at the beginning of the bytes, of an unknown kind, too. */
export function informationLength(bytes: Uint8Array): Size {
  const code = bytes[0] ?? 0;
  const length = bytes[1];
  if (code < FIRST_CODE || code > LAST_CODE) return NOT_INFORMATION;
  if (length === undefined) return "need-more";
  if (code !== INFORMATION["environment-event"].code) return length;
  const textLength = lengthAt(bytes, 3, 2);
  return typeof textLength === "number" ? length + textLength : textLength;
}

/**
 * Reads information that is there whole; a fault for a kind that is not known and is to be skipped.
 *
 * @throws {RangeError} When a length inside it reaches past its end.
 */
export function decodeInformation(
  packet: PacketReader,
  reading: StatusReading,
): Information | Fault {
  const known = informationAt(packet.bytes);
  if (typeof known === "object") return readPacket(packet, known, reading);
  // Code and length are there at the least: one of no bytes would come again and again.
  packet.u8();
  packet.u8();
  return UNKNOWN;
}
