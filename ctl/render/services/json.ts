/**
 * Services as JSON, for programs. Names and meanings of the members are described in dinitctl(8);
 * new ones may come, none will change.
 */
import type {
  Plan,
  ReportedDetails,
  ReportedHealth,
  ReportedStatus,
} from "../../../core/protocol/mod.ts";
import { printableJson } from "../../../core/text/printable.ts";
import type { ListedService, ServiceDetails, TreeRow } from "../../interface/report.ts";
import { stageText, stoppedBadly } from "../text/state_text.ts";
import { usageJson } from "../figures/usage_text.ts";

/** The object of a service in `list --json`. */
export function listedServiceJson(service: ListedService, nowMs: number): object {
  const { name, status, summary, remark } = service;
  const maskedBy = remark?.mask ?? null;
  if (status === undefined) return { name, loaded: false, maskedBy };
  return {
    name,
    loaded: true,
    description: summary ?? null,
    ...statusJson(status),
    health: healthJson(remark?.health, nowMs),
    maskedBy,
  };
}

/** The object of a service in `status --json`. */
export function detailsJson(service: ServiceDetails, nowMs: number): object {
  const { name, status, file, details, usage, logLines } = service;
  return {
    name,
    loaded: true,
    ...statusJson(status),
    file: file?.path ?? null,
    modifiedSinceLoaded: file?.isModified ?? null,
    output: logLines ?? null,
    ...historyJson(details, nowMs),
    usage: usage === undefined ? null : usageJson(usage),
  };
}

function healthJson(health: ReportedHealth | undefined, nowMs: number): object | null {
  if (health === undefined) return null;
  const { purpose, state, agoMs, why } = health;
  const since = agoMs === undefined ? null : new Date(nowMs - agoMs).toISOString();
  return { purpose, state, since, why: why === "" ? null : why };
}

/** What only our managers tell. */
function historyJson(details: ReportedDetails | undefined, nowMs: number): object {
  const time = (agoMs: number | undefined) =>
    agoMs === undefined ? null : new Date(nowMs - agoMs).toISOString();
  const inFuture = (inMs: number | undefined) => time(inMs === undefined ? undefined : -inMs);
  const { lastEnd, fault, timer } = details ?? {};
  return {
    aliases: details?.aliases ?? null,
    description: details?.summary ?? null,
    documentation: details?.documentation ?? null,
    dropIns: details?.dropIns ?? null,
    maskedBy: details?.mask ?? null,
    statusText: details?.statusText ?? null,
    since: time(details?.inStateMs),
    restarts: details?.restarts ?? null,
    restartLimitReached: details?.isLimitReached ?? null,
    health: healthJson(details?.health, nowMs),
    nextTry: inFuture(details?.nextLaunchInMs),
    startedForFailureOf: details?.startedFor ?? null,
    lastEnd: lastEnd === undefined ? null : { time: time(lastEnd.agoMs), ...exitJson(lastEnd) },
    pinnedStarted: details?.isPinnedStarted ?? null,
    pinnedStopped: details?.isPinnedStopped ?? null,
    unmetCondition: details?.unmetCondition ?? null,
    failedDependency: details?.failedDependency ?? null,
    fault: fault === undefined ? null : { text: fault.text, time: time(fault.agoMs) },
    timer: timer === undefined ? null : {
      times: timer.times,
      next: inFuture(timer.nextInMs),
      last: time(timer.lastAgoMs),
    },
  };
}

/** The lists and objects of `tree --json`, in a piece for each row. */
export function* treeJson(rows: Iterable<TreeRow>): Iterable<string> {
  let above = -1;
  for (const row of rows) {
    const lead = row.depth > above ? "[" : `${closing(above, row.depth)},`;
    yield `${lead}\n${rowJson(row)}`;
    above = row.depth;
  }
  yield above < 0 ? "[]" : `${closing(above, 0)}\n]`;
}

/** All of a row up to the list of its dependencies. */
function rowJson({ name, depth, link, status, note }: TreeRow): string {
  const members = { name, link: link ?? null, state: status?.state ?? null, note: note ?? null };
  const text = `${printableJson(members).slice(0, -"\n}".length)},\n  "dependencies": `;
  return rowIndent(depth) + text.replaceAll("\n", `\n${rowIndent(depth)}`);
}

/** Ends the row of a depth, which has no dependencies, and those above it down to another depth. */
function closing(from: number, to: number): string {
  let text = `[]\n${rowIndent(from)}}`;
  for (let depth = from - 1; depth >= to; depth--) {
    text += `\n${rowIndent(depth)}  ]\n${rowIndent(depth)}}`;
  }
  return text;
}

function rowIndent(depth: number): string {
  return " ".repeat(2 + 4 * depth);
}

/** The object of `plan --json`. Times and durations are in seconds. */
export function planJson(plan: Plan): object {
  return {
    orders: plan.answers.map(({ order, answer, faults }) => ({ order, answer, faults })),
    steps: plan.steps.map((step) => ({
      service: step.service,
      action: step.what,
      begins: step.beginsMs / 1000,
      ends: step.result === "unfinished" ? null : step.endsMs / 1000,
      usualDuration: step.usualMs === undefined ? null : step.usualMs / 1000,
      result: step.result,
      why: step.why ?? null,
      waitsFor: step.waitsFor,
    })),
    services: plan.services.map(({ name, before, after, isNamed, isLost }) => ({
      ...{ name, before, after },
      named: isNamed,
      lost: isLost,
    })),
    goOnWithout: plan.lacks.map(({ service, without }) => ({ service, without })),
    reloads: plan.reloads.map(({ service, changes }) => ({
      service,
      changes: changes.map(({ setting, before, after }) => ({
        setting,
        before: before ?? null,
        after: after ?? null,
      })),
    })),
    end: plan.end,
  };
}

function statusJson(status: ReportedStatus): object {
  return {
    state: status.state,
    target: status.target,
    failed: stoppedBadly(status),
    activation: activation(status),
    startSkipped: status.startSkipped,
    console: consoleUse(status),
    pid: status.pid === 0 ? null : status.pid,
    stopReason: status.reason,
    exit: exitJson(status),
    launchFailure: status.execFailure === undefined
      ? null
      : { ...status.execFailure, stageText: stageText(status.execFailure.stage) },
  };
}

function activation(status: ReportedStatus): string | null {
  if (status.marked) return "explicit";
  return status.target === "started" ? "dependent" : null;
}

function consoleUse(status: ReportedStatus): string | null {
  if (status.hasConsole) return "held";
  return status.waitsForConsole ? "waited-for" : null;
}

/** How a process ended; null: there was none. */
export function exitJson({ exit }: Pick<ReportedStatus, "exit">): object | null {
  switch (exit.kind) {
    case "none":
      return null;
    case "exited":
      return { status: exit.code };
    case "signalled":
      return { signal: exit.signal, dumpedCore: exit.dumpedCore };
    case "unsuccessful":
      return {};
  }
}
