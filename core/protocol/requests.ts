/**
 * Requests as bytes: the client's side. The server's is `request_reader.ts`.
 */
import { unreachable } from "../types.ts";
import type { OrderFlags, Request } from "./messages.ts";
import {
  EXTENSION_FLAG,
  LINK_NUMBERS,
  LOG_FLAG_CLEAR,
  NO_HANDLE,
  ORDER_FLAG,
  REQUEST_CODE,
  SHUTDOWN_NUMBERS,
  TEXT_LIMIT_BYTES,
} from "./numbers.ts";
import { PacketWriter } from "./packet_bytes.ts";
import { encodeText } from "./text.ts";

/**
 * A request as bytes, to be sent in one write.
 *
 * @throws {RangeError} When a name or text is empty or longer than 1021 bytes.
 */
export function encodeRequest(request: Request): Uint8Array {
  const packet = new PacketWriter().u8(REQUEST_CODE[request.kind]);
  switch (request.kind) {
    case "query-version":
    case "list":
    case "query-load-mechanism":
    case "list-5":
    case "listen-environment":
      break;
    case "find":
    case "load":
      writeText(packet, request.name);
      break;
    case "set-environment":
      writeText(packet, request.text);
      break;
    case "start":
    case "stop":
    case "wake":
    case "release":
      packet.u8(orderFlags(request)).u32(request.handle);
      break;
    case "unpin":
    case "unload":
    case "reload":
    case "status":
    case "status-5":
    case "status-6":
    case "close-handle":
      packet.u32(request.handle);
      break;
    case "query-name":
      packet.u8(0).u32(request.handle);
      break;
    case "query-details":
      packet.u8(EXTENSION_FLAG.details).u32(request.handle);
      break;
    case "query-cause":
      packet.u8(EXTENSION_FLAG.cause).u32(NO_HANDLE);
      break;
    case "query-description-directory":
      packet.u8(0).u32(request.handle);
      break;
    case "shutdown":
      packet.u8(SHUTDOWN_NUMBERS.indexOf(request.type));
      break;
    case "add-dependency":
    case "remove-dependency":
    case "enable":
    case "enable-7":
      packet.u8(LINK_NUMBERS.indexOf(request.link)).u32(request.from).u32(request.to);
      break;
    case "set-trigger":
      packet.u32(request.handle).u8(request.on ? 1 : 0);
      break;
    case "read-log":
      packet.u8(request.clear ? LOG_FLAG_CLEAR : 0).u32(request.handle);
      break;
    case "signal":
      packet.i32(request.signal).u32(request.handle);
      break;
    case "list-environment":
      packet.u8(0);
      break;
    default:
      unreachable(request);
  }
  return packet.finish();
}

function orderFlags(request: Extract<Request, OrderFlags>): number {
  let flags = request.pin ? ORDER_FLAG.pin : 0;
  if (request.preack) flags |= ORDER_FLAG.preack;
  if (request.kind === "stop" && request.gentle) flags |= ORDER_FLAG.gentle;
  if (request.kind === "stop" && request.restart) flags |= ORDER_FLAG.restart;
  return flags;
}

function writeText(packet: PacketWriter, text: string): void {
  const bytes = encodeText(text);
  if (bytes.length === 0 || bytes.length > TEXT_LIMIT_BYTES) {
    throw new RangeError(
      `Text of ${bytes.length} bytes cannot be sent: allowed are 1 to ${TEXT_LIMIT_BYTES}`,
    );
  }
  packet.u16(bytes.length).block(bytes);
}
