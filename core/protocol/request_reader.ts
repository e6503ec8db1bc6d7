/**
 * Requests out of a stream of bytes: the server's side.
 *
 * Every request says by its first bytes how long it is, so a stream of them needs no framing.
 */
import { handle, type LinkEnds, type OrderFlags, type Request } from "./messages.ts";
import {
  EXTENSION_FLAG,
  LINK_NUMBERS,
  LOG_FLAG_CLEAR,
  ORDER_FLAG,
  REQUEST_CODE,
  SHUTDOWN_NUMBERS,
  TEXT_LIMIT_BYTES,
} from "./numbers.ts";
import { PacketReader } from "./packet_bytes.ts";

/** What the server finds at the beginning of the bytes it has received so far. */
export type RequestReading =
  /** A request that takes the first `length` bytes. */
  | { readonly kind: "request"; readonly request: Request; readonly length: number }
  /** A request to be answered with reply 51 (nak): a spare byte is set. The connection goes on. */
  | { readonly kind: "refused"; readonly length: number }
  /** It is not complete. */
  | { readonly kind: "need-more" }
  /** To be answered with reply 52; nothing after it may be read. */
  | { readonly kind: "bad"; readonly why: string };

const NEED_MORE: RequestReading = { kind: "need-more" };

/** Reads the request at the beginning of the bytes; never throws. */
export function readRequest(bytes: Uint8Array): RequestReading {
  const code = bytes[0];
  if (code === undefined) return NEED_MORE;
  switch (code) {
    case REQUEST_CODE.find:
    case REQUEST_CODE.load:
      return readName(bytes, code === REQUEST_CODE.find ? "find" : "load");
    case REQUEST_CODE["set-environment"]:
      return readEnvironmentText(bytes);
    default:
      return readFixed(bytes, code);
  }
}

function readName(bytes: Uint8Array, kind: "find" | "load"): RequestReading {
  const body = readText(bytes);
  if (body.kind !== "text") return body;
  if (body.text.startsWith(".") || body.text.startsWith("@")) {
    return bad(`Service name begins with "${body.text[0]}"`);
  }
  return { kind: "request", request: { kind, name: body.text }, length: body.length };
}

function readEnvironmentText(bytes: Uint8Array): RequestReading {
  const body = readText(bytes);
  if (body.kind !== "text") return body;
  if (body.text.startsWith("=")) return bad("Environment text has no name");
  // Such a variable could not be passed to any program.
  if (body.text.includes("\0")) return bad("Environment text has a NUL byte");
  const request: Request = { kind: "set-environment", text: body.text };
  return { kind: "request", request, length: body.length };
}

type TextReading =
  | { readonly kind: "text"; readonly text: string; readonly length: number }
  | { readonly kind: "need-more" }
  | { readonly kind: "bad"; readonly why: string };

/** Upstream looks at the length only when the first byte of the text is there: kept, for equal answers. */
function readText(bytes: Uint8Array): TextReading {
  if (bytes.length < 4) return { kind: "need-more" };
  const packet = new PacketReader(bytes);
  packet.u8();
  const textLength = packet.u16();
  if (textLength === 0 || textLength > TEXT_LIMIT_BYTES) {
    return {
      kind: "bad",
      why: `Text of ${textLength} bytes: allowed are 1 to ${TEXT_LIMIT_BYTES}`,
    };
  }
  if (packet.left < textLength) return { kind: "need-more" };
  return { kind: "text", text: packet.text(textLength), length: 3 + textLength };
}

function readFixed(bytes: Uint8Array, code: number): RequestReading {
  const length = fixedLength(code);
  if (length === undefined) return bad(`Unknown request ${code}`);
  if (bytes.length < length) return NEED_MORE;
  const packet = new PacketReader(bytes);
  packet.u8();
  const result = readBody(packet, code);
  if (result === "refused") return { kind: "refused", length };
  if (typeof result === "string") return bad(result);
  return { kind: "request", request: result, length };
}

function fixedLength(code: number): number | undefined {
  switch (code) {
    case REQUEST_CODE["query-version"]:
    case REQUEST_CODE.list:
    case REQUEST_CODE["query-load-mechanism"]:
    case REQUEST_CODE["list-5"]:
    case REQUEST_CODE["listen-environment"]:
      return 1;
    case REQUEST_CODE.shutdown:
    case REQUEST_CODE["list-environment"]:
      return 2;
    case REQUEST_CODE.unpin:
    case REQUEST_CODE.unload:
    case REQUEST_CODE.reload:
    case REQUEST_CODE.status:
    case REQUEST_CODE["status-5"]:
    case REQUEST_CODE["status-6"]:
    case REQUEST_CODE["close-handle"]:
      return 5;
    case REQUEST_CODE.start:
    case REQUEST_CODE.stop:
    case REQUEST_CODE.wake:
    case REQUEST_CODE.release:
    case REQUEST_CODE["query-name"]:
    case REQUEST_CODE["query-description-directory"]:
    case REQUEST_CODE["set-trigger"]:
    case REQUEST_CODE["read-log"]:
      return 6;
    case REQUEST_CODE.signal:
      return 9;
    case REQUEST_CODE["add-dependency"]:
    case REQUEST_CODE["remove-dependency"]:
    case REQUEST_CODE.enable:
    case REQUEST_CODE["enable-7"]:
      return 10;
    default:
      return undefined;
  }
}

/** The request, `"refused"`, or why it is bad. */
function readBody(packet: PacketReader, code: number): Request | string {
  switch (code) {
    case REQUEST_CODE["query-version"]:
      return { kind: "query-version" };
    case REQUEST_CODE.list:
      return { kind: "list" };
    case REQUEST_CODE["query-load-mechanism"]:
      return { kind: "query-load-mechanism" };
    case REQUEST_CODE["list-5"]:
      return { kind: "list-5" };
    case REQUEST_CODE["listen-environment"]:
      return { kind: "listen-environment" };
    case REQUEST_CODE["list-environment"]:
      return packet.u8() === 0 ? { kind: "list-environment" } : "Spare byte is not 0";
    case REQUEST_CODE.shutdown:
      return readShutdown(packet);
    case REQUEST_CODE.start:
      return { kind: "start", ...readOrder(packet) };
    case REQUEST_CODE.wake:
      return { kind: "wake", ...readOrder(packet) };
    case REQUEST_CODE.release:
      return { kind: "release", ...readOrder(packet) };
    case REQUEST_CODE.stop: {
      const { gentle, restart, ...order } = readOrderFlags(packet);
      return { kind: "stop", gentle, restart, ...order };
    }
    case REQUEST_CODE.unpin:
      return { kind: "unpin", handle: readHandle(packet) };
    case REQUEST_CODE.unload:
      return { kind: "unload", handle: readHandle(packet) };
    case REQUEST_CODE.reload:
      return { kind: "reload", handle: readHandle(packet) };
    case REQUEST_CODE.status:
      return { kind: "status", handle: readHandle(packet) };
    case REQUEST_CODE["status-5"]:
      return { kind: "status-5", handle: readHandle(packet) };
    case REQUEST_CODE["status-6"]:
      return { kind: "status-6", handle: readHandle(packet) };
    case REQUEST_CODE["close-handle"]:
      return { kind: "close-handle", handle: readHandle(packet) };
    case REQUEST_CODE["query-name"]:
      return readNameQuery(packet);
    case REQUEST_CODE["query-description-directory"]:
      if (packet.u8() !== 0) return "refused";
      return { kind: "query-description-directory", handle: readHandle(packet) };
    case REQUEST_CODE["set-trigger"]:
      return { kind: "set-trigger", handle: readHandle(packet), on: packet.u8() !== 0 };
    case REQUEST_CODE["read-log"]: {
      const clear = (packet.u8() & LOG_FLAG_CLEAR) !== 0;
      return { kind: "read-log", clear, handle: readHandle(packet) };
    }
    case REQUEST_CODE.signal:
      return { kind: "signal", signal: packet.i32(), handle: readHandle(packet) };
    default:
      return readLink(packet, code);
  }
}

function readNameQuery(packet: PacketReader): Request {
  switch (packet.u8()) {
    case EXTENSION_FLAG.details:
      return { kind: "query-details", handle: readHandle(packet) };
    case EXTENSION_FLAG.cause:
      return { kind: "query-cause" };
    default:
      return { kind: "query-name", handle: readHandle(packet) };
  }
}

function readShutdown(packet: PacketReader): Request | string {
  const number = packet.u8();
  const type = SHUTDOWN_NUMBERS[number];
  if (type === undefined) return `Unknown shutdown type ${number}`;
  return { kind: "shutdown", type };
}

const LINK_KINDS = {
  [REQUEST_CODE["add-dependency"]]: "add-dependency",
  [REQUEST_CODE["remove-dependency"]]: "remove-dependency",
  [REQUEST_CODE.enable]: "enable",
  [REQUEST_CODE["enable-7"]]: "enable-7",
} as const;

function readLink(packet: PacketReader, code: number): Request | string {
  const kind = LINK_KINDS[code as keyof typeof LINK_KINDS];
  const number = packet.u8();
  const link = LINK_NUMBERS[number];
  if (link === undefined) return `Dependency type ${number} is not for requests`;
  const ends: LinkEnds = { link, from: readHandle(packet), to: readHandle(packet) };
  return { kind, ...ends };
}

function readOrder(packet: PacketReader): OrderFlags {
  const { handle, pin, preack } = readOrderFlags(packet);
  return { handle, pin, preack };
}

function readOrderFlags(packet: PacketReader) {
  const flags = packet.u8();
  return {
    handle: readHandle(packet),
    pin: (flags & ORDER_FLAG.pin) !== 0,
    gentle: (flags & ORDER_FLAG.gentle) !== 0,
    restart: (flags & ORDER_FLAG.restart) !== 0,
    preack: (flags & ORDER_FLAG.preack) !== 0,
  };
}

function readHandle(packet: PacketReader) {
  return handle(packet.u32());
}

function bad(why: string): RequestReading {
  return { kind: "bad", why };
}
