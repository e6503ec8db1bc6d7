/**
 * Replies and information out of a stream of bytes: the client's side.
 *
 * Two kinds of packet cannot be read from themselves alone: the status in replies 62 and 70 has a size
 * that follows from the request. So the reader is told of every request sent, in order; each request
 * gets exactly one final reply (a list's entries and reply 79 come before it).
 */
import { type Handle, handle, type Information, type Reply, type Request } from "./messages.ts";
import type { PlainReplyKind } from "./messages.ts";
import { EVENT_NUMBERS, INFO_CODE, REPLY_CODE, STATE_NUMBERS } from "./numbers.ts";
import { PacketReader } from "./packet_bytes.ts";
import { type FormOneExit, readStatus, STATUS_SIZE, type StatusForm } from "./status_block.ts";
import { decodeText } from "./text.ts";
import { VERSION_OF_EXIT_DETAILS } from "./version.ts";

/** A packet from the server, or the finding that the stream cannot be understood (it ends there). */
export type ServerPacket =
  | { readonly kind: "reply"; readonly reply: Reply }
  | { readonly kind: "information"; readonly information: Information }
  | { readonly kind: "malformed"; readonly why: string };

/** Longest reply accepted, in bytes; beyond, the stream counts as malformed. */
export const REPLY_LIMIT_BYTES = 64 * 1024 * 1024;

const PLAIN_REPLIES: ReadonlyMap<number, PlainReplyKind> = new Map(
  ([
    "ack",
    "nak",
    "bad-request",
    "out-of-memory",
    "no-service",
    "already",
    "list-done",
    "pinned-stopped",
    "pinned-started",
    "shutting-down",
    "description-error",
    "load-error",
    "signal-no-process",
    "signal-bad-number",
    "signal-failed",
    "preack",
  ] satisfies PlainReplyKind[]).map((kind) => [REPLY_CODE[kind], kind]),
);

/** Size of a packet by its first bytes; undefined while they do not tell it yet. */
type Size = number | undefined;

/** Reads packets as their bytes come, in pieces of any size. Owns nothing but memory. */
export class ReplyReader {
  #bytes = new Uint8Array(0);
  readonly #requests: Request["kind"][] = [];
  #formOneExit: FormOneExit = "success-or-failure";
  #malformed: string | undefined;

  /** To be called for each request sent, before its reply is read. */
  expect(request: Request): void {
    this.#requests.push(request.kind);
  }

  /** Requests that have not got their final reply. */
  get pending(): number {
    return this.#requests.length;
  }

  /** Adds bytes from the server; they are copied. */
  push(bytes: Uint8Array): void {
    const joined = new Uint8Array(this.#bytes.length + bytes.length);
    joined.set(this.#bytes);
    joined.set(bytes, this.#bytes.length);
    this.#bytes = joined;
  }

  /**
   * The next packet; undefined when more bytes are needed. Information of unknown kinds is skipped.
   * After `malformed` it gives only that.
   */
  next(): ServerPacket | undefined {
    for (;;) {
      if (this.#malformed !== undefined) return { kind: "malformed", why: this.#malformed };
      const size = this.#size();
      if (this.#malformed !== undefined) continue;
      if (size === undefined || this.#bytes.length < size) return undefined;
      const packet = new PacketReader(this.#bytes.subarray(0, size));
      this.#bytes = this.#bytes.subarray(size);
      const result = this.#read(packet);
      if (result !== undefined) return result;
    }
  }

  #size(): Size {
    const code = this.#bytes[0];
    if (code === undefined) return undefined;
    const size = isInformation(code)
      ? informationSize(this.#bytes, code)
      : this.#replySize(this.#bytes, code);
    if (size !== undefined && size > REPLY_LIMIT_BYTES) {
      this.#malformed = `Packet ${code} of ${size} bytes is too long`;
    }
    return size;
  }

  #replySize(bytes: Uint8Array, code: number): Size {
    if (PLAIN_REPLIES.has(code)) return 1;
    switch (code) {
      case REPLY_CODE.version:
        return 5;
      case REPLY_CODE["service-record"]:
        return 7;
      case REPLY_CODE["service-info"]: {
        const form = this.#statusForm();
        if (form === undefined) return this.#unexpected(code);
        return bytes.length < 2 ? undefined : 2 + STATUS_SIZE[form] + (bytes[1] ?? 0);
      }
      case REPLY_CODE.status: {
        const form = this.#statusForm();
        return form === undefined ? this.#unexpected(code) : 2 + STATUS_SIZE[form];
      }
      case REPLY_CODE["load-mechanism"]:
        return lengthAt(bytes, 2, 4);
      case REPLY_CODE.dependents:
        return add(9, multiply(4, lengthAt(bytes, 1, 8)));
      case REPLY_CODE["service-name"]:
        return add(4, lengthAt(bytes, 2, 2));
      case REPLY_CODE.log:
        return add(6, lengthAt(bytes, 2, 4));
      case REPLY_CODE["description-directory"]:
        return add(5, lengthAt(bytes, 1, 4));
      case REPLY_CODE.environment:
        return add(9, lengthAt(bytes, 1, 8));
      default:
        return this.#unexpected(code);
    }
  }

  #unexpected(code: number): undefined {
    this.#malformed = `Packet ${code} was not expected`;
    return undefined;
  }

  /** Which form the request now being answered asked for. */
  #statusForm(): StatusForm | undefined {
    switch (this.#requests[0]) {
      case "list":
      case "status":
        return 1;
      case "list-5":
      case "status-5":
        return 5;
      case "status-6":
      case "enable-7":
        return 6;
      default:
        return undefined;
    }
  }

  #read(packet: PacketReader): ServerPacket | undefined {
    try {
      const code = packet.u8();
      if (isInformation(code)) return this.#readInformation(packet, code);
      const reply = this.#readReply(packet, code);
      if (reply === undefined) return this.#fail(`Packet ${code} has a value that is not defined`);
      if (reply.kind === "version") {
        this.#formOneExit = reply.current < VERSION_OF_EXIT_DETAILS
          ? "wait-status"
          : "success-or-failure";
      }
      if (reply.kind !== "preack" && reply.kind !== "service-info") this.#requests.shift();
      return { kind: "reply", reply };
    } catch (error) {
      if (error instanceof RangeError) return this.#fail(error.message);
      throw error;
    }
  }

  #fail(why: string): ServerPacket {
    this.#malformed = why;
    return { kind: "malformed", why };
  }

  #readReply(packet: PacketReader, code: number): Reply | undefined {
    const plain = PLAIN_REPLIES.get(code);
    if (plain !== undefined) return { kind: plain };
    switch (code) {
      case REPLY_CODE.version:
        return { kind: "version", minimum: packet.u16(), current: packet.u16() };
      case REPLY_CODE["service-record"]:
        return readRecord(packet);
      case REPLY_CODE["service-info"]: {
        const nameLength = packet.u8();
        const form = this.#statusForm() === 1 ? 1 : 5;
        const status = readStatus(packet, form, this.#formOneExit);
        if (status === undefined) return undefined;
        return { kind: "service-info", form, status, name: packet.text(nameLength) };
      }
      case REPLY_CODE.status: {
        const existed = packet.u8() !== 0;
        const form = this.#statusForm() ?? 1;
        const status = readStatus(packet, form, this.#formOneExit);
        return status === undefined ? undefined : { kind: "status", existed, form, status };
      }
      case REPLY_CODE["load-mechanism"]:
        return readLoadMechanism(packet);
      case REPLY_CODE.dependents:
        return { kind: "dependents", handles: readHandles(packet) };
      case REPLY_CODE["service-name"]:
        packet.u8();
        return { kind: "service-name", name: packet.text(packet.u16()) };
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

  /** Undefined for an unknown kind. */
  #readInformation(packet: PacketReader, code: number): ServerPacket | undefined {
    const length = packet.u8();
    switch (code) {
      case INFO_CODE["service-event-1"]:
      case INFO_CODE["service-event-5"]: {
        const form = code === INFO_CODE["service-event-1"] ? 1 : 5;
        const service = handle(packet.u32());
        const event = EVENT_NUMBERS[packet.u8()];
        if (event === undefined) return undefined;
        const hasStatus = length >= 7 + STATUS_SIZE[form];
        const status = hasStatus ? readStatus(packet, form, this.#formOneExit) : undefined;
        return {
          kind: "information",
          information: { kind: "service-event", form, handle: service, event, status },
        };
      }
      case INFO_CODE["environment-event"]: {
        const hadValue = packet.u8() !== 0;
        const text = packet.text(packet.u16()).replace(/\0$/, "");
        return { kind: "information", information: { kind: "environment-event", text, hadValue } };
      }
      default:
        return undefined;
    }
  }
}

function isInformation(code: number): boolean {
  return code >= INFO_CODE["service-event-1"] && code <= INFO_CODE.last;
}

function informationSize(bytes: Uint8Array, code: number): Size {
  if (bytes.length < 2) return undefined;
  const length = Math.max(bytes[1] ?? 0, 2);
  if (code !== INFO_CODE["environment-event"]) return length;
  return add(length, lengthAt(bytes, 3, 2));
}

/** The length field at a place; undefined while its bytes are missing. */
function lengthAt(bytes: Uint8Array, at: number, width: 2 | 4 | 8): Size {
  if (bytes.length < at + width) return undefined;
  const field = new PacketReader(bytes.subarray(at, at + width));
  if (width === 2) return field.u16();
  if (width === 4) return field.u32();
  const length = field.i64();
  return length < 0 ? Infinity : length;
}

function add(header: number, length: Size): Size {
  return length === undefined ? undefined : header + length;
}

function multiply(count: number, length: Size): Size {
  return length === undefined ? undefined : count * length;
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
