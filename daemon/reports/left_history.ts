/** The past that a manager which died has left (`kept_history.ts`). */
import { KeptBlocks } from "../../core/state/kept_blocks.ts";
import type { BlockKind } from "../../core/state/kept_form.ts";
import { type Kept, readKept } from "../../core/state/kept_reading.ts";
import { KIND } from "../../core/state/kinds.ts";
import { joinedBytes } from "../../core/text/joined_bytes.ts";
import { FACT_KIND } from "../kept/facts.ts";
import { HISTORY_HEAD_BYTES, TURN_HEADER_BYTES } from "./history_form.ts";

/** As bytes of its own: whoever wants to see it reads them. */
export interface LeftHistory {
  /** State before the inputs, as `Scheduler.restored` takes it; undefined: too many services. */
  readonly before: Uint8Array | undefined;
  /** As `readRecords` takes them: those that count. */
  readonly inputs: Uint8Array;
  /** Of the turn that was broken off; the last one was at work. */
  readonly brokenOff: Uint8Array;
}

const NOTHING: Uint8Array = new Uint8Array(0);

/** @returns undefined: there is none, or it cannot be read. */
export function readHistory(kept: Kept): LeftHistory | undefined {
  const head = kept.get(FACT_KIND.history)?.get(0);
  if (head === undefined || head.length < HISTORY_HEAD_BYTES) return undefined;
  const words = new Int32Array(head.slice(0, HISTORY_HEAD_BYTES).buffer);
  const [turns = 0, older = 0, olderPiece = 0, newer = 0, newerPiece = 0, lastPiece = 0] = words;
  const pieces = kept.get(FACT_KIND.historyInputs) ?? new Map<number, Uint8Array>();
  const from = older === 0 ? newerPiece : olderPiece;
  const numbers = [...pieces.keys()].filter((number) => number >= from && number <= lastPiece);
  const parts = numbers.sort((one, other) => one - other).map((number) => pieces.get(number));
  return {
    before: stateOf(kept, older === 0 ? newer : older),
    inputs: joinedBytes(parts.map((part) => part ?? NOTHING)),
    brokenOff: brokenOff(kept.get(FACT_KIND.historyTurn)?.get(0) ?? NOTHING, turns),
  };
}

function brokenOff(turn: Uint8Array, turns: number): Uint8Array {
  if (turn.length < TURN_HEADER_BYTES) return NOTHING;
  const [length = 0, number] = new Int32Array(turn.slice(0, TURN_HEADER_BYTES).buffer);
  if (number !== turns + 1 || length < 0) return NOTHING;
  return turn.slice(TURN_HEADER_BYTES, TURN_HEADER_BYTES + length);
}

/** Descriptions are as they were then: where one changes, the past begins anew. */
function stateOf(kept: Kept, number: number): Uint8Array | undefined {
  const bytes = kept.get(FACT_KIND.historyState)?.get(number);
  const read = bytes && readKept(bytes.slice());
  if (bytes === undefined || read === undefined || read.kind === "fault") return undefined;
  const described = [KIND.header, KIND.description, KIND.descriptions].map((kind) =>
    [kind, kept.get(kind) ?? new Map<number, Uint8Array>()] as const
  );
  let size = 2 * bytes.length;
  for (const [, all] of described) for (const one of all.values()) size += one.length + 64;
  for (;; size *= 2) {
    const blocks = new KeptBlocks(new Uint8Array((size + 4095) & ~4095));
    if (putAll(blocks, read.kept) && putAll(blocks, described)) return blocks.sealed();
  }
}

function putAll(
  blocks: KeptBlocks,
  all: Iterable<readonly [BlockKind, ReadonlyMap<number, Uint8Array>]>,
): boolean {
  for (const [kind, ones] of all) {
    for (const [number, contents] of ones) {
      if (!blocks.put(kind, number, contents)) return false;
    }
  }
  return true;
}
