/**
 * One whole packet from the server, as a value. Its size was found by `packet_size.ts`.
 */
import { type Handle, handle, type Information, type Reply } from "./messages.ts";
import { detailsOf } from "./details.ts";
import {
  EVENT_HEADER_BYTES,
  EVENT_NUMBERS,
  EXTENSION_FLAG,
  INFO_CODE,
  PLAIN_REPLIES,
  REPLY_CODE,
  STATE_NUMBERS,
} from "./numbers.ts";
import { PacketReader } from "./packet_bytes.ts";
import { type FormOneExit, readStatus, STATUS_SIZE, type StatusForm } from "./status_block.ts";
import { decodeText } from "./text.ts";

/** What the packet itself does not say about the status blocks in it. */
export interface StatusReading {
  /** By the request that is answered; needed for replies 62 and 70 only. */
  readonly form: StatusForm | undefined;
  readonly formOneExit: FormOneExit;
}

/**
 * A reply; undefined when it holds a value that no version has.
 *
 * @param bytes Begins with the packet; what follows its `size` is not looked at.
 * @throws {RangeError} When a length inside the packet reaches past its end.
 */
export function decodeReply(
  bytes: Uint8Array,
  size: number,
  reading: StatusReading,
): Reply | undefined {
  const packet = new PacketReader(bytes, size);
  const code = packet.u8();
  const plain = PLAIN_REPLIES.get(code);
  if (plain !== undefined) return { kind: plain };
  switch (code) {
    case REPLY_CODE.version:
      return { kind: "version", minimum: packet.u16(), current: packet.u16() };
    case REPLY_CODE["service-record"]:
      return readRecord(packet);
    case REPLY_CODE["service-info"]: {
      const nameLength = packet.u8();
      const form = reading.form === 1 ? 1 : 5;
      const status = readStatus(packet, form, reading.formOneExit);
      if (status === undefined) return undefined;
      return { kind: "service-info", form, status, name: packet.text(nameLength) };
    }
    case REPLY_CODE.status: {
      const existed = packet.u8() !== 0;
      const { form = 1 } = reading;
      const status = readStatus(packet, form, reading.formOneExit);
      return status === undefined ? undefined : { kind: "status", existed, form, status };
    }
    case REPLY_CODE["load-mechanism"]:
      return readLoadMechanism(packet);
    case REPLY_CODE.dependents:
      return { kind: "dependents", handles: readHandles(packet) };
    case REPLY_CODE["service-name"]:
      return readName(packet);
    case REPLY_CODE.log:
      packet.u8();
      return { kind: "log", bytes: packet.block(packet.u32()).slice() };
    case REPLY_CODE["description-directory"]:
      return { kind: "description-directory", directory: packet.text(packet.u32()) };
    case REPLY_CODE.environment:
      return { kind: "environment", entries: readEntries(packet.block(packet.i64())) };
    default:
      return undefined;
  }
}

/**
 * Information; undefined for a kind that is not known and is to be skipped.
 *
 * @param bytes As for {@link decodeReply}.
 * @throws {RangeError} When a length inside the packet reaches past its end.
 */
export function decodeInformation(
  bytes: Uint8Array,
  size: number,
  formOneExit: FormOneExit,
): Information | undefined {
  const packet = new PacketReader(bytes, size);
  const code = packet.u8();
  const length = packet.u8();
  switch (code) {
    case INFO_CODE["service-event-1"]:
    case INFO_CODE["service-event-5"]: {
      const form = code === INFO_CODE["service-event-1"] ? 1 : 5;
      const service = handle(packet.u32());
      const event = EVENT_NUMBERS[packet.u8()];
      if (event === undefined) return undefined;
      const hasStatus = length >= EVENT_HEADER_BYTES + STATUS_SIZE[form];
      const status = hasStatus ? readStatus(packet, form, formOneExit) : undefined;
      return { kind: "service-event", form, handle: service, event, status };
    }
    case INFO_CODE["environment-event"]: {
      const hadValue = packet.u8() !== 0;
      const text = packet.text(packet.u16()).replace(/\0$/, "");
      return { kind: "environment-event", text, hadValue };
    }
    default:
      return undefined;
  }
}

function readName(packet: PacketReader): Reply {
  const flag = packet.u8();
  const length = packet.u16();
  switch (flag) {
    case EXTENSION_FLAG.details:
      return { kind: "details", details: detailsOf(readEntries(packet.block(length))) };
    case EXTENSION_FLAG.cause:
      return { kind: "cause", faults: readEntries(packet.block(length)) };
    default:
      return { kind: "service-name", name: packet.text(length) };
  }
}

function readRecord(packet: PacketReader): Reply | undefined {
  const state = STATE_NUMBERS[packet.u8()];
  const service = handle(packet.u32());
  const target = STATE_NUMBERS[packet.u8()];
  if (state === undefined) return undefined;
  if (target !== "stopped" && target !== "started") return undefined;
  return { kind: "service-record", state, handle: service, target };
}

function readHandles(packet: PacketReader): Handle[] {
  const count = packet.i64();
  const handles: Handle[] = [];
  while (handles.length < count) handles.push(handle(packet.u32()));
  return handles;
}

function readLoadMechanism(packet: PacketReader): Reply {
  const mechanism = packet.u8();
  packet.u32();
  const count = packet.u32();
  const workingDirectory = packet.text(packet.u32());
  const directories: string[] = [];
  while (directories.length < count) directories.push(packet.text(packet.u32()));
  return { kind: "load-mechanism", mechanism, workingDirectory, directories };
}

/** Each entry ends with a NUL, the last one too. */
function readEntries(block: Uint8Array): string[] {
  const entries: string[] = [];
  let start = 0;
  for (let end = block.indexOf(0); end >= 0; end = block.indexOf(0, start)) {
    entries.push(decodeText(block.subarray(start, end)));
    start = end + 1;
  }
  return entries;
}
