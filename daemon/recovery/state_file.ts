/**
 * The state of a manager that is not process 1: in a file beside its control socket, so that it is
 * found when the manager was killed; and what a manager makes of what it finds there.
 *
 * It does not go on where processes could be there that it cannot know: two of a service are worse
 * than none.
 */
import { readKept } from "../../core/state/kept_reading.ts";
import type { Pid } from "../../core/types.ts";
import type { Failure, KeptMemories, KeptMemory, Platform } from "../../platform/mod.ts";
import { readBootId } from "./boot_id.ts";
import { FACT_KIND, readFacts } from "../kept/facts.ts";
import type { ManagerFact } from "../kept/manager_fact.ts";
import { isStillThere } from "./killed_manager.ts";
import { type LeftManager, readLeftManager } from "./left_manager.ts";
import { schedulerFault } from "../start/manager_scheduler.ts";
import { readProcesses } from "../processes/process_fact.ts";

/** What is in it. Sentences are whole but for their ends. */
export type StateFile =
  /** Nothing is left of another manager. `note`: why what was there is of no use. */
  | { readonly kind: "fresh"; readonly memory: KeptMemory; readonly note: string | undefined }
  | { readonly kind: "left"; readonly left: LeftManager }
  /** There is none, and can be none. */
  | { readonly kind: "none"; readonly why: string }
  /** The manager is not to go on. */
  | { readonly kind: "refused"; readonly why: string };

/** So long another manager's lock is waited for. */
const UNLOCKED_MS = 500;
const LOOK_EVERY_MS = 10;

type Region = Extract<KeptMemory["found"], { readonly kind: "region" }>;

/** @param socket Path of the control socket. */
export function stateFilePath(socket: string): string {
  return `${socket}.state`;
}

/** For a manager that goes on where it was itself: what is there is its own, and of no use. */
export function openOwnStateFile(
  path: string,
  { keptMemories }: Pick<Platform, "keptMemories">,
): KeptMemory | string {
  const memory = keptMemories?.open(path);
  if (memory === undefined) return "this system has no memory that could be relied on";
  if (!("kind" in memory)) return memory;
  return memory.kind === "in-use" ? "another program has locked it" : memory.message;
}

/** Opens it. The clock goes on where that of a manager was that has left something. */
export function openStateFile(path: string, platform: Platform): StateFile {
  const { keptMemories } = platform;
  if (keptMemories === undefined) {
    return { kind: "none", why: "This system has no memory that could be relied on" };
  }
  const memory = openUnlocked(path, keptMemories, platform);
  if ("kind" in memory) {
    return memory.kind === "in-use"
      ? refused(`Another manager has its state in "${path}". Name another place with --socket-path`)
      : notOpened(path, memory, platform);
  }
  const { found } = memory;
  switch (found.kind) {
    case "nothing":
      return { kind: "fresh", memory, note: undefined };
    case "fault":
      return unreadable(path, memory, { why: found.why, pids: [] });
    case "region":
      return judged(path, memory, found, platform);
  }
}

/**
 * A child of a manager that was killed has what the manager had open until it executes its program,
 * which is a matter of a moment.
 */
function openUnlocked(
  path: string,
  { open }: KeptMemories,
  { now, poller }: Pick<Platform, "now" | "poller">,
): ReturnType<KeptMemories["open"]> {
  const limit = now() + UNLOCKED_MS;
  for (;;) {
    const memory = open(path);
    if (!("kind" in memory) || memory.kind !== "in-use" || now() >= limit) return memory;
    poller.wait(LOOK_EVERY_MS, { descriptor: () => {}, signal: () => {} });
  }
}

/** What is there is somebody else's, or cannot be looked at. */
function notOpened(path: string, { call, message }: Failure, platform: Platform): StateFile {
  const present = platform.fileStatus(path, "itself");
  if ("kind" in present) return { kind: "none", why: `${path}: ${call}: ${message}` };
  return refused(
    `Cannot use "${path}" for the manager's state: ${call}: ${message}. ` +
      "Remove it, if no manager of yours has left it, or name another place with --socket-path",
  );
}

function judged(
  path: string,
  memory: KeptMemory,
  { memory: state }: Region,
  platform: Platform,
): StateFile {
  const read = readKept(state);
  if (read.kind === "fault") return unreadable(path, memory, { why: read.why, pids: [] });
  const processes = readProcesses(read.kept);
  const there = [...processes.facts.values()].filter((one) => isStillThere(platform, one));
  const pids = there.map(({ pid }) => pid);
  const manager = readFacts<ManagerFact>(read.kept, FACT_KIND.manager).facts.get(0);
  const bootId = readBootId(platform);
  if (manager?.bootId !== undefined && bootId !== undefined && manager.bootId !== bootId) {
    memory.retract();
    const note = "What a manager has left here is from before this machine was started";
    return { kind: "fresh", memory, note };
  }
  const left = readLeftManager(memory, platform);
  if (typeof left === "string") return unreadable(path, memory, { why: left, pids });
  const { damaged } = left.facts;
  if (damaged > 0) {
    return unreadable(path, memory, { why: `${damaged} of its facts are damaged`, pids });
  }
  const fault = schedulerFault(platform, state);
  return fault === undefined
    ? { kind: "left", left }
    : unreadable(path, memory, { why: fault, pids });
}

function unreadable(
  path: string,
  memory: KeptMemory,
  { why, pids }: { readonly why: string; readonly pids: readonly Pid[] },
): StateFile {
  memory.close();
  const which = pids.length === 0 ? "" : `, among them ${pids.join(", ")}`;
  return refused(
    `Cannot take over what the manager before has left: "${path}": ${why}. Processes of its ` +
      `services may be there${which}: end what is left of it, and remove the file`,
  );
}

function refused(why: string): StateFile {
  return { kind: "refused", why };
}
