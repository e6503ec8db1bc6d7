/**
 * What a manager that died has left of what it knew: at the end of each turn the same as what it
 * would have handed on itself.
 */
import type { HistoryView } from "../../../core/service/record/history_view.ts";
import { KeptBlocks } from "../../../core/state/kept_blocks.ts";
import { readKept } from "../../../core/state/kept_reading.ts";
import { type Fd, fd, instant, type Pid, pid, type ServiceId } from "../../../core/types.ts";
import { privateAccess } from "../../../daemon/control/access.ts";
import { ControlListener } from "../../../daemon/control/listener.ts";
import { DescriptorList } from "../../../daemon/kept/keeper.ts";
import { type FactParts, factSources, readLeftFacts } from "../../../daemon/recovery/kept_facts.ts";
import { ActivationSockets } from "../../../daemon/launch/activation_sockets.ts";
import { DemandSockets } from "../../../daemon/launch/demand.ts";
import { ReadinessPipes } from "../../../daemon/launch/readiness_pipes.ts";
import { ServiceOutputs } from "../../../daemon/output/service_output.ts";
import { Notifications } from "../../../daemon/processes/notifications.ts";
import { ServiceProcesses } from "../../../daemon/processes/service_processes.ts";
import { NO_LAST_RESORT } from "../../../platform/posix/processes/no_last_resort.ts";
import { ServiceFaults } from "../../../daemon/control/answers/service_faults.ts";
import { FACT_KIND, Facts } from "../../../daemon/kept/facts.ts";
import { managerFacts } from "../../../daemon/kept/manager_fact.ts";
import { Leftovers } from "../../../daemon/launch/leftovers.ts";
import { Logins } from "../../../daemon/processes/logins.ts";
import { ServiceCgroups } from "../../../daemon/processes/cgroups/service_cgroups.ts";
import { TreeKiller } from "../../../daemon/processes/tree_killer.ts";
import { Timers } from "../../../daemon/time/timers.ts";
import * as TIMETABLE from "../../../daemon/timetable/part.ts";
import { ServiceTimers } from "../../../daemon/timetable/service_timers.ts";
import { ManagerEnvironment } from "../../../daemon/start/environment.ts";
import type { ListeningSocket } from "../../../core/description/mod.ts";
import type { Log } from "../../../daemon/output/log.ts";
import type { Platform, ReceivedMessage } from "../../../platform/mod.ts";
import { assert, assertEquals, fail } from "../../assert.ts";
import { buildDescription, serviceName } from "../../builders.ts";
import { StartNotes } from "../../../daemon/time/start_notes.ts";
import { buildTimer } from "../../core/timetable/timers.ts";
import { randomSource } from "../control/random_requests.ts";
import { handedOn } from "../kept/handed_on.ts";
import { noCopies } from "../output/copies.ts";

const TIMER = buildTimer({ calendar: ["*-*-* 02:00:00"], everyMs: 3_600_000 });
const SEED = 0x1ef7;
const NOW = instant(50_000);

const SOCKET = {
  address: { kind: "unix", path: "/run/web" },
  type: "stream",
  mode: 0o600,
  uid: undefined,
  gid: undefined,
  backlog: 10,
  blocks: true,
  ipv6Only: false,
} as unknown as ListeningSocket;

/** Parts over a kernel that says yes to everything. */
function manager() {
  let next = 20;
  const messages: string[] = [];
  const at = { now: instant(1000) };
  const platform = {
    now: () => at.now,
    os: "linux",
    processClockMs: () => 7,
    userId: () => 0,
    kinship: () => "related",
    childState: () => "running",
    exists: () => true,
    close: () => {},
    removeExactly: () => undefined,
    setBlocking: () => undefined,
    pipe: () => ({ kind: "pipe", readEnd: fd(next++), writeEnd: fd(next++) }),
    lastResort: NO_LAST_RESORT,
    waitingBytes: () => 1,
    signal: () => undefined,
    signalNumber: () => 15,
    processId: () => 1,
    recordLogin: () => undefined,
    waitingInput: () => "none",
    read: () => 1,
    listenUnix: () => ({
      kind: "socket",
      fd: fd(next++),
      file: { device: 8, inode: 2n ** 60n + 1n, birth: 77n },
    }),
    receiveMessage: (_: Fd, target: Uint8Array, stays = false): ReceivedMessage | "again" => {
      const text = stays ? messages[0] : messages.shift();
      if (text === undefined) return "again";
      const { written } = new TextEncoder().encodeInto(text, target);
      const sender = { pid: 500, uid: 0, gid: 0 };
      return { kind: "message", length: written, isTruncated: false, sender };
    },
    keepClock: () => ({ instant: at.now, kernelMs: at.now }),
    readFile: () => ({ kind: "failure" }),
    openClockWatch: () => fd(next++),
    poller: { watch: () => undefined, unwatch: () => {}, unwatchProcess: () => {} },
  } as unknown as Platform;
  const sockets = new ActivationSockets(platform);
  const copies = noCopies(platform);
  const listener = new ControlListener(platform, {
    path: "/run/dinitctl",
    access: privateAccess(platform),
  });
  const parts = {
    control: listener,
    sockets,
    demand: new DemandSockets(platform, sockets, () => {}),
    timers: new ServiceTimers({
      platform,
      scheduler: {
        description: () => buildDescription("job", { type: "process", timer: TIMER }),
        history: () => ({ lastEndAt: at.now }) as unknown as HistoryView,
        list: () => [],
      },
      load: () => TIMETABLE,
      tz: "UTC0",
      stateFolder: undefined,
      report: () => {},
      warn: () => {},
    }),
    environment: new ManagerEnvironment([["PATH", "/bin"]]),
    notifications: new Notifications(platform, {
      report: () => {},
      changeMainPid: () => undefined,
      isThere: () => true,
      isInCgroup: () => false,
      complain: () => {},
    }),
    processes: new ServiceProcesses(platform, {
      platform,
      cgroupOwnerOf: () => undefined,
      markedFor: () => undefined,
      nameOf: () => "other",
    }),
    readiness: new ReadinessPipes(platform, () => {}),
    copies,
    outputs: new ServiceOutputs(platform, {
      warn: () => {},
      wallClock: () => 0,
      keepBuffers: () => {},
      copies,
    }),
    cgroups: new ServiceCgroups(platform, {
      given: undefined,
      forAll: false,
      error: () => {},
      warn: () => {},
    }),
    faults: new ServiceFaults(),
    leftovers: new Leftovers({ platform, launch: () => {} }),
    logins: new Logins(platform, { warn: () => {} } as unknown as Log, new Timers()),
    trees: new TreeKiller({
      platform,
      cgroups: { has: () => false } as unknown as ServiceCgroups,
      mainOf: () => undefined,
      nameOf: () => serviceName("other"),
      warn: () => {},
      report: () => {},
    }),
    ending: { facts: NO_FACTS },
    launches: { facts: NO_FACTS },
    probes: { facts: NO_FACTS },
    socket: { facts: NO_FACTS },
    starts: new StartNotes(),
  };
  return { parts, listener, messages, at, newDescriptor: () => fd(next++) };
}

const NO_FACTS = new Facts(FACT_KIND.ending, new Map());
const MANAGER_FACT = {
  clock: { instant: instant(5), kernelMs: 7 },
  cgroupBase: "/sys/fs/cgroup",
  oomScore: undefined,
  signals: ["HUP"],
  pid: 7 as Pid,
  bootId: "c0ffee",
};

type Manager = ReturnType<typeof manager>;

/** One thing that happens to a manager. */
function happen(world: Manager, random: (below: number) => number): void {
  const { parts, listener, messages, at, newDescriptor } = world;
  const { sockets, demand, environment, notifications, outputs, processes, readiness } = parts;
  const { timers } = parts;
  const service = (1 + random(4)) as ServiceId;
  const some = <Item>(items: Iterable<Item>): Item | undefined => {
    const all = [...items];
    return all[random(all.length || 1)];
  };
  const keeper = new DescriptorList();
  switch (random(26)) {
    case 0: {
      const number = pid(100 + random(30));
      if (processes.get(number) === undefined) processes.add(number, { service, role: "start" });
      return;
    }
    case 1:
      return void processes.remove(pid(100 + random(30)));
    case 2:
      return void readiness.add(service, newDescriptor());
    case 3:
      return readiness.processEnded(service);
    case 4: {
      const pipe = some(readiness.keep(keeper).keys());
      if (pipe !== undefined) readiness.handleDescriptor(pipe);
      return;
    }
    case 5: {
      const description = buildDescription("web", {
        type: "process",
        watchdogTimeoutMs: random(2) * 5000,
      });
      const socket = { fd: newDescriptor(), address: `@${service}` };
      return notifications.add(service, description, socket, pid(100 + random(30)));
    }
    case 6:
      return notifications.remove(service);
    case 7:
    case 8: {
      const texts = [
        ...["READY=1", "RELOADING=1", "STATUS=Busy", "STOPPING=1", "WATCHDOG=1"],
        ...["WATCHDOG=trigger", "WATCHDOG_USEC=7000000", "MAINPID=777"],
      ];
      messages.push(some(texts) ?? "");
      const speaker = some(notifications.keep(keeper).speakers);
      if (speaker !== undefined) notifications.handleDescriptor(speaker.socket.fd);
      messages.length = 0;
      return;
    }
    case 9:
      at.now = instant(at.now + 6000);
      return notifications.runDue(at.now);
    case 10:
      return demand.listen(service, [SOCKET]);
    case 11:
      return demand.ignore(service);
    case 12:
      demand.ignore(service);
      return sockets.close(service);
    case 13: {
      const log = random(2) === 0
        ? { kind: "buffer", limitBytes: 4096, keeps: "newest", timestamps: false } as const
        : { kind: "none" } as const;
      outputs.streamFor(buildDescription(`s${service}`, { type: "process", log }), "start");
      return void outputs.consumerInput(serviceName(`p${service}`));
    }
    case 14:
      return outputs.forget(serviceName(`${random(2) === 0 ? "s" : "p"}${service}`));
    case 15:
      return random(2) === 0
        ? void environment.set(`V${random(3)}`, `grüße\n${random(9)}`)
        : void environment.unset(`V${random(3)}`);
    case 16:
      return random(2) === 0
        ? parts.faults.note(service, "error", `Fault ${random(9)}`, at.now)
        : parts.faults.forget(service);
    case 17:
      return random(2) === 0
        ? parts.trees.launched(service, pid(600 + random(30)))
        : parts.trees.forget(service);
    case 18: {
      const description = buildDescription("web", { type: "process", killTree: true });
      const status = { kind: "exited", code: random(3) } as const;
      return parts.trees.begin(service, description, {
        ...{ kind: "exited", service, role: "start", status },
      });
    }
    case 19: {
      const attributes = { ...buildDescription("x").attributes, inittabLine: "tty1" };
      const name = `tty${random(3)}`;
      const description = buildDescription(name, { type: "process", attributes });
      const kind = random(2) === 0 ? "started" : "ended";
      return parts.logins.recordProcess(kind, description, pid(700 + random(9)));
    }
    case 20: {
      const number = pid(800 + random(5));
      return random(2) === 0
        ? parts.leftovers.end(number, service, 1000)
        : parts.leftovers.ended(number);
    }
    case 21:
      return timers.listen(service);
    case 22:
      return timers.begins(service);
    case 23:
      return timers.ignore(service);
    case 24: {
      const { starts } = parts;
      if (random(4) === 0) return starts.forget(service);
      at.now = instant(at.now + 1.25);
      starts.entered(service, "waiting-for-dependencies", at.now);
      starts.entered(service, "coming-up", at.now);
      return starts.entered(service, random(3) === 0 ? "stop-due" : "started", at.now);
    }
    default:
      return random(3) === 0 ? listener.close() : void listener.reopen();
  }
}

/** What the manager would hand on itself, of what is in facts. */
function handedOnItself({ parts, listener }: Manager) {
  const keeper = new DescriptorList();
  const { processes, unwatched } = parts.processes.keep();
  const { pipes } = parts.outputs.keep(keeper);
  const { speakers, statusTexts } = parts.notifications.keep(keeper);
  return handedOn({
    processes: sorted(processes.map((one) => ({ ...one, seenMs: 7 }))),
    launches: [],
    errands: new Set(),
    ends: new Map(),
    manager: MANAGER_FACT,
    underWay: [],
    leftovers: leftoversOf(parts.leftovers),
    probeChildren: new Map(),
    parts: {
      trees: parts.trees.keep(),
      faults: parts.faults.keep(),
      logins: parts.logins.keep(),
      unwatched,
      outputs: pipes.map(({ name, readEnd, writeEnd, sink }) => {
        const text = sink.kind === "buffer" ? sink.buffer.text : undefined;
        const dropped = { bytes: 0, lines: 0 };
        return {
          ...{ name, readEnd, writeEnd, sink: sink.kind },
          buffer: text && { text, end: text.length, dropped },
        };
      }),
      readiness: parts.readiness.keep(keeper),
      notifications: {
        speakers: speakers.map((one) => ({
          ...one,
          due: one.due === undefined ? undefined : NOW + one.watchdogMs,
        })),
        statusTexts,
      },
      // Of `tests/daemon/control/passed_test.ts`.
      passed: [],
      sockets: parts.sockets.keep(keeper).open,
      demand: parts.demand.keep(),
      timers: parts.timers.keep(),
      control: { listener: listener.keep(keeper), connections: [] },
      environment: parts.environment.keep(),
      starts: parts.starts.keep().services,
    },
    damaged: 0,
  });
}

/** As they are found: they are no part of what is handed on. */
function leftoversOf({ facts }: Leftovers): ReadonlyMap<Pid, unknown> {
  const blocks = new KeptBlocks(new Uint8Array(65_536));
  facts.begin();
  facts.put(blocks);
  blocks.commit();
  const read = readKept(blocks.bytes);
  return read.kind === "kept" ? readLeftFacts(read.kept, NOW).leftovers : fail(read.why);
}

function sorted<Item extends { readonly pid: Pid }>(items: readonly Item[]): readonly Item[] {
  return [...items].sort((one, other) => one.pid - other.pid);
}

/** In an order of its own: what comes later may lie in an earlier place. */
function plain(value: unknown): unknown {
  if (value instanceof Map) {
    return [...value].map(([key, item]) => [key, plain(item)]).sort(([a], [b]) => a < b ? -1 : 1);
  }
  if (Array.isArray(value)) {
    return value.map(plain).sort((a, b) =>
      JSON.stringify(key(a)) < JSON.stringify(key(b)) ? -1 : 1
    );
  }
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).filter(([, item]) => item !== undefined);
  return Object.fromEntries(entries.map(([name, item]) => [name, plain(item)]).sort());
}

function key(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value, (_, one) => typeof one === "bigint" ? `${one}` : one));
}

Deno.test("after each turn what is left is what the manager would hand on itself", () => {
  for (let run = 0; run < 150; run++) {
    const random = randomSource(SEED + run);
    const world = manager();
    const memory = new Uint8Array(65_536);
    const blocks = new KeptBlocks(memory);
    const sources = factSources(world.parts as unknown as FactParts, managerFacts(MANAGER_FACT));
    for (let step = 0; step < random(10); step++) happen(world, random);
    for (const source of sources) source.begin();
    for (let step = 0; step < 50; step++) {
      happen(world, random);
      if (random(3) !== 0) continue;
      for (const source of sources) assert(source.put(blocks));
      blocks.commit();
      const read = readKept(memory);
      const left = read.kind === "kept" ? readLeftFacts(read.kept, NOW) : fail(read.why);
      const itself = handedOnItself(world);
      assertEquals(
        plain({ ...left, processes: sorted(left.processes) }),
        plain(itself),
        `run ${run}, step ${step}`,
      );
    }
  }
});

Deno.test("what is damaged is counted, and the rest is read", () => {
  const { parts, listener } = manager();
  const memory = new Uint8Array(65_536);
  const blocks = new KeptBlocks(memory);
  const sources = factSources(parts as unknown as FactParts, managerFacts(MANAGER_FACT));
  for (const source of sources) source.begin();
  parts.readiness.add(1 as ServiceId, fd(90));
  parts.processes.add(pid(100), { service: 1 as ServiceId, role: "start" });
  listener.open();
  for (const source of sources) assert(source.put(blocks));
  blocks.commit();
  const at = new TextDecoder("latin1").decode(memory).indexOf("hasSpoken");
  memory[at] = 0x48;
  const read = readKept(memory);
  const left = read.kind === "kept" ? readLeftFacts(read.kept, NOW) : fail(read.why);
  assertEquals([left.damaged, left.parts.readiness.size, left.processes.length], [1, 0, 1]);
  assertEquals(left.parts.control.listener?.fd, listener.fd);
});
