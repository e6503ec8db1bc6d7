/**
 * Reports as text, a JSON value in each line: what it is, the state, each input, the end.
 */
import type { Snapshot } from "../state/snapshot.ts";
import { snapshotBytes } from "../state/snapshot.ts";
import { fromPlain, toPlain } from "../state/plain_json.ts";
import type { Input } from "../schedule/input_watch.ts";
import type { Instant } from "../types.ts";
import type { Half } from "./input_recorder.ts";
import { fingerprint, type Report, type ReportedFacts, type ReportedInput } from "./report.ts";
import { describedWithoutSecrets, inputWithoutSecrets } from "./withheld.ts";

/** Longest report, in letters; all of them are of one byte but those of names. */
export const LONGEST_REPORT = 256 * 1024;

/** Raised when older programs could not read it. */
const FORMAT = 1;

/** What a report is made of. */
export interface ReportParts {
  readonly build: string;
  readonly facts: ReportedFacts;
  /** Oldest first. */
  readonly halves: readonly Half[];
  /** The state now; undefined: there are too many services. */
  readonly now: Snapshot | undefined;
}

/** As much of the past as there is room for. */
export function reportText(parts: ReportParts): string {
  const { halves, now } = parts;
  const inputs = halves.map(inputLines);
  for (const first of halves.keys()) {
    const before = halves[first]?.before;
    if (before === undefined || now === undefined) continue;
    const state = stateBytes(before);
    const text = linesOf([
      head(parts, undefined),
      JSON.stringify({ state: base64(state) }),
      ...inputs.slice(first).flat(),
      JSON.stringify({ end: fingerprint(now) }),
    ]);
    if (text.length <= LONGEST_REPORT) return text;
  }
  const why = now === undefined
    ? "there are too many services for their state to fit in"
    : "their state does not fit in";
  return lastLines(head(parts, why), inputs.flat());
}

function head({ build, facts }: ReportParts, why: string | undefined): string {
  return JSON.stringify({ report: "dinit", format: FORMAT, build, facts: toPlain(facts), why });
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

function inputLines({ inputs, times }: Half): readonly string[] {
  return inputs.map((input, index) =>
    JSON.stringify({ at: times[index], input: toPlain(inputWithoutSecrets(input)) })
  );
}

function linesOf(lines: readonly string[]): string {
  return `${lines.join("\n")}\n`;
}

/** The state without secrets. */
function stateBytes(snapshot: Snapshot): Uint8Array {
  return snapshotBytes(snapshot, describedWithoutSecrets);
}

/** @returns A text: why it is none. */
export function readReport(text: string): Report | string {
  const lines = text.trimEnd().split("\n").map(parsed);
  const [first, second] = lines;
  if (first?.report !== "dinit") return "it is no report of this program";
  if (first.format !== FORMAT) return `its format is ${first.format}, and ${FORMAT} is known`;
  const state = second?.state;
  const inputs = lines.flatMap((line) =>
    line !== undefined && "input" in line ? [inputOf(line)] : []
  );
  const facts = fromPlain(first.facts) as ReportedFacts;
  const build = String(first.build);
  if (typeof state !== "string") {
    return { build, facts, history: { kind: "inputs-only", why: String(first.why) }, inputs };
  }
  const end = lines.at(-1)?.end;
  if (typeof end !== "string") return "its end is missing";
  const before = Uint8Array.from(atob(state), (letter) => letter.charCodeAt(0));
  return { build, facts, history: { kind: "whole", before, after: end }, inputs };
}

type Line = Readonly<Record<string, unknown>>;

function parsed(line: string): Line | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === "object" && value !== null ? value as Line : undefined;
  } catch {
    return undefined;
  }
}

/** Whoever made the report is believed: it is replayed in a test. */
function inputOf({ at, input }: Line): ReportedInput {
  return { at: Number(at) as Instant, input: fromPlain(input) as Input };
}

function base64(bytes: Uint8Array): string {
  let letters = "";
  for (const byte of bytes) letters += String.fromCharCode(byte);
  return btoa(letters);
}
