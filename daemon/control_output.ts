/**
 * Packets of one connection that wait to be written, first in, first out.
 *
 * Bounds: a client that does not read stops being read itself when {@link HIGH_WATER_BYTES} wait. That
 * bounds replies: at most the mark and one reply more. Events come without being asked for, so they
 * have a bound of their own, {@link EVENT_LIMIT_BYTES}; who exceeds it loses the connection.
 *
 * All packets lie in one array of bytes, and their lengths in another. Objects of their own would take ten times
 * the memory of an event's 20 bytes, and the bounds would mean little.
 */

/** While this much waits, no request is worked off. Upstream's mark. */
export const HIGH_WATER_BYTES = 16_384;

/**
 * Most bytes of events that may wait on one connection. Room for all events of 10,000 services started
 * in one go (38 bytes each), which even a client that reads at once cannot take before they are made.
 */
export const EVENT_LIMIT_BYTES = 1024 * 1024;

/**
 * Entries of a list are written together up to this size: a thousand services in seven writes, each of which
 * would wake the client up. A write of no more goes into the socket whole or not at all (Linux: one buffer), so
 * that no packet is divided, which upstream's client takes badly.
 */
const GATHERED_BYTES = 4096;

const SMALLEST_ROOM_BYTES = 1024;
const SMALLEST_COUNT = 64;

/** An emptied array of up to this size is kept for what comes next. */
const KEPT_ROOM_BYTES = 65_536;

const NO_ROOM = new Uint8Array(0);
const NO_LENGTHS = new Uint32Array(0);

/** An entry is a packet of a reply that has many. */
const PACKET_KINDS = { reply: 0, event: 1, entry: 2 } as const;

export class ControlOutput {
  #room = NO_ROOM;
  #start = 0;
  #end = 0;
  /** For each packet four times its length and the number of its kind. */
  #lengths = NO_LENGTHS;
  #first = 0;
  #afterLast = 0;
  /** Bytes of the first packet that are written. */
  #writtenOfFirst = 0;
  #eventBytes = 0;

  /** Bytes that wait. */
  get bytes(): number {
    return this.#end - this.#start;
  }

  get isEmpty(): boolean {
    return this.#start === this.#end;
  }

  get isAboveHighWater(): boolean {
    return this.bytes >= HIGH_WATER_BYTES;
  }

  pushReply(packet: Uint8Array, kind: "reply" | "entry" = "reply"): void {
    this.#push(packet, PACKET_KINDS[kind]);
  }

  /** @returns False when the bound for events is reached: the packet was not taken. */
  pushEvent(packet: Uint8Array): boolean {
    if (this.#eventBytes + packet.length > EVENT_LIMIT_BYTES) return false;
    this.#eventBytes += packet.length;
    this.#push(packet, PACKET_KINDS.event);
    return true;
  }

  /**
   * What is to be written next: the rest of one packet; of a list as many entries as may go together. Good until
   * the next change.
   */
  next(): Uint8Array | undefined {
    if (this.isEmpty) return undefined;
    let bytes = this.#length(this.#first) - this.#writtenOfFirst;
    if (this.#kind(this.#first) !== PACKET_KINDS.entry) return this.#firstBytes(bytes);
    for (let index = this.#first + 1; index < this.#afterLast; index++) {
      if (this.#kind(index) !== PACKET_KINDS.entry) break;
      const withIt = bytes + this.#length(index);
      if (withIt > GATHERED_BYTES) break;
      bytes = withIt;
    }
    return this.#firstBytes(bytes);
  }

  /** Takes away what was written of {@link next}. */
  written(count: number): void {
    this.#start += count;
    this.#writtenOfFirst += count;
    while (this.#first < this.#afterLast) {
      const length = this.#length(this.#first);
      if (this.#writtenOfFirst < length) return;
      this.#writtenOfFirst -= length;
      if (this.#kind(this.#first) === PACKET_KINDS.event) this.#eventBytes -= length;
      this.#first += 1;
    }
    this.#startAnew();
  }

  clear(): void {
    this.#startAnew();
    this.#writtenOfFirst = 0;
    this.#eventBytes = 0;
  }

  #length(index: number): number {
    return (this.#lengths[index] ?? 0) >>> 2;
  }

  #kind(index: number): number {
    return (this.#lengths[index] ?? 0) & 3;
  }

  #firstBytes(count: number): Uint8Array {
    return this.#room.subarray(this.#start, this.#start + count);
  }

  #push(packet: Uint8Array, kind: number): void {
    if (this.#end + packet.length > this.#room.length) this.#makeRoom(packet.length);
    if (this.#afterLast === this.#lengths.length) this.#makeRoomForLength();
    this.#lengths[this.#afterLast++] = packet.length * 4 + kind;
    this.#room.set(packet, this.#end);
    this.#end += packet.length;
  }

  /** Moves what waits to the front, of a larger array unless half of this one is free then. */
  #makeRoom(needed: number): void {
    const waiting = this.bytes;
    if (2 * (waiting + needed) <= this.#room.length) {
      this.#room.copyWithin(0, this.#start, this.#end);
    } else {
      const larger = new Uint8Array(Math.max(SMALLEST_ROOM_BYTES, 2 * (waiting + needed)));
      larger.set(this.#room.subarray(this.#start, this.#end));
      this.#room = larger;
    }
    this.#start = 0;
    this.#end = waiting;
  }

  /** As {@link #makeRoom}, for the lengths. */
  #makeRoomForLength(): void {
    const waiting = this.#afterLast - this.#first;
    if (2 * waiting < this.#lengths.length) {
      this.#lengths.copyWithin(0, this.#first, this.#afterLast);
    } else {
      const larger = new Uint32Array(Math.max(SMALLEST_COUNT, 2 * waiting));
      larger.set(this.#lengths.subarray(this.#first, this.#afterLast));
      this.#lengths = larger;
    }
    this.#first = 0;
    this.#afterLast = waiting;
  }

  #startAnew(): void {
    this.#start = 0;
    this.#end = 0;
    this.#first = 0;
    this.#afterLast = 0;
    if (this.#room.length <= KEPT_ROOM_BYTES) return;
    this.#room = NO_ROOM;
    this.#lengths = NO_LENGTHS;
  }
}
