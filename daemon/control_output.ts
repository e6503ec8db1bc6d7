/**
 * Packets of one connection that wait to be written, first in, first out.
 *
 * Bounds: a client that does not read stops being read itself when {@link HIGH_WATER_BYTES} wait. That
 * bounds replies: at most the mark and one reply more. Events come without being asked for, so they
 * have a bound of their own, {@link EVENT_LIMIT_BYTES}; who exceeds it loses the connection.
 */

/** While this much waits, no request is worked off. Upstream's mark. */
export const HIGH_WATER_BYTES = 16_384;

/**
 * Most bytes of events that may wait on one connection. Room for all events of 10,000 services started
 * in one go (38 bytes each), which even a client that reads at once cannot take before they are made.
 */
export const EVENT_LIMIT_BYTES = 1024 * 1024;

interface Waiting {
  readonly packet: Uint8Array;
  readonly isEvent: boolean;
}

export class ControlOutput {
  #queue: Waiting[] = [];
  /** Packets before this index are written. */
  #first = 0;
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
    this.#push({ packet, isEvent: false });
  }

  /** @returns False when the bound for events is reached: the packet was not taken. */
  pushEvent(packet: Uint8Array): boolean {
    if (this.#eventBytes + packet.length > EVENT_LIMIT_BYTES) return false;
    this.#eventBytes += packet.length;
    this.#push({ packet, isEvent: true });
    return true;
  }

  /** What is to be written next: the rest of one packet, never more. */
  next(): Uint8Array | undefined {
    return this.#queue[this.#first]?.packet.subarray(this.#writtenOfFirst);
  }

  /** Takes away what was written of {@link next}. */
  written(count: number): void {
    const first = this.#queue[this.#first];
    if (first === undefined) return;
    this.#bytes -= count;
    this.#writtenOfFirst += count;
    if (this.#writtenOfFirst < first.packet.length) return;
    this.#writtenOfFirst = 0;
    if (first.isEvent) this.#eventBytes -= first.packet.length;
    this.#first += 1;
    this.#dropWritten();
  }

  clear(): void {
    this.#queue = [];
    this.#first = 0;
    this.#writtenOfFirst = 0;
    this.#bytes = 0;
    this.#eventBytes = 0;
  }

  #push(waiting: Waiting): void {
    this.#queue.push(waiting);
    this.#bytes += waiting.packet.length;
  }

  /** Shifting an array one by one is slow when it is long; half written is a good moment. */
  #dropWritten(): void {
    if (this.#first < this.#queue.length / 2) return;
    this.#queue = this.#queue.slice(this.#first);
    this.#first = 0;
  }
}
