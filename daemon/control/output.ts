/**
 * Packets of one connection that wait to be written, first in, first out.
 *
 * Bounds: a client that does not read stops being read itself when {@link HIGH_WATER_BYTES} wait.
 * That bounds replies: at most the mark and one reply more. Events come without being asked for, so
 * they have a bound of their own, {@link EVENT_LIMIT_BYTES}; who exceeds it loses the connection.
 *
 * All packets lie in one array of bytes, each behind its length. Objects of their own would take
 * ten times the memory of an event's 20 bytes, and the bounds would mean little.
 */

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

const SMALLEST_ROOM_BYTES = 1024;

/** An emptied array of up to this size is kept for what comes next. */
const KEPT_ROOM_BYTES = 65_536;

const NO_ROOM = new Uint8Array(0);

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
  #room = NO_ROOM;
  #view = new DataView(NO_ROOM.buffer);
  /** Where the first packet's header is. */
  #start = 0;
  #end = 0;
  /** Bytes of the first packet that are written. */
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

  pushReply(packet: Uint8Array): void {
    this.#push(packet, 0);
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
    if (this.#start === this.#end) return undefined;
    const first = this.#start + HEADER_BYTES;
    return this.#room.subarray(first + this.#writtenOfFirst, first + this.#firstLength());
  }

  /** Takes away what was written of {@link next}. */
  written(count: number): void {
    if (this.#start === this.#end) return;
    this.#bytes -= count;
    this.#writtenOfFirst += count;
    const length = this.#firstLength();
    if (this.#writtenOfFirst < length) return;
    this.#writtenOfFirst = 0;
    if ((this.#view.getUint32(this.#start) & 1) === 1) this.#eventBytes -= length;
    this.#start += HEADER_BYTES + length;
    if (this.#start === this.#end) this.#startAnew();
  }

  clear(): void {
    this.#startAnew();
    this.#writtenOfFirst = 0;
    this.#bytes = 0;
    this.#eventBytes = 0;
  }

  /** For {@linkcode adopt}. */
  keep(): KeptOutput {
    return {
      packets: this.#room.slice(this.#start, this.#end),
      writtenOfFirst: this.#writtenOfFirst,
      bytes: this.#bytes,
      eventBytes: this.#eventBytes,
    };
  }

  /** Goes on where another output was; nothing may wait here. */
  adopt({ packets, writtenOfFirst, bytes, eventBytes }: KeptOutput): void {
    this.#use(packets.slice());
    this.#start = 0;
    this.#end = packets.length;
    this.#writtenOfFirst = writtenOfFirst;
    this.#bytes = bytes;
    this.#eventBytes = eventBytes;
  }

  #firstLength(): number {
    return this.#view.getUint32(this.#start) >>> 1;
  }

  #push(packet: Uint8Array, eventBit: 0 | 1): void {
    const needed = HEADER_BYTES + packet.length;
    if (this.#end + needed > this.#room.length) this.#makeRoom(needed);
    this.#view.setUint32(this.#end, packet.length * 2 + eventBit);
    this.#room.set(packet, this.#end + HEADER_BYTES);
    this.#end += needed;
    this.#bytes += packet.length;
  }

  /** Moves what waits to the front, of a larger array unless half of this one is free then. */
  #makeRoom(needed: number): void {
    const waiting = this.#end - this.#start;
    if (2 * (waiting + needed) <= this.#room.length) {
      this.#room.copyWithin(0, this.#start, this.#end);
    } else {
      const larger = new Uint8Array(Math.max(SMALLEST_ROOM_BYTES, 2 * (waiting + needed)));
      larger.set(this.#room.subarray(this.#start, this.#end));
      this.#use(larger);
    }
    this.#start = 0;
    this.#end = waiting;
  }

  #startAnew(): void {
    this.#start = 0;
    this.#end = 0;
    if (this.#room.length > KEPT_ROOM_BYTES) this.#use(NO_ROOM);
  }

  #use(room: Uint8Array<ArrayBuffer>): void {
    this.#room = room;
    this.#view = new DataView(room.buffer);
  }
}
