/**
 * What a manager that died has left, as it is found in kept memory; whichever way that memory has
 * come here.
 */
import { readKept } from "../../core/state/kept_reading.ts";
import type { Fd, Pid } from "../../core/types.ts";
import type { KeptMemory, Platform } from "../../platform/mod.ts";
import { type LeftFacts, readLeftFacts } from "./kept_facts.ts";
import { FACT_KIND, readFacts } from "../kept/facts.ts";
import type { NotedLaunch } from "../kept/launch_journal.ts";
import type { ManagerFact } from "../kept/manager_fact.ts";
import type { ServiceProcess } from "../processes/service_process.ts";
import type { FoundProcessFact } from "../processes/process_fact.ts";

/** How what was left can be found again. */
export interface WaysToFind {
  /**
   * Whether a process is there still, and with what is to be watched of it; undefined: as those of
   * a manager that was executed again, whose children are children still.
   */
  readonly process?: (fact: FoundProcessFact) => ServiceProcess | "ended";
  /** Whether a process is there that its launch tells of, or has ended and was not collected. */
  readonly isThere: (pid: Pid, made: Made) => boolean;
  /**
   * What a process that was launched in the turn that was broken off is from now on; undefined: a
   * child.
   */
  readonly launched?: (pid: Pid, made: Made, one: ServiceProcess) => ServiceProcess | "ended";
  /**
   * The process of a launch that was noted without its number, if there is one; undefined: it is
   * the manager's youngest child.
   */
  readonly unknown?: (
    launch: NotedLaunch,
    known: ReadonlySet<Pid>,
    command: readonly string[],
  ) => Pid | undefined;
  /** Somebody else has collected who has ended, so nobody knows how. */
  readonly areCollected: boolean;
  /** Whether a descriptor is what it was. */
  readonly isOpen: (fd: Fd) => boolean;
  /** That manager has not died of what it was at, as far as that is known. */
  readonly isNobodysFault: boolean;
  /** The control socket is open already, and is this manager's own. */
  readonly isOwnSocket: boolean;
}

/**
 * When a process was made, by the clock that processes are dated by: one that had its number later,
 * or earlier, is another one.
 */
export type Made = { readonly notBeforeMs: number } | { readonly notAfterMs: number };

/** All that is there of it. */
export interface LeftManager {
  /** The next state is kept there, too; until then this one stays. */
  readonly memory: KeptMemory;
  /** The state of the scheduler, among others. */
  readonly state: Uint8Array;
  readonly facts: LeftFacts & { readonly manager: ManagerFact };
}

/**
 * Reads it. The clock goes on where it was.
 *
 * @returns Why nobody can go on with it: the end of a sentence.
 */
export function readLeftManager(
  memory: KeptMemory,
  platform: Pick<Platform, "continueClock" | "now">,
): LeftManager | string {
  const { found } = memory;
  if (found.kind === "nothing") return "there is nothing in it";
  if (found.kind === "fault") return found.why;
  const read = readKept(found.memory);
  if (read.kind === "fault") return read.why;
  const manager = readFacts<ManagerFact>(read.kept, FACT_KIND.manager).facts.get(0);
  if (manager === undefined) return "what the manager knew of itself is damaged";
  platform.continueClock(manager.clock);
  const facts = readLeftFacts(read.kept, platform.now());
  return { memory, state: found.memory, facts: { ...facts, manager } };
}
