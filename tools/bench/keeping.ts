/**
 * What it takes to keep the state outside the heap: processor time and memory for each service of a
 * start of many, which is all that the manager does but for the kernel's part of it.
 *
 *     deno run -A --v8-flags=--single-threaded,--max-semi-space-size=1,--jitless,--expose-gc \
 *       tools/bench/keeping.ts [SERVICES]
 *
 * The same start is played without and with it, in turns; processor time is measured, not the
 * clock, so that other work on the machine does not count.
 */
import process from "node:process";
import { instant, type Pid, pid, type ServiceId, type ServiceName } from "../../core/types.ts";
import type { Command } from "../../core/command.ts";
import type { ServiceDescription } from "../../core/description/mod.ts";
import { Scheduler } from "../../core/schedule/scheduler.ts";
import { USUAL } from "../../core/state/description_block.ts";
import { Inbox } from "../../daemon/kept/inbox.ts";
import { StateMemory } from "../../daemon/kept/state_memory.ts";
import { ServiceProcesses } from "../../daemon/processes/service_processes.ts";
import { StartNotes } from "../../daemon/time/start_notes.ts";
import { openPlatform, type Platform } from "../../platform/mod.ts";

const ROUNDS = 15;
/** A first few are not counted: all is read and bound then. */
const WARM_UP = 2;
const NO_ENDS = { readiness: undefined, notify: undefined, control: undefined };

/** No pid file names a daemon here. */
const NO_CLAIMS = {
  cgroupOwnerOf: () => undefined,
  markedFor: () => undefined,
  nameOf: String,
};

function describe(name: string, waitsFor: readonly string[]): ServiceDescription {
  return {
    ...USUAL,
    name: name as ServiceName,
    source: {
      file: `/etc/dinit.d/${name}.toml`,
      directory: "/etc/dinit.d",
      format: "toml",
      modifiedSeconds: 1_790_000_000,
      modifiedNanoseconds: 123_456_789,
    },
    command: ["/usr/bin/some-daemon", "--foreground"],
    dependencies: waitsFor.map((other) => ({
      kind: "waits-for",
      name: other as ServiceName,
    })),
  };
}

function descriptions(count: number): readonly ServiceDescription[] {
  const names = Array.from({ length: count }, (_, index) => `service-${index}`);
  return [...names.map((name) => describe(name, [])), describe("done", names)];
}

/** Microseconds of processor time so far. */
function processorMicros(): number {
  const { user, system } = process.cpuUsage();
  return user + system;
}

interface Measured {
  /** Microseconds. */
  readonly begun: number;
  readonly launched: number;
  /** Bytes. */
  readonly heap: number;
  readonly region: number;
}

/** Plays a start. */
function play(
  platform: Platform,
  list: readonly ServiceDescription[],
  isKept: boolean,
): Measured {
  const memory = platform.keptMemories?.make();
  if (memory === undefined || "kind" in memory) throw new Error("no memory to keep it in");
  const scheduler = new Scheduler();
  const starts = new StartNotes();
  scheduler.watchInputs(starts);
  scheduler.watchPhases(starts);
  scheduler.load({ descriptions: list }, instant(0));
  const processes = new ServiceProcesses(platform, { platform, ...NO_CLAIMS });
  const last = scheduler.find("done") as ServiceId;
  const ordered = scheduler.order({ kind: "start", service: last, pin: false }, instant(1));
  const heapBefore = heapBytes();
  const before = processorMicros();
  let region = 0;
  const state = isKept
    ? StateMemory.begin({
      memory: {
        ...memory,
        begin: (bytes) => {
          region = bytes;
          return memory.begin(bytes);
        },
        lengthen: (bytes) => {
          region = bytes;
          return memory.lengthen(bytes);
        },
      },
      scheduler,
      services: list.length,
      sources: [processes.facts, starts.facts],
      withScheduler: [],
      givenToChildren: [],
      read: [],
      said: [],
      inbox: new Inbox(),
      platform,
      lost: (why) => {
        throw new Error(why);
      },
    })
    : undefined;
  if (state !== undefined && "kind" in state) throw new Error(state.message);
  const begun = processorMicros() - before;
  const launchedAfter = processorMicros();
  launchAll(ordered.commands, { scheduler, processes, state });
  const launched = processorMicros() - launchedAfter;
  const heap = heapBytes() - heapBefore;
  memory.close();
  return { begun, launched, heap, region };
}

function launchAll(commands: readonly Command[], { scheduler, processes, state }: {
  readonly scheduler: Scheduler;
  readonly processes: ServiceProcesses;
  readonly state: StateMemory | undefined;
}): void {
  const queue = [...commands];
  let made = 10_000;
  let now = 2;
  for (let at = 0; at < queue.length; at++) {
    const command = queue[at];
    if (command?.kind !== "spawn") continue;
    const { service, role } = command;
    state?.begin(service, role, NO_ENDS);
    const child: Pid = pid(made++);
    state?.made(child, undefined);
    processes.add(child, { service, role });
    now += 0.25;
    queue.push(...scheduler.apply({ kind: "spawned", service, role, pid: child }, instant(now)));
    const executed = { kind: "exec-succeeded", service, role } as const;
    queue.push(...scheduler.apply(executed, instant(now + 0.1)));
    if (state !== undefined && !state.hasRoom) state.keep();
  }
  state?.keep();
}

function heapBytes(): number {
  const { gc } = globalThis as { gc?: (options: unknown) => void };
  gc?.({ type: "major", execution: "sync", flavor: "last-resort" });
  return Deno.memoryUsage().heapUsed;
}

function median(values: readonly number[]): number {
  return values.toSorted((one, other) => one - other)[values.length >> 1] ?? NaN;
}

if (import.meta.main) {
  const count = Number(Deno.args[0] ?? 1000);
  const platform = openPlatform();
  const list = descriptions(count);
  const kept: Measured[] = [];
  const plain: Measured[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    plain.push(play(platform, list, false));
    kept.push(play(platform, list, true));
  }
  const of = (all: readonly Measured[], key: keyof Measured) =>
    median(all.slice(WARM_UP).map((one) => one[key])) / count;
  const fixed = (value: number) => value.toFixed(2);
  console.log(`begin: ${fixed(of(kept, "begun"))} µs a service`);
  console.log(
    `launches: ${fixed(of(kept, "launched") - of(plain, "launched"))} µs a service more than ${
      fixed(of(plain, "launched"))
    }`,
  );
  const share = (of(kept, "begun") + of(kept, "launched") - of(plain, "launched")) /
    of(plain, "launched");
  console.log(`both: ${fixed(share)} times that`);
  console.log(`heap: ${fixed(of(kept, "heap") - of(plain, "heap"))} bytes a service more`);
  console.log(`region: ${fixed(of(kept, "region"))} bytes a service`);
}
