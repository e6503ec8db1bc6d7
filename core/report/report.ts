/**
 * A report: a state of the scheduler, what went into it after that, and by what it can be told that
 * a replay came to the same state in the end.
 */
import type { SchedulerFacts } from "../schedule/scheduler.ts";
import type { Input } from "../schedule/input_watch.ts";
import { toPlain } from "../state/plain_json.ts";
import type { Snapshot } from "../state/snapshot.ts";
import type { Instant } from "../types.ts";
import { describedWithoutSecrets } from "./withheld.ts";

/** What a scheduler decides by besides its state. */
export interface ReportedFacts {
  readonly deliberateSignals: readonly number[];
  readonly shutdown: SchedulerFacts["shutdown"];
  /** Missing in reports of older programs. */
  readonly signals?: SchedulerFacts["signals"];
}

export interface ReportedInput {
  readonly at: Instant;
  readonly input: Input;
}

export type ReportedHistory =
  | {
    readonly kind: "whole";
    /** The state before the inputs, without secrets. */
    readonly before: Uint8Array;
    /** Of the state after them: see `fingerprint`. */
    readonly after: string;
  }
  /** There are only the last inputs, which cannot be replayed. */
  | { readonly kind: "inputs-only"; readonly why: string };

/** What the manager before this one did, which has died. It replays like a report. */
export interface EarlierReport {
  /** How it died: a sentence. */
  readonly crash: string;
  readonly history: ReportedHistory;
  /** Those that count: its successor went on with what came of them. */
  readonly inputs: readonly ReportedInput[];
  /** What went in after that, and what it has not come to the end of; by its name: left out. */
  readonly brokenOff:
    readonly (ReportedInput | { readonly at: Instant; readonly leftOut: string })[];
}

export interface Report {
  /** Which program it is of. */
  readonly build: string;
  readonly facts: ReportedFacts;
  readonly history: ReportedHistory;
  readonly inputs: readonly ReportedInput[];
  /** undefined: the manager is the first one. */
  readonly earlier?: EarlierReport | undefined;
}

/**
 * Two states with equal ones are equal, secrets aside: 64 bits, by FNV-1a, of what changes and of
 * the descriptions, whatever objects those are made of.
 */
export function fingerprint({ blocks, described }: Snapshot): string {
  const descriptions = described.map((each) => inOrder(toPlain(describedWithoutSecrets(each))));
  const text = new TextEncoder().encode(JSON.stringify(descriptions));
  return [blocks.sealed(), text].map((bytes) => hash(bytes, 0x811c9dc5)).join("-");
}

/** Of plain values: members by their names, and none that is undefined. */
function inOrder(plain: unknown): unknown {
  if (typeof plain !== "object" || plain === null) return plain;
  if (Array.isArray(plain)) return plain.map(inOrder);
  const members = plain as Readonly<Record<string, unknown>>;
  const ordered: Record<string, unknown> = {};
  for (const name of Object.keys(members).sort()) {
    const part = members[name];
    if (part !== null) ordered[name] = inOrder(part);
  }
  return ordered;
}

function hash(bytes: Uint8Array, seed: number): string {
  let sum = seed;
  for (const byte of bytes) sum = Math.imul(sum ^ byte, 0x01000193);
  return (sum >>> 0).toString(16).padStart(8, "0");
}
