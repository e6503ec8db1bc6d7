/**
 * Packets of one connection that wait to be written, first in, first out.
 *
 * Bounds: a client that does not read stops being read itself when {@link HIGH_WATER_BYTES} wait.
 * That bounds replies: at most the mark and one reply more. Events come without being asked for, so
 * they have a bound of their own, {@link EVENT_LIMIT_BYTES}; who exceeds it loses the connection.
 *
 * All packets lie in one array of bytes, each behind its length; replies are made there. Objects of
 * their own would take ten times the memory of an event's 20 bytes, and the bounds would mean
 * little.
 */
import { type Reply, writeReply } from "../../core/protocol/mod.ts";
import { i32At, PacketWriter, putI32 } from "../../core/protocol/layout/packet_bytes.ts";

/** While this much waits, no request is worked off. Upstream's mark. */
export const HIGH_WATER_BYTES = 16_384;

/**
 * Most bytes of events that may wait on one connection. Room for all events of 10,000 services
 * started in one go (38 bytes each), which even a client that reads at once cannot take before they
 * are made.
 */
export const EVENT_LIMIT_BYTES = 1024 * 1024;

/** Before each packet: twice its length, and 1 more for an event. */
const HEADER_BYTES = 4;

/** What is written already is kept in front of the rest up to this size, or while it is less. */
const SMALLEST_DROP_BYTES = 1024;

/** An emptied array of up to this size is kept for what comes next. */
const KEPT_ROOM_BYTES = 65_536;

/** Packets that wait, as another connection goes on with them. */
export interface KeptOutput {
  /** Each behind its header. */
  readonly packets: Uint8Array;
  /** Bytes of the first packet that are written. */
  readonly writtenOfFirst: number;
  readonly bytes: number;
  readonly eventBytes: number;
}

export class ControlOutput {
  readonly #packets = new PacketWriter(KEPT_ROOM_BYTES);
  /** Where the first packet's header is. */
  #start = 0;
  /** Of the first packet, its header not counted. */
  #firstLength = 0;
  #writtenOfFirst = 0;
  #bytes = 0;
  #eventBytes = 0;

  /** Bytes that wait. */
  get bytes(): number {
    return this.#bytes;
  }

  get isEmpty(): boolean {
    return this.#bytes === 0;
  }

  get isAboveHighWater(): boolean {
    return this.#bytes >= HIGH_WATER_BYTES;
  }

  /** @throws {RangeError} As {@linkcode writeReply}; nothing was queued then. */
  pushReply(reply: Reply): void {
    const header = this.#begin();
    try {
      writeReply(this.#packets, reply);
    } catch (error) {
      this.#packets.cut(header);
      throw error;
    }
    this.#complete(header, 0);
  }

  /** Replies that are bytes already, one or several. */
  pushBlock(replies: Uint8Array): void {
    this.#push(replies, 0);
  }

  /** @returns False when the bound for events is reached: the packet was not taken. */
  pushEvent(packet: Uint8Array): boolean {
    if (this.#eventBytes + packet.length > EVENT_LIMIT_BYTES) return false;
    this.#eventBytes += packet.length;
    this.#push(packet, 1);
    return true;
  }

  /** What is to be written next: the rest of one packet, never more. Good until the next change. */
  next(): Uint8Array | undefined {
    if (this.#bytes === 0) return undefined;
    const first = this.#start + HEADER_BYTES;
    const { bytes } = this.#packets;
    return bytes.subarray(first + this.#writtenOfFirst, first + this.#firstLength);
  }

  /** All that waits, packet by packet: the rest of the first, then the others. As `next`. */
  *all(): Generator<Uint8Array> {
    let at = this.#start;
    let written = this.#writtenOfFirst;
    for (let left = this.#bytes; left > 0;) {
      const { bytes } = this.#packets;
      const end = at + HEADER_BYTES + (i32At(bytes, at) >>> 1);
      yield bytes.subarray(at + HEADER_BYTES + written, end);
      left -= end - at - HEADER_BYTES - written;
      written = 0;
      at = end;
    }
  }

  /** Takes away what was written of {@link next}. */
  written(count: number): void {
    if (this.#bytes === 0) return;
    this.#bytes -= count;
    this.#writtenOfFirst += count;
    const length = this.#firstLength;
    if (this.#writtenOfFirst < length) return;
    if (this.#eventBytes > 0 && (this.#headerAtStart() & 1) === 1) this.#eventBytes -= length;
    if (this.#bytes === 0) return this.clear();
    this.#writtenOfFirst = 0;
    this.#start += HEADER_BYTES + length;
    this.#firstLength = this.#headerAtStart() >>> 1;
  }

  clear(): void {
    this.#packets.clear();
    this.#start = 0;
    this.#writtenOfFirst = 0;
    this.#bytes = 0;
    this.#eventBytes = 0;
  }

  /** For {@linkcode adopt}. */
  keep(): KeptOutput {
    const { bytes, length } = this.#packets;
    return {
      packets: bytes.slice(this.#start, length),
      writtenOfFirst: this.#writtenOfFirst,
      bytes: this.#bytes,
      eventBytes: this.#eventBytes,
    };
  }

  /** Goes on where another output was; nothing may wait here. */
  adopt({ packets, writtenOfFirst, bytes, eventBytes }: KeptOutput): void {
    this.clear();
    this.#packets.block(packets);
    this.#writtenOfFirst = writtenOfFirst;
    this.#bytes = bytes;
    this.#eventBytes = eventBytes;
    if (bytes > 0) this.#firstLength = this.#headerAtStart() >>> 1;
  }

  #headerAtStart(): number {
    return i32At(this.#packets.bytes, this.#start);
  }

  #push(packet: Uint8Array, eventBit: 0 | 1): void {
    const header = this.#begin();
    this.#packets.block(packet);
    this.#complete(header, eventBit);
  }

  /** @returns Where the header is to be, when the packet stands behind it. */
  #begin(): number {
    const start = this.#start;
    if (start > SMALLEST_DROP_BYTES && 2 * start > this.#packets.length) {
      this.#packets.drop(start);
      this.#start = 0;
    }
    return this.#packets.reserve(HEADER_BYTES);
  }

  #complete(header: number, eventBit: 0 | 1): void {
    const { bytes } = this.#packets;
    const length = this.#packets.length - header - HEADER_BYTES;
    putI32(bytes, header, 2 * length + eventBit);
    if (this.#bytes === 0) this.#firstLength = length;
    this.#bytes += length;
  }
}
