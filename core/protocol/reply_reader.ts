/**
 * Replies and information out of a stream of bytes: the client's side.
 *
 * Two kinds of packet cannot be read from themselves alone: the status in replies 62 and 70 has a size
 * that follows from the request. So the reader is told of every request sent, in order; each request
 * gets exactly one final reply (a list's entries and reply 79 come before it).
 */
import { ByteQueue } from "./byte_queue.ts";
import type { Information, Reply, Request } from "./messages.ts";
import { isInformation, packetSize } from "./packet_size.ts";
import { decodeInformation, decodeReply } from "./reply_decoder.ts";
import type { FormOneExit, StatusForm } from "./status_block.ts";
import { VERSION_OF_EXIT_DETAILS } from "./version.ts";

/** A packet from the server, or the finding that the stream cannot be understood (it ends there). */
export type ServerPacket =
  | { readonly kind: "reply"; readonly reply: Reply }
  | { readonly kind: "information"; readonly information: Information }
  | { readonly kind: "malformed"; readonly why: string };

/** Longest packet accepted, in bytes; beyond, the stream counts as malformed. */
export const REPLY_LIMIT_BYTES = 64 * 1024 * 1024;

/** Reads packets as their bytes come, in pieces of any size. Owns nothing but memory. */
export class ReplyReader {
  readonly #queue = new ByteQueue();
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
    this.#queue.push(bytes);
  }

  /**
   * The next packet; undefined when more bytes are needed. Information of unknown kinds is skipped.
   * After `malformed` it gives only that.
   */
  next(): ServerPacket | undefined {
    for (;;) {
      if (this.#malformed !== undefined) return { kind: "malformed", why: this.#malformed };
      const { bytes } = this.#queue;
      const size = packetSize(bytes, this.#statusForm());
      if (size === "need-more") return undefined;
      const code = bytes[0] ?? 0;
      if (size === "unexpected") {
        this.#malformed = `Packet ${code} was not expected`;
      } else if (size > REPLY_LIMIT_BYTES) {
        this.#malformed = `Packet ${code} of ${size} bytes is too long`;
      } else if (bytes.length < size) {
        return undefined;
      } else {
        const packet = this.#read(bytes, size, code);
        this.#queue.take(size);
        if (packet !== undefined) return packet;
      }
    }
  }

  /** Undefined when the packet is skipped or malformed. */
  #read(bytes: Uint8Array, size: number, code: number): ServerPacket | undefined {
    try {
      if (isInformation(code)) {
        const information = decodeInformation(bytes, size, this.#formOneExit);
        return information === undefined ? undefined : { kind: "information", information };
      }
      const reading = { form: this.#statusForm(), formOneExit: this.#formOneExit };
      const reply = decodeReply(bytes, size, reading);
      if (reply !== undefined) return this.#take(reply);
      this.#malformed = `Packet ${code} has a value that is not defined`;
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      this.#malformed = `Packet ${code} is cut short: ${error.message}`;
    }
    return undefined;
  }

  #take(reply: Reply): ServerPacket {
    if (reply.kind === "version") {
      this.#formOneExit = reply.current < VERSION_OF_EXIT_DETAILS
        ? "wait-status"
        : "success-or-failure";
    }
    if (reply.kind !== "preack" && reply.kind !== "service-info") this.#requests.shift();
    return { kind: "reply", reply };
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
}
