/**
 * Ends of children, noted as soon as they are collected: of one that is collected nobody else can
 * tell any more how it ended. What has come of it counts with the turn; then the note is of no use.
 *
 * As those of launches, notes lie in a block that is written in place, and each counts by a last
 * store.
 */
import type { KeptBlocks } from "../../core/state/kept_blocks.ts";
import type { ExitStatus, Pid } from "../../core/types.ts";
import { JournalBlock } from "./journal_block.ts";

/** Whoever collects children stops at so many, and goes on in the next turn. */
export const MOST_ENDS = 128;
/** Four bytes each: kind of its end, number, PID (0: nothing is noted here), nothing. */
const PLACE_BYTES = 16;
const KIND = 0;
const NUMBER = 1;
const PID = 2;
/** Added to the number of the signal. */
const CORE_DUMPED = 0x100;
const KINDS: readonly ExitStatus["kind"][] = ["none", "exited", "signalled"];

export class EndJournal {
  readonly #block: JournalBlock;
  #count = 0;

  private constructor(block: JournalBlock) {
    this.#block = block;
  }

  /** It counts from the next commit on. @returns undefined when there is no room. */
  static in(blocks: KeptBlocks): EndJournal | undefined {
    const block = JournalBlock.in(blocks, "ends", MOST_ENDS * PLACE_BYTES);
    return block === undefined ? undefined : new EndJournal(block);
  }

  /** More than {@linkcode MOST_ENDS} are not noted. */
  note(pid: Pid, status: ExitStatus): void {
    if (this.#count === MOST_ENDS) return;
    const { blocks: { words }, at } = this.#block;
    const word = (at >> 2) + this.#count * (PLACE_BYTES >> 2);
    words[word + KIND] = KINDS.indexOf(status.kind);
    words[word + NUMBER] = numberOf(status);
    words[word + PID] = pid;
    this.#count++;
  }

  /** What was noted counts. */
  clear(): void {
    const { blocks: { words }, at } = this.#block;
    while (this.#count > 0) {
      this.#count--;
      words[(at >> 2) + this.#count * (PLACE_BYTES >> 2) + PID] = 0;
    }
  }

  /** Goes on in other blocks, which do not count yet. @returns False when there is no room. */
  moveTo(blocks: KeptBlocks): boolean {
    return this.#block.moveTo(blocks);
  }
}

function numberOf(status: ExitStatus): number {
  switch (status.kind) {
    case "exited":
      return status.code;
    case "signalled":
      return status.signal | (status.dumpedCore ? CORE_DUMPED : 0);
    case "none":
      return 0;
  }
}

/** Children that were collected, and how they have ended. */
export function readEnds(contents: Uint8Array): ReadonlyMap<Pid, ExitStatus> {
  const view = new DataView(contents.slice().buffer);
  const ends = new Map<Pid, ExitStatus>();
  for (let at = 0; at + PLACE_BYTES <= view.byteLength; at += PLACE_BYTES) {
    const pid = view.getInt32(at + 4 * PID, true);
    if (pid <= 0) continue;
    const kind = KINDS[view.getInt32(at + 4 * KIND, true)] ?? "none";
    ends.set(pid as Pid, statusOf(kind, view.getInt32(at + 4 * NUMBER, true)));
  }
  return ends;
}

function statusOf(kind: ExitStatus["kind"], number: number): ExitStatus {
  switch (kind) {
    case "exited":
      return { kind, code: number };
    case "signalled":
      return { kind, signal: number & ~CORE_DUMPED, dumpedCore: (number & CORE_DUMPED) !== 0 };
    case "none":
      return { kind };
  }
}
