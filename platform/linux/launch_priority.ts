/**
 * Launches before all else: while many services wait for their start, the manager and each child until it has
 * executed its program run at real-time priority.
 *
 * The manager stands still until a child has executed its program, and with ordinary priorities that child
 * waits for a processor behind all children before it, which link and initialise themselves. A thousand
 * children of a C program that did nothing but vfork, setsid and execve took 1,250 to 1,530 ms one after
 * the other, and 165 to 200 ms in this way.
 *
 * A child gets SCHED_RESET_ON_FORK before its program runs, so that no process which that makes can inherit
 * the priority, and is put back by the manager as soon as vfork returns.
 */
import { EXEC_STAGE } from "../../core/types.ts";
import { addressCalls } from "../ffi/library.ts";
import { allocate } from "../ffi/memory.ts";
import { call, type ChildCall, unless } from "../child_call.ts";
import type { LaunchPriority } from "../stub_spawner.ts";
import { RESOURCES, SCHEDULING } from "./abi.ts";
import { readLimit } from "./inheritance.ts";
import { kernel } from "./kernel.ts";

const { SCHED_OTHER, SCHED_FIFO, SCHED_RESET_ON_FORK } = SCHEDULING;
/** The lowest of the real-time priorities is above every ordinary process. */
const LOWEST = 1;

/** The manager's own side of it. */
export interface OwnLaunchPriority extends LaunchPriority {
  /** Raises or lowers this thread. Where the kernel does not allow it, nothing happens. */
  prefer(launches: boolean): void;
}

/** Finds out at the first use whether it is allowed. */
export function createLaunchPriority(): OwnLaunchPriority {
  let isRaised = false;
  let isPossible: boolean | undefined;
  return {
    get isRaised() {
      return isRaised;
    },
    prefer(launches) {
      if (launches === isRaised) return;
      isPossible ??= isOrdinary() && mayBeTakenBack();
      if (!isPossible) return;
      if (launches) isPossible = setPolicy(0, SCHED_FIFO, LOWEST);
      else setPolicy(0, SCHED_OTHER, 0);
      isRaised = launches && isPossible;
    },
    firstCalls: ({ cgroupProcs }) => cgroupProcs === undefined ? STAYS_RAISED : LOWERED,
    restore(pid) {
      // Only a security module could forbid this; then let there be no second one.
      isPossible = setPolicy(pid, SCHED_OTHER, 0);
    },
  };
}

const STAYS_RAISED = [ownPolicy(SCHED_FIFO | SCHED_RESET_ON_FORK, LOWEST)];
/** For a child that goes to another control group: kernels with CONFIG_RT_GROUP_SCHED refuse others there. */
const LOWERED = [ownPolicy(SCHED_OTHER, 0)];

function ownPolicy(policy: number, priority: number): ChildCall {
  const parameter = { kind: "words32", words: [priority] } as const;
  const wanted = call(EXEC_STAGE.priority, "sched_setscheduler", 0, policy, parameter);
  return unless("ignore", wanted);
}

/** Whoever started us may have chosen another policy, for our children, too. */
function isOrdinary(): boolean {
  const { numbers, abi } = kernel();
  return numbers(abi.calls.sched_getscheduler, 0, 0, 0, 0, 0, 0) === SCHED_OTHER;
}

/**
 * With a limit of zero only CAP_SYS_NICE allows to raise (sched(7)), and that also allows to put back a child that
 * has become another user's.
 */
function mayBeTakenBack(): boolean {
  return readLimit(RESOURCES.RLIMIT_RTPRIO).soft === 0n;
}

/** struct sched_param is one int: sched_setscheduler(2). */
const parameter = allocate(8);

/** @param pid 0: the calling thread. @returns Whether the kernel did it. */
function setPolicy(pid: number, policy: number, priority: number): boolean {
  parameter.words32[0] = priority;
  const { abi } = kernel();
  const { addresses } = addressCalls();
  const { sched_setscheduler } = abi.calls;
  return addresses(sched_setscheduler, pid, policy, parameter.address, 0, 0, 0) === 0;
}
