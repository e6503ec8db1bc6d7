/**
 * How long the next packet from the server is, by its first bytes.
 */
import { INFO_CODE, PLAIN_REPLIES, REPLY_CODE } from "./numbers.ts";
import { PacketReader } from "./packet_bytes.ts";
import { STATUS_SIZE, type StatusForm } from "./status_block.ts";

/** A size in bytes, `"need-more"` while the bytes do not tell it yet, or that no such packet can come. */
export type PacketSize = number | "need-more" | "unexpected";

/** Whether a packet with this first byte is information, which comes unasked. */
export function isInformation(code: number): boolean {
  return code >= INFO_CODE["service-event-1"] && code <= INFO_CODE.last;
}

/**
 * The size of the packet at the beginning of the bytes. It may be more than fits memory: the sender's
 * word is not checked.
 *
 * @param form Form of a status in replies 62 and 70, by the request; undefined: they are not expected.
 */
export function packetSize(bytes: Uint8Array, form: StatusForm | undefined): PacketSize {
  const code = bytes[0];
  if (code === undefined) return "need-more";
  // First what comes in thousands.
  if (code === REPLY_CODE["service-info"] && form !== undefined) {
    return sum(2 + STATUS_SIZE[form], lengthAt(bytes, 1, 1));
  }
  if (isInformation(code)) return informationSize(bytes, code);
  if (PLAIN_REPLIES.has(code)) return 1;
  switch (code) {
    case REPLY_CODE.version:
      return 5;
    case REPLY_CODE["service-record"]:
      return 7;
    case REPLY_CODE.status:
      return form === undefined ? "unexpected" : 2 + STATUS_SIZE[form];
    case REPLY_CODE["load-mechanism"]:
      return lengthAt(bytes, 2, 4);
    case REPLY_CODE.dependents: {
      const count = lengthAt(bytes, 1, 8);
      return typeof count === "number" ? 9 + 4 * count : count;
    }
    case REPLY_CODE["service-name"]:
      return sum(4, lengthAt(bytes, 2, 2));
    case REPLY_CODE.log:
      return sum(6, lengthAt(bytes, 2, 4));
    case REPLY_CODE["description-directory"]:
      return sum(5, lengthAt(bytes, 1, 4));
    case REPLY_CODE.environment:
      return sum(9, lengthAt(bytes, 1, 8));
    default:
      return "unexpected";
  }
}

/** The second byte is the length, but an environment event's counts only its header. */
function informationSize(bytes: Uint8Array, code: number): PacketSize {
  const length = lengthAt(bytes, 1, 1);
  if (code !== INFO_CODE["environment-event"] || typeof length !== "number") return length;
  return sum(length, lengthAt(bytes, 3, 2));
}

function lengthAt(bytes: Uint8Array, at: number, width: 1 | 2 | 4 | 8): PacketSize {
  if (bytes.length < at + width) return "need-more";
  // Each entry of a list comes here.
  if (width === 1) return bytes[at] ?? 0;
  const field = new PacketReader(bytes.subarray(at, at + width));
  switch (width) {
    case 2:
      return field.u16();
    case 4:
      return field.u32();
    case 8: {
      const length = field.i64();
      return length < 0 ? Infinity : length;
    }
  }
}

function sum(header: number, length: PacketSize): PacketSize {
  return typeof length === "number" ? header + length : length;
}
