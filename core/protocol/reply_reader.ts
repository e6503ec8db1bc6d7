/**
 * Replies and information out of a stream of bytes: the client's side.
 *
 * Two kinds of packet cannot be read from themselves alone: the status in replies 62 and 70 has a
 * size that follows from the request. So the reader is told of every request sent, in order; each
 * request gets exactly one final reply (a list's entries and reply 79 come before it).
 */
import { ByteQueue } from "./layout/byte_queue.ts";
import { Fault } from "./layout/fields.ts";
import { decodeInformation, type Information, informationLength } from "./information.ts";
import { PacketReader } from "./layout/packet_bytes.ts";
import { type KnownPacket, packetLength, readPacket } from "./layout/packet_table.ts";
import { isFinal, type Reply, replyAt } from "./replies.ts";
import { type Request, statusFormOf } from "./requests.ts";
import { type FormOneExit, NO_STATUS_READING, type StatusForm } from "./status_block.ts";
import { VERSION_OF_EXIT_DETAILS } from "./version.ts";

/**
 * A packet from the server, or the finding that the stream cannot be understood (it ends there).
 */
export type ServerPacket =
  | { readonly kind: "reply"; readonly reply: Reply }
  | { readonly kind: "information"; readonly information: Information }
  | { readonly kind: "malformed"; readonly why: string };

/** Longest packet accepted, in bytes; beyond, the stream counts as malformed. */
export const REPLY_LIMIT_BYTES = 64 * 1024 * 1024;

/** Reads packets as their bytes come, in pieces of any size. Owns nothing but memory. */
export class ReplyReader {
  readonly #queue = new ByteQueue();
  /** Of each request that has not got its final reply, the form of statuses in it. */
  readonly #pending: (StatusForm | undefined)[] = [];
  /** How to read the statuses in the answer that comes now. */
  #reading = NO_STATUS_READING;
  #malformed: string | undefined;

  /** To be called for each request sent, before its reply is read. */
  expect(request: Request): void {
    this.#pending.push(statusFormOf(request.kind));
    if (this.#pending.length === 1) this.#beginAnswer(this.#reading.formOneExit);
  }

  /** Requests that have not got their final reply. */
  get pending(): number {
    return this.#pending.length;
  }

  /** Nothing has come that was not read. */
  get isEmpty(): boolean {
    return this.#queue.isEmpty;
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
      const known = replyAt(bytes);
      if (known === "need-more") return undefined;
      // What is no reply is information, or nothing that can come.
      const length = known === undefined
        ? informationLength(bytes)
        : packetLength(known, bytes, this.#reading);
      if (length === "need-more") return undefined;
      if (length instanceof Fault) {
        this.#malformed = `Packet ${bytes[0]} was not expected`;
      } else if (length > REPLY_LIMIT_BYTES) {
        this.#malformed = `Packet ${bytes[0]} of ${length} bytes is too long`;
      } else if (bytes.length < length) {
        return undefined;
      } else {
        const packet = this.#read(new PacketReader(bytes, length), known);
        this.#queue.take(length);
        if (packet !== undefined) return packet;
      }
    }
  }

  /** A reply that did not come as bytes, when {@linkcode next} has nothing before it. */
  take(reply: Reply): ServerPacket {
    if (isFinal(reply.kind)) {
      this.#pending.shift();
      this.#beginAnswer(
        reply.kind === "version" ? formOneExitOf(reply.current) : this.#reading.formOneExit,
      );
    }
    return { kind: "reply", reply };
  }

  /** Undefined when the packet is skipped or malformed. */
  #read(packet: PacketReader, known: KnownPacket<Reply> | undefined): ServerPacket | undefined {
    try {
      if (known === undefined) {
        const information = decodeInformation(packet, this.#reading);
        return information instanceof Fault ? undefined : { kind: "information", information };
      }
      const reply = readPacket(packet, known, this.#reading);
      if (!(reply instanceof Fault)) return this.take(reply);
      this.#malformed = `Packet ${known.row.code} has a value that is not defined`;
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      this.#malformed = `Packet ${packet.bytes[0]} is cut short: ${error.message}`;
    }
    return undefined;
  }

  #beginAnswer(formOneExit: FormOneExit): void {
    this.#reading = { form: this.#pending[0], formOneExit };
  }
}

function formOneExitOf(version: number): FormOneExit {
  return version < VERSION_OF_EXIT_DETAILS ? "wait-status" : "success-or-failure";
}
