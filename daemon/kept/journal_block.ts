/**
 * A block of kept memory for notes of the turn under way. Such a note cannot wait for the turn's
 * end, so the block is written in place: each note counts by a last store.
 */
import type { KeptBlocks } from "../../core/state/kept_blocks.ts";
import { FACT_KIND } from "./facts.ts";

export class JournalBlock {
  /** Where it lies now, and the offset of its contents there: {@linkcode moveTo} changes them. */
  blocks: KeptBlocks;
  at: number;
  readonly #kind: "ends" | "launches";
  readonly #length: number;

  private constructor(blocks: KeptBlocks, at: number, kind: "ends" | "launches", length: number) {
    this.blocks = blocks;
    this.at = at;
    this.#kind = kind;
    this.#length = length;
  }

  /**
   * All zero; it counts from the next commit on.
   *
   * @param length In bytes.
   * @returns undefined when there is no room.
   */
  static in(
    blocks: KeptBlocks,
    kind: "ends" | "launches",
    length: number,
  ): JournalBlock | undefined {
    const at = make(blocks, kind, length);
    return at < 0 ? undefined : new JournalBlock(blocks, at, kind, length);
  }

  /** Goes on in other blocks, which do not count yet. @returns False when there is no room. */
  moveTo(blocks: KeptBlocks): boolean {
    const at = make(blocks, this.#kind, this.#length);
    if (at < 0) return false;
    blocks.bytes.set(this.blocks.bytes.subarray(this.at, this.at + this.#length), at);
    this.blocks = blocks;
    this.at = at;
    return true;
  }
}

function make(blocks: KeptBlocks, kind: "ends" | "launches", length: number): number {
  const at = blocks.begin(FACT_KIND[kind], 0, length);
  if (at >= 0) blocks.bytes.fill(0, at, at + length);
  return at;
}
