/** Which numbers still stand for a service's process, with a kernel that gives them anew. */
import { KeptBlocks } from "../../../core/state/kept_blocks.ts";
import { readKept } from "../../../core/state/kept_reading.ts";
import { type Pid, pid, type ServiceId } from "../../../core/types.ts";
import { FACT_KIND, readFacts } from "../../../daemon/kept/facts.ts";
import type { PidFileState } from "../../../daemon/processes/pid_file.ts";
import { ServiceProcesses } from "../../../daemon/processes/service_processes.ts";
import { serviceSignals } from "../../../daemon/processes/service_signals.ts";
import type { Failure, Platform } from "../../../platform/mod.ts";
import { assert, assertEquals, assertIncludes } from "../../assert.ts";
import { WorkCounter } from "../../work_counter.ts";

const SERVICE = 1 as ServiceId;
const OTHER = 2 as ServiceId;
const [LAUNCHER, FIRST, NEXT, THIRD] = [pid(200), pid(201), pid(202), pid(203)];
const DENIED: Failure = { kind: "failure", call: "kill", errno: 1, message: "" };
const PID_FILE: PidFileState = { path: "/run/srv.pid", runAs: undefined, before: undefined };

Deno.test("what is asked at a process's end takes no longer when there are more processes", async () => {
  const counter = await WorkCounter.open("daemon/processes");
  const works: number[] = [];
  for (const count of [10, 500]) {
    const { processes } = scene();
    for (let number = 1; number <= count; number++) {
      processes.add(pid(1000 + number), { service: number as ServiceId, role: "start" });
    }
    await counter.take();
    const asked = [processes.hasAnyOf(OTHER), processes.predecessorOf(OTHER)];
    works.push(await counter.take());
    assertEquals(asked, [true, undefined]);
  }
  counter.close();
  assertEquals(works[0], works[1]);
});

interface Kernel {
  /** PID → when it was made. */
  readonly processes: Map<Pid, string>;
  readonly children: Set<Pid>;
  mayWatch: boolean;
  maySignal: boolean;
  readonly log: string[];
}

function scene(children: readonly Pid[] = []) {
  const kernel: Kernel = {
    processes: new Map(),
    children: new Set(children),
    mayWatch: true,
    maySignal: true,
    log: [],
  };
  const parts: Partial<Platform> = {
    userId: () => 0,
    processId: () => pid(100),
    readFile: () => ({
      kind: "contents",
      bytes: new TextEncoder().encode(String(NEXT)),
      modifiedSeconds: 1,
      modifiedNanoseconds: 0,
    }),
    realPath: (path) => ({ kind: "path", path }),
    fileStatus: () => ({
      type: "directory",
      mode: 0o755,
      uid: 0,
      links: 1,
      sizeBytes: 0,
      device: 1,
      inode: 1n,
      birth: 0n,
    }),
    processFacts: (one) => {
      const madeAt = kernel.processes.get(one);
      if (madeAt === undefined) return { kind: "gone" };
      const [parent, group, session, realUid, savedUid] = [1, 1, 1, 0, 0];
      return { kind: "process", parent, group, session, realUid, savedUid, madeAt };
    },
    childState: (one) =>
      kernel.children.has(one) ? "running" : kernel.processes.has(one) ? "foreign" : "none",
    kinship: () => "stranger",
    signalNumber: () => 15,
    errnoText: () => ({ name: "ESRCH", text: "no such process" }),
    signal: (one, number, target) => {
      if (number !== 0) kernel.log.push(`signal ${one} ${target}`);
      return kernel.maySignal ? undefined : DENIED;
    },
    poller: {
      watchProcess: (one: Pid) => {
        if (!kernel.mayWatch) return DENIED;
        kernel.log.push(`watch ${one}`);
        return undefined;
      },
      unwatchProcess: (one: Pid) => void kernel.log.push(`unwatch ${one}`),
    } as unknown as Platform["poller"],
  };
  const platform = parts as Platform;
  const processes = new ServiceProcesses(platform, {
    platform,
    cgroupOwnerOf: () => undefined,
    markedFor: () => undefined,
    nameOf: () => "other",
  });
  const { signal } = serviceSignals(platform, processes);
  return { kernel, processes, signal };
}

function takeOver({ kernel, processes }: ReturnType<typeof scene>) {
  kernel.processes.set(NEXT, "5");
  const launcher = { service: SERVICE, role: "start", pidFile: PID_FILE } as const;
  return processes.takeDaemonOver(launcher, LAUNCHER, PID_FILE);
}

Deno.test("ServiceProcesses signals a child, and nobody once it is collected", () => {
  const { processes, signal, kernel } = scene([FIRST]);
  processes.add(FIRST, { service: SERVICE, role: "start" });
  assertEquals(signal(FIRST, 15, "group"), undefined);
  processes.remove(FIRST);
  assertEquals(signal(FIRST, 15, "group")?.message, "no such process (ESRCH)");
  assertEquals(kernel.log, [`signal ${FIRST} group`]);
});

Deno.test("ServiceProcesses signals a daemon that is no child alone, and not who has its number", () => {
  const all = scene();
  const { kernel, signal } = all;
  assertEquals(takeOver(all), { kind: "running", pid: NEXT, tracked: true, isStranger: true });
  signal(NEXT, 15, "group");
  kernel.processes.set(NEXT, "6");
  assertEquals(signal(NEXT, 9, "group")?.errno, 3);
  kernel.processes.delete(NEXT);
  assertEquals(signal(NEXT, 9, "group")?.errno, 3);
  assertEquals(kernel.log, [`watch ${NEXT}`, `signal ${NEXT} process`]);
});

Deno.test("ServiceProcesses has a daemon that cannot be watched as a fact until the next start", () => {
  const all = scene();
  const { kernel, processes } = all;
  kernel.mayWatch = false;
  const memory = new Uint8Array(8192);
  const blocks = new KeptBlocks(memory);
  const found = () => {
    assert(processes.unwatchedFacts.put(blocks));
    blocks.commit();
    const read = readKept(memory);
    return read.kind === "kept" && [...readFacts(read.kept, FACT_KIND.unwatchedDaemon).facts];
  };
  processes.unwatchedFacts.begin();
  assertEquals(found(), []);
  takeOver(all);
  assertEquals(found(), [[SERVICE, { pid: NEXT, madeAt: kernel.processes.get(NEXT) }]]);
  processes.add(FIRST, { service: SERVICE, role: "start" });
  assertEquals(found(), []);
});

Deno.test("ServiceProcesses knows by its age a daemon that cannot be watched", () => {
  for (const what of ["mayWatch", "maySignal"] as const) {
    const all = scene();
    all.kernel[what] = false;
    const { kernel, processes, signal } = all;
    assertEquals(takeOver(all), { kind: "running", pid: NEXT, tracked: false, isStranger: true });
    kernel.log.length = 0;
    signal(NEXT, 15, "group");
    kernel.processes.set(NEXT, "6");
    assertEquals(signal(NEXT, 15, "group")?.errno, 3);
    assertEquals(kernel.log, [`signal ${NEXT} process`]);
    // The next launch has nothing to do with it.
    kernel.processes.set(NEXT, "5");
    processes.add(FIRST, { service: SERVICE, role: "start" });
    assertEquals(signal(NEXT, 15, "group")?.errno, 3);
  }
});

Deno.test("ServiceProcesses.takeDaemonOver() refuses another service's process", () => {
  const all = scene([NEXT]);
  all.processes.add(NEXT, { service: OTHER, role: "start" });
  const reading = takeOver(all);
  assertIncludes(
    reading.kind === "invalid" ? reading.why : "",
    `names process ${NEXT}, which belongs to the service other`,
  );
});

Deno.test("ServiceProcesses.changeMain() has a process watched that is no child", () => {
  const { kernel, processes, signal } = scene([FIRST]);
  processes.add(FIRST, { service: SERVICE, role: "start" });
  kernel.processes.set(NEXT, "5");
  kernel.processes.set(THIRD, "5");
  assertEquals(processes.changeMain(SERVICE, FIRST, NEXT), undefined);
  assertEquals(processes.predecessorOf(SERVICE), FIRST);
  // The one between is nobody's business any more, however often the main process changes.
  assertEquals(processes.changeMain(SERVICE, NEXT, THIRD), undefined);
  assertEquals(kernel.log, [`watch ${NEXT}`, `watch ${THIRD}`, `unwatch ${NEXT}`]);
  assertEquals(signal(NEXT, 15, "process")?.errno, 3);
  assertEquals(signal(THIRD, 15, "group"), undefined);
  // The end of the first process is none of the service, which has its main one.
  assertEquals(processes.remove(FIRST), "succeeded");
  assertEquals(processes.hasAnyOf(SERVICE), true);
  const end = processes.remove(THIRD);
  assertEquals(typeof end === "object" && end.service, SERVICE);
  assertEquals(processes.hasAnyOf(SERVICE), false);
});

Deno.test("ServiceProcesses.changeMain() refuses what has ended, and what another service has", () => {
  const { kernel, processes } = scene([FIRST, THIRD]);
  processes.add(FIRST, { service: SERVICE, role: "start" });
  processes.add(THIRD, { service: OTHER, role: "start" });
  assertEquals(processes.changeMain(SERVICE, FIRST, NEXT), "it has ended");
  kernel.processes.set(NEXT, "5");
  kernel.mayWatch = false;
  assertEquals(processes.changeMain(SERVICE, FIRST, NEXT), "its end could not be noticed");
  assertEquals(
    processes.changeMain(SERVICE, FIRST, THIRD),
    "it is known already as a process of a service",
  );
});
