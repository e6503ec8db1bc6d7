/**
 * How long services took to start, and which of them held the others up: for people, and as JSON.
 */
import { startChain } from "../../../core/figures/start_chain.ts";
import {
  ownDurationMs,
  type StartReport,
  type StartTimes,
  waitDurationMs,
} from "../../../core/figures/start_times.ts";
import { durationText } from "../text/duration_text.ts";
import { type Printed, told } from "../text/printed.ts";

interface Blamed {
  readonly name: string;
  readonly start: StartTimes;
  readonly ownMs: number;
}

/** Slowest first; of those that run something. */
function blamed({ services, nowMs }: StartReport): readonly Blamed[] {
  const found: Blamed[] = [];
  for (const { name, starts } of services) {
    const ownMs = starts === undefined ? undefined : ownDurationMs(starts.last, nowMs);
    if (starts === undefined || ownMs === undefined || starts.last.launchedMs === undefined) {
      continue;
    }
    found.push({ name, start: starts.last, ownMs });
  }
  return found.sort((one, other) => other.ownMs - one.ownMs);
}

/** The lines of `blame`. */
export function* blameLines(report: StartReport): Iterable<Printed> {
  const rows = blamed(report);
  if (rows.length === 0) yield told("No service with a process was started yet.");
  const times = rows.map(({ ownMs }) => durationText(ownMs));
  const timeWidth = widest(times);
  const nameWidth = widest(rows.map(({ name }) => name));
  for (const [index, { name, start }] of rows.entries()) {
    const time = (times[index] ?? "").padStart(timeWidth);
    yield told(`${time}  ${name.padEnd(nameWidth)}  ${partsText(start, report.nowMs)}`.trimEnd());
  }
}

function partsText(start: StartTimes, nowMs: number): string {
  const { executedMs, endedMs, outcome, ownMs = 0 } = start;
  const waitMs = waitDurationMs(start, nowMs);
  const readyMs = executedMs === undefined || endedMs === undefined ? 0 : endedMs - executedMs;
  const parts: readonly (string | undefined)[] = [
    outcome === "under-way" ? "not up yet" : undefined,
    outcome === "not-started" ? "did not come up" : undefined,
    executedMs === undefined ? undefined : `executed after ${durationText(executedMs - ownMs)}`,
    readyMs < 1 || outcome !== "started" ? undefined : `ready ${durationText(readyMs)} later`,
    waitMs < 1 ? undefined : `waited ${durationText(waitMs)} before`,
  ];
  return parts.filter((part) => part !== undefined).join(", ");
}

/** The objects of `blame --json`. Times are in seconds, since the manager began. */
export function blameJson(report: StartReport): readonly object[] {
  return blamed(report).map(({ name, start, ownMs }) => ({
    service: name,
    duration: seconds(ownMs),
    waited: seconds(waitDurationMs(start, report.nowMs)),
    ...startJson(start),
  }));
}

/** The lines of `critical-path`. */
export function* chainLines(report: StartReport, service: string): Iterable<Printed> {
  const chain = startChain(report, service);
  const end = chain.at(-1)?.start;
  yield told(headline(report, service, end));
  const times = chain.map(({ start }) => `+${durationText(start.ownMs ?? start.begunMs)}`);
  const timeWidth = widest(times);
  const nameWidth = widest(chain.map(({ name }) => name));
  for (const [index, { name, start }] of chain.entries()) {
    const time = (times[index] ?? "").padStart(timeWidth);
    yield told(`${time}  ${name.padEnd(nameWidth)}  ${chainNote(start, report.nowMs)}`);
  }
}

function chainNote(start: StartTimes, nowMs: number): string {
  const ownMs = ownDurationMs(start, nowMs);
  if (ownMs === undefined) return start.outcome === "under-way" ? "still waits" : "was given up";
  const time = durationText(ownMs);
  if (start.outcome === "started") return `took ${time}`;
  return start.outcome === "under-way" ? `not up yet, after ${time}` : `given up after ${time}`;
}

function headline(
  { isFirstProcess, kernelMs, readyMs }: StartReport,
  service: string,
  start: StartTimes | undefined,
): string {
  const before = [
    ...isFirstProcess ? [`kernel ${durationText(kernelMs)} before that`] : [],
    ...readyMs === undefined ? [] : [`the manager itself ${durationText(readyMs)}`],
  ].join(", ");
  const behind = before === "" ? "" : ` (${before})`;
  const time = start?.endedMs === undefined ? undefined : durationText(start.endedMs);
  if (time === undefined) return `${service} is not up yet${behind}:`;
  const what = start?.outcome === "started" ? "was up" : "was given up";
  return `${service} ${what} ${time} after the manager began${behind}:`;
}

/** The object of `critical-path --json`. Times are in seconds. */
export function chainJson(report: StartReport, service: string): object {
  const { isFirstProcess, kernelMs, readyMs, begunAt } = report;
  const chain = startChain(report, service);
  return {
    service,
    managerBegan: new Date(begunAt).toISOString(),
    kernel: isFirstProcess ? seconds(kernelMs) : null,
    managerReady: orNull(readyMs),
    up: orNull(chain.at(-1)?.start.endedMs),
    chain: chain.map(({ name, start, after }) => ({
      service: name,
      after: after ?? null,
      duration: orNull(ownDurationMs(start, report.nowMs)),
      ...startJson(start),
    })),
  };
}

function startJson(start: StartTimes): object {
  return {
    outcome: start.outcome,
    begun: seconds(start.begunMs),
    ownStart: orNull(start.ownMs),
    launched: orNull(start.launchedMs),
    executed: orNull(start.executedMs),
    ended: orNull(start.endedMs),
  };
}

function seconds(milliseconds: number): number {
  return Math.round(milliseconds * 1000) / 1_000_000;
}

function orNull(milliseconds: number | undefined): number | null {
  return milliseconds === undefined ? null : seconds(milliseconds);
}

function widest(texts: readonly string[]): number {
  return texts.reduce((width, text) => Math.max(width, text.length), 0);
}
