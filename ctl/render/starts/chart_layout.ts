/**
 * What is in the picture of a boot: its rows, the parts of each bar, and the scale. Times only; how
 * they are drawn is in `chart_svg.ts`.
 */
import { lastTarget, startChain } from "../../../core/figures/start_chain.ts";
import type { StartedService, StartReport, StartTimes } from "../../../core/figures/start_times.ts";

/** What goes on in a part of a bar. */
export type BarKind = "kernel" | "manager" | "wait" | "console" | "launch" | "run" | "failed";

/** From one time to another, in milliseconds since the picture's left edge. */
export interface Bar {
  readonly kind: BarKind;
  readonly fromMs: number;
  readonly toMs: number;
}

export interface ChartRow {
  readonly name: string;
  readonly bars: readonly Bar[];
  /** When it was up; undefined: it was not, up to the right edge. */
  readonly upMs: number | undefined;
  /** It runs no process: all there is to see is the moment. */
  readonly isMoment: boolean;
  /** It is in the chain that determined the boot's end. */
  readonly isCritical: boolean;
}

/** From the row that was waited for to the one that went on by it. */
export interface ChartStep {
  readonly fromRow: number;
  readonly toRow: number;
  readonly atMs: number;
}

export interface Chart {
  /** Between both edges. */
  readonly lengthMs: number;
  readonly rows: readonly ChartRow[];
  /** Of the chain, in its order. */
  readonly steps: readonly ChartStep[];
  /** What the boot ended with; undefined: it has not ended. */
  readonly end: { readonly name: string; readonly atMs: number } | undefined;
  /** Services that were to be up later. */
  readonly leftOut: number;
  /** The time of day at the left edge, in milliseconds since 1970. */
  readonly beganAt: number;
}

/** Puts the picture together. */
export function chartOf(report: StartReport): Chart {
  const beforeMs = report.isFirstProcess ? report.kernelMs : 0;
  const target = lastTarget(report, report.targets);
  const targetEndMs = report.services.find(({ name }) => name === target)?.starts?.first.endedMs;
  const shown = shownServices(report.services, targetEndMs ?? report.nowMs);
  const chain = target === undefined ? [] : startChain(report, target);
  const critical = new Set(chain.map(({ name }) => name));
  const rightMs = rightEdge(shown, targetEndMs, report.nowMs);
  const rows = [
    ...firstRows(report, beforeMs),
    ...shown.map((service) => serviceRow(service, { beforeMs, rightMs, critical })),
  ];
  const lengthMs = Math.max(1, rightMs + beforeMs);
  const steps: ChartStep[] = [];
  for (const { name, start, after } of chain) {
    const fromRow = rows.findIndex((row) => row.name === after && row.isCritical);
    const toRow = rows.findIndex((row) => row.name === name && row.isCritical);
    const atMs = start.consoleMs ?? start.ownMs;
    if (fromRow < 0 || toRow < 0 || atMs === undefined) continue;
    steps.push({ fromRow, toRow, atMs: atMs + beforeMs });
  }
  const started = report.services.filter(({ starts }) => starts !== undefined).length;
  return {
    ...{ lengthMs, rows, steps },
    end: target === undefined || targetEndMs === undefined
      ? undefined
      : { name: target, atMs: targetEndMs + beforeMs },
    leftOut: started - shown.length,
    beganAt: report.begunAt - beforeMs,
  };
}

/** Those that were to be up before the boot's end, in the order in which they went on. */
function shownServices(
  services: readonly StartedService[],
  endMs: number,
): readonly (StartedService & { readonly start: StartTimes })[] {
  return services.flatMap((service) => {
    const start = service.starts?.first;
    return start === undefined || start.begunMs > endMs ? [] : [{ ...service, start }];
  }).sort((one, other) => wentOn(one.start) - wentOn(other.start));
}

function wentOn({ consoleMs, ownMs, endedMs }: StartTimes): number {
  return consoleMs ?? ownMs ?? endedMs ?? Infinity;
}

/** When all that is shown is up or given up; of what is under way, up to now. */
function rightEdge(
  shown: readonly { readonly start: StartTimes }[],
  targetEndMs: number | undefined,
  nowMs: number,
): number {
  let edge = targetEndMs ?? 0;
  for (const { start } of shown) edge = Math.max(edge, start.endedMs ?? nowMs);
  return edge;
}

function firstRows(report: StartReport, beforeMs: number): readonly ChartRow[] {
  const { isFirstProcess, readyMs, nowMs } = report;
  const row = (name: string, bar: Bar): ChartRow => ({
    ...{ name, bars: [bar], upMs: bar.toMs },
    ...{ isMoment: false, isCritical: false },
  });
  const ownEnd = (readyMs ?? nowMs) + beforeMs;
  return [
    ...isFirstProcess ? [row("kernel", { kind: "kernel", fromMs: 0, toMs: beforeMs })] : [],
    row("dinit", { kind: "manager", fromMs: beforeMs, toMs: ownEnd }),
  ];
}

function serviceRow(
  { name, start, type }: StartedService & { readonly start: StartTimes },
  { beforeMs, rightMs, critical }: {
    readonly beforeMs: number;
    readonly rightMs: number;
    readonly critical: ReadonlySet<string>;
  },
): ChartRow {
  const { begunMs, consoleMs, ownMs, executedMs, outcome } = start;
  const endMs = start.endedMs ?? rightMs;
  const bars: Bar[] = [];
  const add = (kind: BarKind, fromMs: number, toMs: number): void => {
    if (toMs > fromMs) bars.push({ kind, fromMs: fromMs + beforeMs, toMs: toMs + beforeMs });
  };
  add("wait", begunMs, consoleMs ?? ownMs ?? endMs);
  if (consoleMs !== undefined) add("console", consoleMs, ownMs ?? endMs);
  if (ownMs !== undefined) {
    add("launch", ownMs, executedMs ?? endMs);
    if (executedMs !== undefined) add("run", executedMs, endMs);
  }
  const last = bars.at(-1);
  if (outcome === "not-started" && last !== undefined) {
    bars[bars.length - 1] = { ...last, kind: "failed" };
  }
  return {
    ...{ name, bars, isCritical: critical.has(name) },
    upMs: outcome === "started" ? endMs + beforeMs : undefined,
    isMoment: start.launchedMs === undefined && (type === "internal" || type === "triggered"),
  };
}
