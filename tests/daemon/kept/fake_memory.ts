/** Kept memory in the heap: what a reader would find, and room that ends where a test says. */
import type { Failure, KeptMemory } from "../../../platform/mod.ts";

/** Behind each region. */
const ROOM_BYTES = 4 * 1024 * 1024;
const NO_ROOM: Failure = {
  kind: "failure",
  call: "fallocate",
  errno: 28,
  message: "no space left on the device (ENOSPC)",
};

export class FakeMemory implements Pick<KeptMemory, "begin" | "lengthen" | "publish" | "retract"> {
  /** What counts. */
  published: Uint8Array | undefined;
  /** Sizes that were asked for. */
  readonly asked: number[] = [];
  /** Sizes that the one that counts has come to. */
  readonly lengthened: number[] = [];
  limitBytes = Infinity;
  /** The one that counts can become longer in its place. */
  isLast = true;
  #begun: Uint8Array | undefined;

  begin(bytes: number): Uint8Array | Failure {
    this.asked.push(bytes);
    if (bytes > this.limitBytes) return NO_ROOM;
    this.#begun = new Uint8Array(new ArrayBuffer(bytes + ROOM_BYTES), 0, bytes);
    return this.#begun;
  }

  lengthen(bytes: number): Uint8Array | Failure | undefined {
    if (!this.isLast || this.published === undefined) return undefined;
    const { buffer } = this.published;
    if (bytes > this.limitBytes || bytes > buffer.byteLength) return NO_ROOM;
    this.lengthened.push(bytes);
    this.published = new Uint8Array(buffer, 0, bytes);
    return this.published;
  }

  publish(): void {
    if (this.#begun === undefined) throw new Error("There is nothing to be published");
    this.published = this.#begun;
    this.#begun = undefined;
  }

  retract(): void {
    this.published = undefined;
  }
}
