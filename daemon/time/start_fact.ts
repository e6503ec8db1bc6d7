/**
 * The starts of a service as a fact that outlives the manager. There is one for each service that
 * was started, so it is a row of numbers:
 *
 *     0  check     4  starts     8  failures     12  outcomes, four bits each: first, last
 *    16  times of the first start; 64  those of the last one, where there was more than one
 *
 * As of a service's row, times are not part of the check: one that is wrong does no harm.
 */
import type { KeptBlocks } from "../../core/state/kept_blocks.ts";
import type { BlockKind } from "../../core/state/kept_form.ts";
import type { Kept } from "../../core/state/kept_reading.ts";
import { checkOf, isCheck } from "../../core/state/check_word.ts";
import type { ServiceStarts, StartTimes } from "../../core/figures/start_times.ts";
import { FACT_KIND, type FoundFacts, readFacts } from "../kept/facts.ts";

const TIMES_AT = 16;
const TIMES_BYTES = 48;
const OUTCOMES: readonly StartTimes["outcome"][] = ["under-way", "started", "not-started"];
/** A time that is not there. */
const NEVER = NaN;

/** Puts the starts of a service, by its number. @returns False when there is no room left. */
export function putStarts(
  blocks: KeptBlocks,
  kind: BlockKind,
  service: number,
  { first, last, count, failures }: ServiceStarts,
): boolean {
  // What is under way is noted when it is over.
  if (count === 1 && first.outcome === "under-way") return true;
  const hasLast = last !== first;
  const at = blocks.begin(kind, service, TIMES_AT + (hasLast ? 2 * TIMES_BYTES : TIMES_BYTES));
  if (at < 0) return false;
  const { words } = blocks;
  const word = at >> 2;
  words[word + 1] = count;
  words[word + 2] = failures;
  words[word + 3] = OUTCOMES.indexOf(first.outcome) | OUTCOMES.indexOf(last.outcome) << 4;
  words[word] = checkOf(words, word + 1, word + 4);
  putTimes(blocks, (at + TIMES_AT) >> 3, first);
  if (hasLast) putTimes(blocks, (at + TIMES_AT + TIMES_BYTES) >> 3, last);
  return true;
}

function putTimes({ doubles }: KeptBlocks, at: number, start: StartTimes): void {
  doubles[at] = start.begunMs;
  doubles[at + 1] = start.consoleMs ?? NEVER;
  doubles[at + 2] = start.ownMs ?? NEVER;
  doubles[at + 3] = start.launchedMs ?? NEVER;
  doubles[at + 4] = start.executedMs ?? NEVER;
  doubles[at + 5] = start.endedMs ?? NEVER;
}

/** All that were noted, by service. */
export function readStarts(kept: Kept): FoundFacts<ServiceStarts> {
  const earlier = readFacts<ServiceStarts>(kept, FACT_KIND.startTexts);
  const facts = new Map(earlier.facts);
  const damaged = [...earlier.damaged];
  for (const [service, contents] of kept.get(FACT_KIND.starts) ?? []) {
    const fact = readOne(contents);
    if (fact === undefined) damaged.push(service);
    else facts.set(service, fact);
  }
  return { facts, damaged };
}

function readOne(contents: Uint8Array): ServiceStarts | undefined {
  if (contents.length < TIMES_AT + TIMES_BYTES) return undefined;
  const words = new Int32Array(contents.slice(0, TIMES_AT).buffer);
  const [check, count = 0, failures = 0, outcomes = 0] = words;
  if (!isCheck(check, words, 1)) return undefined;
  const first = readTimes(contents, TIMES_AT, outcomes & 15);
  const hasLast = contents.length >= TIMES_AT + 2 * TIMES_BYTES;
  const last = hasLast ? readTimes(contents, TIMES_AT + TIMES_BYTES, outcomes >> 4) : first;
  return first === undefined || last === undefined ? undefined : { first, last, count, failures };
}

function readTimes(contents: Uint8Array, at: number, code: number): StartTimes | undefined {
  const outcome = OUTCOMES[code];
  if (outcome === undefined) return undefined;
  const times = new Float64Array(contents.slice(at, at + TIMES_BYTES).buffer);
  const timeAt = (place: number) => {
    const time = times[place];
    return time === undefined || Number.isNaN(time) ? undefined : time;
  };
  return {
    begunMs: timeAt(0) ?? 0,
    consoleMs: timeAt(1),
    ownMs: timeAt(2),
    launchedMs: timeAt(3),
    executedMs: timeAt(4),
    endedMs: timeAt(5),
    outcome,
  };
}
