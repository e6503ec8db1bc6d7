/**
 * Time of the scheduler for each service, from 100 to 10,000 services:
 * `deno run -A tools/bench/scheduler.ts`.
 *
 * Wide: one service at the bottom, one on top, everything else between the two. Chains: as deep as
 * is allowed. The work for each service does not grow with their number; the time grows a little at
 * 10,000, where records no longer fit the caches. Measured on two cores of a shared machine, in
 * microseconds for each of 1000 and 10,000 internal services: wide, start 0.6 and 0.7, stop 0.6 and
 * 2.3; chains, start 0.5 and 2.1, stop 0.3 and 1.3.
 */
import type { ServiceDescription } from "../../core/description/mod.ts";
import type { Command } from "../../core/command.ts";
import { LONGEST_CHAIN } from "../../core/graph/chain_limit.ts";
import { placeholderDescription } from "../../core/schedule/placeholder.ts";
import { Scheduler } from "../../core/schedule/scheduler.ts";
import { instant, pid, type ServiceId, type ServiceName } from "../../core/types.ts";

const SIZES = [100, 1000, 10_000];
/** Each measurement is the best of these, so that other work on the machine does not count. */
const REPEATS = 5;

type Shape = (count: number) => readonly ServiceDescription[];

function describe(
  name: string,
  needs: readonly string[],
  type: "internal" | "process" = "internal",
): ServiceDescription {
  return {
    ...placeholderDescription(name as ServiceName),
    type,
    command: type === "process" ? ["/bin/true"] : [],
    startTimeoutMs: 60_000,
    stopTimeoutMs: 10_000,
    termSignal: "TERM",
    dependencies: needs.map((need) => ({ kind: "need", name: need as ServiceName })),
  };
}

const SHAPES: Readonly<Record<string, Shape>> = {
  "wide": (count) => wide(count, "internal"),
  "wide, processes": (count) => wide(count, "process"),
  "chains": (count) => chains(count, "internal"),
  "chains, processes": (count) => chains(count, "process"),
};

function wide(count: number, type: "internal" | "process"): readonly ServiceDescription[] {
  const middle = Array.from({ length: count - 2 }, (_, index) => `m${index}`);
  return [
    describe("base", [], type),
    ...middle.map((name) => describe(name, ["base"], type)),
    describe("top", middle, type),
  ];
}

/** All chains stand on their own; the top one needs each, which takes one level. */
function chains(count: number, type: "internal" | "process"): readonly ServiceDescription[] {
  const services: ServiceDescription[] = [];
  const tops: string[] = [];
  while (services.length < count - 1) {
    const length = Math.min(LONGEST_CHAIN - 1, count - 1 - services.length);
    for (let level = 0; level < length; level++) {
      const below = level === 0 ? [] : [`c${services.length - 1}`];
      services.push(describe(`c${services.length}`, below, type));
    }
    tops.push(`c${services.length - 1}`);
  }
  services.push(describe("top", tops, type));
  return services;
}

interface Times {
  readonly loadMs: number;
  readonly startMs: number;
  readonly stopMs: number;
  /** Items of the work lists for the start and the stop. */
  readonly handled: number;
}

function measure(descriptions: readonly ServiceDescription[]): Times {
  const scheduler = new Scheduler();
  let mark = performance.now();
  const lap = () => {
    const [before, now] = [mark, performance.now()];
    mark = now;
    return now - before;
  };
  for (const description of descriptions) {
    scheduler.load({ descriptions: [description] }, instant(0));
  }
  const loadMs = lap();
  const top = scheduler.find("top") as ServiceId;
  const start = scheduler.order({ kind: "start", service: top, pin: false }, instant(1));
  carryOut(scheduler, start.commands);
  if (scheduler.status(top).state !== "started") throw new Error("The top service did not start");
  const startMs = lap();
  carryOut(scheduler, scheduler.order({ kind: "shutdown", type: "halt" }, instant(2)).commands);
  if (scheduler.activeCount !== 0) throw new Error("Services are left after the shutdown");
  return { loadMs, startMs, stopMs: lap(), handled: scheduler.handledCount };
}

/** Processes are executed at once and die of the first signal. */
function carryOut(scheduler: Scheduler, first: readonly Command[]): void {
  const pending = [...first];
  for (let next = 0; next < pending.length; next++) {
    const command = pending[next];
    if (command?.kind === "spawn") {
      const { service, role } = command;
      scheduler.apply({ kind: "spawned", service, role, pid: pid(service + 1) }, instant(1));
      pending.push(...scheduler.apply({ kind: "exec-succeeded", service, role }, instant(1)));
    } else if (command?.kind === "signal") {
      const { service, role } = command;
      const status = { kind: "signalled", signal: 15, dumpedCore: false } as const;
      pending.push(...scheduler.apply({ kind: "exited", service, role, status }, instant(2)));
    }
  }
}

function best(times: readonly Times[]): Times {
  const least = (pick: (time: Times) => number) => Math.min(...times.map(pick));
  return {
    loadMs: least((time) => time.loadMs),
    startMs: least((time) => time.startMs),
    stopMs: least((time) => time.stopMs),
    handled: least((time) => time.handled),
  };
}

/** @returns The table as lines of text. */
export function benchScheduler(): readonly string[] {
  const lines = ["shape               services   load   start    stop   (µs each)   handled each"];
  for (const [name, shape] of Object.entries(SHAPES)) {
    for (const size of SIZES) {
      const descriptions = shape(size);
      const times = best(Array.from({ length: REPEATS }, () => measure(descriptions)));
      const each = (ms: number) => (ms * 1000 / size).toFixed(2).padStart(8);
      lines.push(
        name.padEnd(20) + String(size).padStart(8) + each(times.loadMs) + each(times.startMs) +
          each(times.stopMs) + (times.handled / size).toFixed(1).padStart(27),
      );
    }
  }
  return lines;
}

if (import.meta.main) {
  for (const line of benchScheduler()) console.log(line);
}
