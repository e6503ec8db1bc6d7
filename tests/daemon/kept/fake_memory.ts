/** Kept memory in the heap: what a reader would find, and room that ends where a test says. */
import type { Failure, KeptMemory } from "../../../platform/mod.ts";

export class FakeMemory implements Pick<KeptMemory, "begin" | "publish" | "retract"> {
  /** What counts. */
  published: Uint8Array | undefined;
  /** Sizes that were asked for. */
  readonly asked: number[] = [];
  limitBytes = Infinity;
  #begun: Uint8Array | undefined;

  begin(bytes: number): Uint8Array | Failure {
    this.asked.push(bytes);
    if (bytes > this.limitBytes) {
      const message = "no space left on the device (ENOSPC)";
      return { kind: "failure", call: "fallocate", errno: 28, message };
    }
    this.#begun = new Uint8Array(bytes);
    return this.#begun;
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
