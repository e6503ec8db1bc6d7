/**
 * What goes to a client that is only a pipe: frames, as `core/program/client_pipe.ts` has them,
 * that wait to be written.
 */
import { BUILD } from "../../core/program/build_info.ts";
import { END_TEXT_LIMIT_BYTES, FRAME } from "../../core/program/client_pipe.ts";
import { ByteQueue } from "../../core/protocol/layout/byte_queue.ts";
import { encodeText } from "../../core/protocol/mod.ts";
import { HIGH_WATER_BYTES } from "../control/output.ts";

/** Most bytes in a frame. */
const LARGEST_BODY_BYTES = 0xffff;

/** What the client does at the connection's end. */
export interface AtEnd {
  readonly status: number;
  readonly stream: "output" | "errors";
  readonly text: string;
  readonly sleepMs: number;
}

export class Frames {
  /** Frames behind each other: whatever waits is one write. */
  readonly #waiting = new ByteQueue();
  /** Kind of the last one, written or not. */
  #last = 0;

  /** @param before Frames that wait already, and are to be said by this one, too. */
  constructor(before?: Frames) {
    if (before !== undefined) this.#waiting.push(before.#waiting.bytes);
  }

  /** A copy of what waits. */
  all(): Uint8Array {
    return this.#waiting.bytes.slice();
  }

  get bytes(): number {
    return this.#waiting.bytes.length;
  }

  get isEmpty(): boolean {
    return this.bytes === 0;
  }

  /** Nothing was said yet but that the order is understood. */
  get isUntouched(): boolean {
    return this.#last === FRAME.taken;
  }

  get isAboveHighWater(): boolean {
    return this.bytes > HIGH_WATER_BYTES;
  }

  next(): Uint8Array | undefined {
    return this.isEmpty ? undefined : this.#waiting.bytes;
  }

  written(count: number): void {
    this.#waiting.take(count);
  }

  /** In as many frames as it takes. */
  print(stream: "output" | "errors", bytes: Uint8Array): void {
    for (let start = 0; start < bytes.length; start += LARGEST_BODY_BYTES) {
      this.#push(FRAME[stream], bytes.subarray(start, start + LARGEST_BODY_BYTES));
    }
  }

  status(status: number): void {
    this.#push(FRAME.status, Uint8Array.of(status));
  }

  /** Before all others. */
  taken(): void {
    this.#push(FRAME.taken, encodeText(BUILD.identity));
  }

  longWay(): void {
    this.#push(FRAME.longWay, NOTHING);
  }

  heard(): void {
    this.#push(FRAME.heard, NOTHING);
  }

  waits(): void {
    if (this.#last !== FRAME.waits) this.#push(FRAME.waits, NOTHING);
  }

  /** What SIGINT says before it ends the client. */
  interrupted(text: string): void {
    this.#push(FRAME.interrupted, encodeText(text).subarray(0, END_TEXT_LIMIT_BYTES));
  }

  atEnd({ status, stream, text, sleepMs }: AtEnd): void {
    const told = encodeText(text).subarray(0, END_TEXT_LIMIT_BYTES);
    const body = new Uint8Array(4 + told.length);
    const seconds = Math.ceil(sleepMs / 1000);
    body.set([status, FRAME[stream], seconds & 0xff, seconds >> 8]);
    body.set(told, 4);
    this.#push(FRAME.atEnd, body);
  }

  #push(kind: number, body: Uint8Array): void {
    this.#last = kind;
    this.#waiting.push(Uint8Array.of(kind, body.length & 0xff, body.length >> 8));
    this.#waiting.push(body);
  }
}

const NOTHING = new Uint8Array(0);
