/**
 * Reports as text, a JSON value in each line: what it is, the state, each input, the end. Of a
 * manager that goes on where another one has died, what that one did stands before: its state, its
 * inputs, what was broken off, and how it died.
 */
import type { Snapshot } from "../state/snapshot.ts";
import { fromPlain, toPlain } from "../state/plain_json.ts";
import type { Input } from "../schedule/input_watch.ts";
import type { Instant } from "../types.ts";
import { Scheduler } from "../schedule/scheduler.ts";
import { giveInput } from "./give_input.ts";
import { type EarlierHistory, earlierLines, readEarlier } from "./earlier.ts";
import type { Half } from "./input_recorder.ts";
import { inputLine, inputOf, type Line, stateBytes, stateLine } from "./report_lines.ts";
import { fingerprint, type Report, type ReportedFacts } from "./report.ts";
import { inputWithoutSecrets } from "./withheld.ts";

/** Longest report, in letters; all of them are of one byte but those of names. */
export const LONGEST_REPORT = 256 * 1024;

/** As older programs read it, too. */
const FORMAT = 1;
/** With what the manager before did. */
const FORMAT_WITH_EARLIER = 2;

/** What a report is made of. */
export interface ReportParts {
  readonly build: string;
  readonly facts: ReportedFacts;
  /** Oldest first. */
  readonly halves: readonly Half[];
  /** The state now; undefined: there are too many services. */
  readonly now: Snapshot | undefined;
  /** undefined: the manager is the first one. */
  readonly earlier?: EarlierHistory | undefined;
}

/** As much of the past as there is room for. */
export function reportText(parts: ReportParts): string {
  const { now } = parts;
  const first = parts.halves.findIndex(({ before }) => before !== undefined);
  const halves = parts.halves.slice(Math.max(0, first));
  const inputs = halves.flatMap(({ inputs }) => inputs);
  const times = halves.flatMap(({ times }) => times);
  const lines = inputs.map((input, index) => inputLine(input, times[index]));
  const before = halves[0]?.before;
  if (before === undefined || now === undefined) {
    const why = "there are too many services for their state to fit in";
    return lastLines(head(parts, why), lines);
  }
  const end = JSON.stringify({ end: fingerprint(now) });
  const text = wholeText(parts, { state: stateBytes(before), lines, end });
  if (text.length <= LONGEST_REPORT) return text;
  // It begins later: what was given until then is given again.
  const skipped = skippedInputs(lines, text.length - LONGEST_REPORT);
  const state = skipped === undefined
    ? undefined
    : stateAfter(stateBytes(before), parts.facts, inputs.slice(0, skipped), times);
  if (state !== undefined) {
    const later = wholeText(parts, { state, lines: lines.slice(skipped), end });
    if (later.length <= LONGEST_REPORT) return later;
  }
  return lastLines(head(parts, "their state does not fit in"), lines);
}

function wholeText(
  parts: ReportParts,
  { state, lines, end }: {
    readonly state: Uint8Array;
    readonly lines: readonly string[];
    readonly end: string;
  },
): string {
  return linesOf([head(parts, undefined), stateLine(state), ...lines, end]);
}

/** For a state that is larger later than at first. */
const SPARE = 16 * 1024;

/** How many must go for the others to fit in; undefined: not even without any. */
function skippedInputs(lines: readonly string[], excess: number): number | undefined {
  let left = excess + SPARE;
  for (const [index, line] of lines.entries()) {
    left -= line.length + 1;
    if (left <= 0) return index + 1;
  }
  return undefined;
}

function stateAfter(
  before: Uint8Array,
  { deliberateSignals, shutdown, signals }: ReportedFacts,
  inputs: readonly Input[],
  times: readonly Instant[],
): Uint8Array | undefined {
  const scheduler = Scheduler.restored(before, {
    deliberateSignals: new Set(deliberateSignals),
    shutdown,
    ...signals && { signals },
  });
  if ("why" in scheduler) return undefined;
  for (const [index, input] of inputs.entries()) {
    giveInput(scheduler, inputWithoutSecrets(input), times[index] as Instant);
  }
  const snapshot = scheduler.snapshot(Infinity);
  return snapshot && stateBytes(snapshot);
}

/** What comes before all else: the first line, and what the manager before did. */
function head({ build, facts, earlier }: ReportParts, why: string | undefined): string {
  const format = earlier === undefined ? FORMAT : FORMAT_WITH_EARLIER;
  const first = JSON.stringify({ report: "dinit", format, build, facts: toPlain(facts), why });
  return [first, ...earlier === undefined ? [] : earlierLines(earlier, facts)].join("\n");
}

function lastLines(first: string, inputs: readonly string[]): string {
  let length = first.length + 1;
  let from = inputs.length;
  while (from > 0) {
    length += (inputs[from - 1] ?? "").length + 1;
    if (length > LONGEST_REPORT) break;
    from--;
  }
  return linesOf([first, ...inputs.slice(from)]);
}

function linesOf(lines: readonly string[]): string {
  return `${lines.join("\n")}\n`;
}

/** @returns A text: why it is none. */
export function readReport(text: string): Report | string {
  const all = text.trimEnd().split("\n").map(parsed);
  const [first] = all;
  if (first?.report !== "dinit") return "it is no report of this program";
  if (first.format !== FORMAT && first.format !== FORMAT_WITH_EARLIER) {
    return `its format is ${first.format}, and ${FORMAT} and ${FORMAT_WITH_EARLIER} are known`;
  }
  const crashAt = all.findIndex((line) => line?.crash !== undefined);
  const earlier = crashAt < 0 ? undefined : readEarlier(all.slice(1, crashAt + 1));
  const [second, ...others] = all.slice(crashAt < 0 ? 1 : crashAt + 1);
  const lines = [second, ...others];
  const state = second?.state;
  const inputs = lines.flatMap((line) =>
    line !== undefined && "input" in line ? [inputOf(line)] : []
  );
  const facts = fromPlain(first.facts) as ReportedFacts;
  const build = String(first.build);
  const known = { build, facts, inputs, ...earlier && { earlier } };
  if (typeof state !== "string") {
    return { ...known, history: { kind: "inputs-only", why: String(first.why) } };
  }
  const end = lines.at(-1)?.end;
  if (typeof end !== "string") return "its end is missing";
  const before = Uint8Array.from(atob(state), (letter) => letter.charCodeAt(0));
  return { ...known, history: { kind: "whole", before, after: end } };
}

function parsed(line: string): Line | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === "object" && value !== null ? value as Line : undefined;
  } catch {
    return undefined;
  }
}
