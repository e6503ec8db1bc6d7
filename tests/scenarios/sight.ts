/**
 * What is seen of services after a step, in the form of the expectations; and the comparison with
 * them.
 */
import type { ReportedExit, ReportedStatus } from "../../core/protocol/mod.ts";
import type { StopReason } from "../../core/types.ts";
import { assertEquals } from "../assert.ts";
import type { Expectation, Scenario } from "./scenario.ts";

/** Source: signal(7), x86 numbers. */
export const SIGNAL_NUMBERS: Readonly<Record<string, number>> = {
  HUP: 1,
  INT: 2,
  QUIT: 3,
  KILL: 9,
  USR1: 10,
  SEGV: 11,
  USR2: 12,
  TERM: 15,
};

const REASONS: Readonly<Record<StopReason, string>> = {
  "normal": "normal",
  "dependency-restarted": "dep-restart",
  "dependency-failed": "dep-failed",
  "failed": "failed",
  "exec-failed": "exec-failed",
  "timed-out": "timed-out",
  "terminated": "terminated",
};

/** The loaded services of a scenario as their statuses tell them. */
export function sightOf(statuses: ReadonlyMap<string, ReportedStatus>): Partial<Expectation> {
  const states: Record<string, string> = {};
  const targets: Record<string, string> = {};
  const reasons: Record<string, string> = {};
  const ends: Record<string, string> = {};
  const flags: Record<string, string[]> = {};
  const marked: string[] = [];
  for (const [name, status] of statuses) {
    const { state } = status;
    states[name] = state;
    if (status.marked) marked.push(name);
    const obvious = state === "starting" || state === "started" ? "started" : "stopped";
    if (status.target !== obvious) targets[name] = status.target;
    if (state === "stopping" || state === "stopped") {
      const reason = REASONS[status.reason];
      if (reason !== "normal") reasons[name] = reason;
    }
    const end = endOf(status);
    if (state === "stopped" && end !== undefined) ends[name] = end;
    const own = flagsOf(status);
    if (own.length > 0) flags[name] = own;
  }
  return { states, targets, reasons, ends, flags, marked: marked.sort() };
}

/** @throws {Error} When something else was seen after a step than the scenario expects. */
export function assertSeen(scenario: Scenario, index: number, sight: Expectation): void {
  const expect = scenario.steps[index]?.expect as Expectation;
  const seen = withoutRaces(sight, expect);
  const expected = withoutRaces(complete(expect), expect);
  assertEquals(seen, expected, difference(scenario, index, seen, expected));
}

function endOf(status: ReportedStatus): string | undefined {
  if (status.reason === "exec-failed" && status.execFailure !== undefined) {
    return `exec:stage=${status.execFailure.stage},errno=${status.execFailure.errno}`;
  }
  return exitText(status.exit);
}

function exitText(exit: ReportedExit): string | undefined {
  switch (exit.kind) {
    case "none":
      return undefined;
    case "unsuccessful":
      return "failed";
    case "exited":
      return `exited:${exit.code}`;
    case "signalled": {
      const known = Object.entries(SIGNAL_NUMBERS).find(([, number]) => number === exit.signal);
      return `signal:${known?.[0] ?? exit.signal}`;
    }
  }
}

function flagsOf(status: ReportedStatus): string[] {
  const flags: string[] = [];
  if (status.waitsForConsole) flags.push("waiting-console");
  if (status.hasConsole) flags.push("console");
  if (status.startSkipped) flags.push("skipped");
  return flags;
}

/** Fills in what an expectation leaves out. */
function complete(expectation: Expectation): Expectation {
  const { anyReason: _, ...rest } = expectation;
  const lists = {
    launched: [...expectation.launched ?? []].sort(),
    signals: [...expectation.signals ?? []].sort(),
  };
  if (expectation.manager !== undefined) return { ...rest, ...lists };
  return {
    targets: {},
    reasons: {},
    ends: {},
    flags: {},
    ...rest,
    ...lists,
    marked: [...expectation.marked ?? []].sort(),
  };
}

function withoutRaces(seen: Expectation, expectation: Expectation): Expectation {
  if (expectation.anyReason === undefined) return seen;
  const reasons = { ...seen.reasons };
  for (const name of expectation.anyReason) delete reasons[name];
  return { ...seen, reasons };
}

function difference(
  scenario: Scenario,
  index: number,
  seen: Expectation,
  expected: Expectation,
): string {
  const { expect: _, ...action } = scenario.steps[index] as Scenario["steps"][number];
  const lines = [`${scenario.name}, step ${index + 1} ${JSON.stringify(action)}:`];
  for (const key of Object.keys({ ...expected, ...seen }) as (keyof Expectation)[]) {
    const [was, wanted] = [JSON.stringify(seen[key]), JSON.stringify(expected[key])];
    if (was !== wanted) lines.push(`  ${key}: seen ${was}, expected ${wanted}`);
  }
  return lines.join("\n");
}
