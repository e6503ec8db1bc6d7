/**
 * What a manager did that has died, in the report of the one that goes on: its last inputs, marked
 * where it died, and what was broken off by that.
 */
import { Scheduler } from "../schedule/scheduler.ts";
import type { Snapshot } from "../state/snapshot.ts";
import { toPlain } from "../state/plain_json.ts";
import type { Instant } from "../types.ts";
import { giveInput } from "./give_input.ts";
import { readRecords, type RecordedInput } from "./input_records.ts";
import {
  type EarlierReport,
  fingerprint,
  type ReportedFacts,
  type ReportedInput,
} from "./report.ts";
import { inputLine, inputOf, type Line, stateBytes, stateLine } from "./report_lines.ts";
import { inputWithoutSecrets } from "./withheld.ts";

/** As it was found. */
export interface EarlierHistory {
  /** As `Scheduler.restored` takes it; undefined: there were too many services. */
  readonly before: Uint8Array | undefined;
  /** As `readRecords` takes them. */
  readonly inputs: Uint8Array;
  readonly brokenOff: Uint8Array;
  /** The state that the next manager went on with. */
  readonly after: Snapshot | undefined;
  /** How it died: a sentence. */
  readonly crash: string;
}

/** Half of a report. */
const MOST_LETTERS = 128 * 1024;
const UNKNOWN = "there were too many services for their state to fit in";

/** The lines, the last of which says how it died. */
export function earlierLines(earlier: EarlierHistory, facts: ReportedFacts): readonly string[] {
  const { before, after, crash } = earlier;
  const inputs = readRecords(earlier.inputs).flatMap((one) => "input" in one ? [one] : []);
  const broken = readRecords(earlier.brokenOff).map(brokenLine);
  const end = JSON.stringify({ crash, ...after && { end: fingerprint(after) } });
  const rest = [...broken, end];
  const room = MOST_LETTERS - lengthOf(rest);
  const lines = inputs.map(({ input, at }) => inputLine(input, at));
  const restored = before && restoredOf(before, facts);
  if (restored === undefined || after === undefined) return [...fitting(lines, room), ...rest];
  for (let skipped = 0;;) {
    const state = restored.snapshot(Infinity);
    const stateText = state && stateLine(stateBytes(state));
    if (stateText === undefined || stateText.length > room) break;
    const shown = lines.slice(skipped);
    if (lengthOf(shown) + stateText.length < room) return [stateText, ...shown, ...rest];
    if (shown.length === 0) break;
    // It begins later: what was given until then is given again.
    const next = skipped + Math.ceil(shown.length / 4);
    for (const { input, at } of inputs.slice(skipped, next)) {
      giveInput(restored, inputWithoutSecrets(input), at);
    }
    skipped = next;
  }
  return [...fitting(lines, room), ...rest];
}

function restoredOf(
  before: Uint8Array,
  { deliberateSignals, shutdown, signals }: ReportedFacts,
): Scheduler | undefined {
  const scheduler = Scheduler.restored(before, {
    deliberateSignals: new Set(deliberateSignals),
    shutdown,
    ...signals && { signals },
  });
  return "why" in scheduler ? undefined : scheduler;
}

function brokenLine(one: RecordedInput): string {
  const { at } = one;
  if ("leftOut" in one) return JSON.stringify({ at, "left-out": one.leftOut });
  return JSON.stringify({ at, "broken-off": toPlain(inputWithoutSecrets(one.input)) });
}

function lengthOf(lines: readonly string[]): number {
  return lines.reduce((sum, { length }) => sum + length + 1, 0);
}

/** The last ones. */
function fitting(lines: readonly string[], room: number): readonly string[] {
  let from = lines.length;
  for (let left = room; from > 0; from--) {
    left -= (lines[from - 1] ?? "").length + 1;
    if (left < 0) break;
  }
  return lines.slice(from);
}

/** @param lines Those of {@linkcode earlierLines}. */
export function readEarlier(lines: readonly (Line | undefined)[]): EarlierReport {
  const known = lines.flatMap((line) => line === undefined ? [] : [line]);
  const last = known.at(-1);
  const state = known[0]?.state;
  const inputs: ReportedInput[] = [];
  const brokenOff: EarlierReport["brokenOff"][number][] = [];
  for (const line of known) {
    const at = Number(line.at) as Instant;
    if ("input" in line) inputs.push(inputOf(line));
    if ("broken-off" in line) brokenOff.push(inputOf({ at, input: line["broken-off"] }));
    if ("left-out" in line) brokenOff.push({ at, leftOut: String(line["left-out"]) });
  }
  const crash = String(last?.crash);
  if (typeof state !== "string" || typeof last?.end !== "string") {
    return { crash, inputs, brokenOff, history: { kind: "inputs-only", why: UNKNOWN } };
  }
  const before = Uint8Array.from(atob(state), (letter) => letter.charCodeAt(0));
  return { crash, inputs, brokenOff, history: { kind: "whole", before, after: last.end } };
}
