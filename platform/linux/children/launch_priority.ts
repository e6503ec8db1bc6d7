/**
 * Launches before all else: while many services wait for their start, the manager and each child
 * until it has executed its program run at real-time priority.
 *
 * With ordinary priorities a child waits for a processor behind all children before it, which link
 * and initialise themselves. A thousand children of a C program that did nothing but vfork, setsid
 * and execve took 1,250 to 1,530 ms one after the other, and 165 to 200 ms in this way.
 *
 * A child gets SCHED_RESET_ON_FORK before its program runs, so that no process which that makes can
 * inherit the priority, and is put back as soon as the manager hears that its program runs.
 *
 * Afterwards all those children want a processor. The manager may keep its priority without handing
 * it on, so that it does not wait behind them: a request took up to 390 ms otherwise.
 */
import { EXEC_STAGE } from "../../../core/types.ts";
import { lastErrno } from "../../ffi/library.ts";
import { allocate } from "../../ffi/memory.ts";
import { call, type ChildCall, unless } from "../../child/call.ts";
import type { Preferred } from "../../interface/platform.ts";
import type { LaunchPriority } from "../../child/stub_launcher.ts";
import { readLimit } from "../../posix/processes/inheritance.ts";
import { ERRNO, RESOURCES, SCHEDULING } from "../kernel/abi.ts";
import { LINUX_LIMITS } from "./inheritance.ts";
import { LINUX } from "../kernel/kernel.ts";

const { SCHED_OTHER, SCHED_FIFO, SCHED_RESET_ON_FORK } = SCHEDULING;
/** The lowest of the real-time priorities is above every ordinary process. */
const LOWEST = 1;
/**
 * The manager is not kept from a processor by programs that it has just started and is to put back.
 */
const ABOVE_CHILDREN = LOWEST + 1;

/** The manager's own side of it. */
export interface OwnLaunchPriority extends LaunchPriority {
  /** As `Platform.prefer`. */
  prefer(whom: Preferred): void;
}

/** Finds out at the first use whether it is allowed. */
export function createLaunchPriority(): OwnLaunchPriority {
  let present: Preferred = "nobody";
  let isPossible: boolean | undefined;
  return {
    get isRaised() {
      return present === "launches";
    },
    prefer(whom) {
      if (whom === present) return;
      isPossible ??= isOrdinary() && mayBeTakenBack();
      if (whom !== "nobody" && !isPossible) return;
      const { policy, priority } = OWN_POLICIES[whom];
      if (setPolicy(0, policy, priority)) present = whom;
      else isPossible = false;
    },
    around({ cgroupProcs, attributes: { nice = 0 } }, calls) {
      if (cgroupProcs !== undefined) return [LOWERED, ...calls];
      if (nice >= 0) return [STAYS_RAISED, ...calls];
      const execution = calls.findIndex(({ stage }) => stage === EXEC_STAGE.execute);
      return calls.toSpliced(execution, 0, LOWERED);
    },
    restore(pid) {
      if (setPolicy(pid, SCHED_OTHER, 0)) return;
      // It may have ended; otherwise only a security module could forbid this, and there is to be
      // no second one.
      if (lastErrno(LINUX) !== ERRNO.ESRCH) isPossible = false;
    },
  };
}

const OWN_POLICIES = {
  nobody: { policy: SCHED_OTHER, priority: 0 },
  manager: { policy: SCHED_FIFO | SCHED_RESET_ON_FORK, priority: ABOVE_CHILDREN },
  launches: { policy: SCHED_FIFO, priority: ABOVE_CHILDREN },
} as const;

const STAYS_RAISED = ownPolicy(SCHED_FIFO | SCHED_RESET_ON_FORK, LOWEST);
/**
 * At once for a child that goes to another control group: kernels with CONFIG_RT_GROUP_SCHED refuse
 * others there. Before it executes its program for one with a nice value below 0, which
 * SCHED_RESET_ON_FORK would take from its children. Nobody needs a right to that.
 */
const LOWERED = ownPolicy(SCHED_OTHER, 0);

function ownPolicy(policy: number, priority: number): ChildCall {
  const parameter = { kind: "words32", words: [priority] } as const;
  const wanted = call(EXEC_STAGE.priority, "sched_setscheduler", 0, policy, parameter);
  return unless("ignore", wanted);
}

/**
 * Whoever started us may have chosen another policy or a nice value below 0, for our children, too.
 */
function isOrdinary(): boolean {
  const policy = LINUX.numbers(LINUX.calls.sched_getscheduler, 0, 0, 0, 0, 0, 0);
  // The kernel answers 20 less the nice value: getpriority(2).
  const nice = 20 - LINUX.numbers(LINUX.calls.getpriority, RESOURCES.PRIO_PROCESS, 0, 0, 0, 0, 0);
  return policy === SCHED_OTHER && nice >= 0;
}

/**
 * With a limit of zero only CAP_SYS_NICE allows to raise (sched(7)), and that also allows to put
 * back a child that has become another user's.
 */
function mayBeTakenBack(): boolean {
  return readLimit(LINUX_LIMITS, RESOURCES.RLIMIT_RTPRIO).soft === 0n;
}

/** struct sched_param is one int: sched_setscheduler(2). */
const parameter = allocate(8);

/** @param pid 0: the calling thread. @returns Whether the kernel did it. */
function setPolicy(pid: number, policy: number, priority: number): boolean {
  parameter.words32[0] = priority;
  const { sched_setscheduler } = LINUX.calls;
  return LINUX.addresses(sched_setscheduler, pid, policy, parameter.address, 0, 0, 0) === 0;
}
