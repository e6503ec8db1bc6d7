/**
 * What is different about a manager that was killed: those that it supervised are no children of
 * the next one any more, so a process is known by its number and its age, is watched, and nobody
 * else collects it; and of descriptors there are only those that were opened anew.
 */
import type { Scheduler } from "../../core/schedule/scheduler.ts";
import type { Fd, Pid, ServiceId, ServiceName } from "../../core/types.ts";
import type { Platform } from "../../platform/mod.ts";
import { treesOfKilled } from "./killed_trees.ts";
import type { LeftManager, Made, WaysToFind } from "./left_manager.ts";
import type { FoundProcessFact } from "../processes/process_fact.ts";
import { type ProcessEntry, readProcessTable } from "../processes/process_table.ts";
import type { ServiceProcess } from "../processes/service_process.ts";
import { regainChannels } from "./regained_channels.ts";

/** Of the clock that processes are dated by: proc(5), starttime; sysconf(3), _SC_CLK_TCK. */
const TICK_MS = 10;

/** What it looks at. */
export type FindingPlatform = Pick<Platform, "poller" | "processFacts" | "signal">;

/** @param open Descriptors that were opened anew. */
export function waysToKilled(platform: Platform, open: ReadonlySet<Fd>): WaysToFind {
  return {
    process: ({ seenMs, pid, ...process }) =>
      watched(platform, pid, { notAfterMs: seenMs }, process.watched?.madeAt, process),
    isThere: (pid, made) => ageOf(platform, pid, made) !== "gone",
    launched: (pid, made, process) => watched(platform, pid, made, undefined, process),
    unknown: ({ sinceMs }, known, command) => {
      const wanted = { sinceMs, known, command };
      return [...readProcessTable(platform).values()].find((one) =>
        isOfLaunch(platform, one, wanted)
      )
        ?.pid;
    },
    areCollected: true,
    isOpen: (fd) => open.has(fd),
    isNobodysFault: true,
    isOwnSocket: true,
  };
}

/** The manager died at the very moment, so its last child was not made later than that. */
const LONGEST_LAUNCH_MS = 1000;
const COMMAND_BYTES = 64 * 1024;

/**
 * Whether a process is the one that was being made: made at that time, leader of a session of its
 * own, and on its way to its program still or at it.
 */
function isOfLaunch(
  platform: Platform,
  { pid, session, group, madeAt }: ProcessEntry,
  { sinceMs, known, command }: {
    readonly sinceMs: number;
    readonly known: ReadonlySet<Pid>;
    readonly command: readonly string[];
  },
): boolean {
  if (known.has(pid) || (session !== pid && group !== pid)) return false;
  const madeMs = Number(madeAt) * TICK_MS;
  if (madeMs + TICK_MS < sinceMs || madeMs > sinceMs + LONGEST_LAUNCH_MS) return false;
  const file = platform.readFile(`/proc/${pid}/cmdline`, COMMAND_BYTES);
  if (file.kind === "failure") return false;
  // Of a script, the interpreter stands before it.
  const isAtCommand = command.length > 0 &&
    new TextDecoder().decode(file.bytes).endsWith(`${command.join("\0")}\0`);
  return isAtCommand || isOwnProgram(platform, pid);
}

function isOwnProgram({ fileStatus }: Platform, pid: Pid): boolean {
  const program = fileStatus(`/proc/${pid}/exe`, "followed");
  const own = fileStatus("/proc/self/exe", "followed");
  return !("kind" in program) && !("kind" in own) && program.device === own.device &&
    program.inode === own.inode;
}

/** Whether a process that was noted is there. Nothing is changed. */
export function isStillThere(platform: FindingPlatform, fact: FoundProcessFact): boolean {
  const { pid, seenMs, watched: before } = fact;
  const madeAt = ageOf(platform, pid, { notAfterMs: seenMs });
  return madeAt !== "gone" && (before?.madeAt === undefined || before.madeAt === madeAt);
}

/**
 * Watches a process, and then looks whether it is the right one: what is watched stays the same,
 * whoever gets the number next.
 */
function watched(
  platform: FindingPlatform,
  pid: Pid,
  made: Made,
  knownAge: string | undefined,
  process: ServiceProcess,
): ServiceProcess | "ended" {
  const { poller } = platform;
  if (poller.watchProcess(pid) !== undefined) return "ended";
  const madeAt = ageOf(platform, pid, made);
  if (madeAt !== "gone" && (knownAge === undefined || knownAge === madeAt)) {
    return { ...process, watched: { madeAt } };
  }
  poller.unwatchProcess(pid);
  return "ended";
}

/** @returns When it was made, if that can have been it; undefined where it cannot be known. */
function ageOf(
  { processFacts, signal }: FindingPlatform,
  pid: Pid,
  made: Made,
): string | undefined | "gone" {
  const facts = processFacts(pid);
  if (facts.kind === "process") return agrees(Number(facts.madeAt), made) ? facts.madeAt : "gone";
  // Others' processes may be hidden (mount option hidepid).
  const isHidden = facts.kind === "unknown" && signal(pid, 0, "process") === undefined;
  return isHidden ? undefined : "gone";
}

/** Ticks are rounded down. */
function agrees(ticks: number, made: Made): boolean {
  return "notAfterMs" in made
    ? ticks * TICK_MS <= made.notAfterMs
    : (ticks + 1) * TICK_MS >= made.notBeforeMs;
}

/** What is made of it before it is settled. */
export interface FoundKilled {
  readonly left: LeftManager;
  readonly ways: WaysToFind;
  /** Whole sentences about what is lost to services that run on. */
  readonly losses: readonly string[];
}

/** Finds again what a manager that was killed had, as far as there is a way. */
export function findKilled(
  left: LeftManager,
  scheduler: Pick<Scheduler, "description" | "find" | "list">,
  platform: Platform,
): FoundKilled {
  const { facts } = left;
  const there = facts.processes.filter((fact) => isStillThere(platform, fact));
  const services = scheduler.list();
  const consumers = new Map<ServiceName, ServiceId>(
    services.flatMap((service): [ServiceName, ServiceId][] => {
      const { consumerOf } = scheduler.description(service);
      return consumerOf === undefined ? [] : [[consumerOf, service]];
    }),
  );
  const { parts, open, lost } = regainChannels(facts.parts, {
    processesOf: (service) => there.flatMap((fact) => fact.service === service ? fact.pid : []),
    find: (name) => scheduler.find(name),
    nameOf: (service) =>
      services.includes(service) ? scheduler.description(service).name : undefined,
    consumerOf: (producer) => consumers.get(producer),
  }, platform);
  const trees = treesOfKilled(parts.trees, there, {
    platform,
    manager: facts.manager.pid,
    nameOf: (service) => scheduler.description(service).name,
  });
  const found = { ...left, facts: { ...facts, parts: { ...parts, trees } } };
  return { left: found, ways: waysToKilled(platform, open), losses: lost };
}
