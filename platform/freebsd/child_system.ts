/**
 * FreeBSD's words for what a child does between fork and execve.
 *
 * The kernel has no capabilities, control groups, I/O priorities or OOM scores: a service that asks
 * for them cannot run as its description wants, so it is refused and not run with less.
 */
import type {
  LimitedResource,
  ProcessAttributes,
  ResourceLimit,
} from "../../core/description/contract/description.ts";
import { EXEC_STAGE, type ExecStage } from "../../core/types.ts";
import {
  call,
  type ChildCall,
  type ChildContext,
  type ChildSystem,
  type ImpossibleChild,
  unless,
} from "../child/call.ts";
import type { ChildSettings } from "../interface/child_settings.ts";
import type { Limit } from "../posix/processes/inheritance.ts";
import { FREEBSD_ABI, FREEBSD_RESOURCES, FREEBSD_SIGNALS, PROCCTL } from "./abi.ts";

const { file, signalCalls, terminal, wait, errno } = FREEBSD_ABI;
const resources = FREEBSD_RESOURCES;
const { RLIM_INFINITY } = resources;

/** fcntl(2): duplicates to a given number, close-on-exec. */
export const F_DUP2FD_CLOEXEC = 18;

/**
 * struct sigaction, 32 bytes, which begins with the handler: SIG_DFL is 0, SIG_IGN 1 (signal.h).
 */
const DEFAULT_ACTION = { kind: "words64", words: [0, 0, 0, 0] } as const;
const IGNORE_ACTION = { kind: "words64", words: [1, 0, 0, 0] } as const;

/** The kernel has no others. */
const RESOURCE_NUMBER: Readonly<Partial<Record<LimitedResource, number>>> = {
  nofile: resources.RLIMIT_NOFILE,
  core: resources.RLIMIT_CORE,
  data: resources.RLIMIT_DATA,
  addrspace: resources.RLIMIT_AS,
  stack: resources.RLIMIT_STACK,
  nproc: resources.RLIMIT_NPROC,
  memlock: resources.RLIMIT_MEMLOCK,
  fsize: resources.RLIMIT_FSIZE,
  cpu: resources.RLIMIT_CPU,
};

export const FREEBSD_CHILD_SYSTEM: ChildSystem = {
  file,
  terminal,
  signals: FREEBSD_SIGNALS,
  duplicate: (stage, source, target, ending) =>
    ending === "stays"
      ? call(stage, "dup2", source, target)
      : call(stage, "fcntl", source, F_DUP2FD_CLOEXEC, target),
  // FreeBSD 12.2.
  closeRange: (first, last) => [
    unless("ignore", call(EXEC_STAGE.arrangeDescriptors, "close_range", first, last, 0)),
  ],
  defaultAction: (signal) => call(EXEC_STAGE.execute, "sigaction", signal, DEFAULT_ACTION, 0),
  ignoreAction: (signal) => call(EXEC_STAGE.execute, "sigaction", signal, IGNORE_ACTION, 0),
  blockOnly: (mask) => {
    // 128 signals; those above 64 are never blocked.
    const set = { kind: "words64", words: [mask, 0] } as const;
    return call(EXEC_STAGE.execute, "sigprocmask", signalCalls.SIG_SETMASK, set, 0);
  },
  attributeCalls,
};

/** The order of `platform/linux/children/attributes.ts`, for the same reasons. */
function attributeCalls(
  settings: ChildSettings,
  context: ChildContext,
): readonly ChildCall[] | ImpossibleChild {
  const { attributes } = settings;
  const stage = unknownHere(settings);
  if (stage !== undefined) return { kind: "impossible", stage, errno: errno.EOPNOTSUPP };
  return [
    ...priorityCalls(attributes),
    ...limitCalls(attributes, context),
    ...umaskCalls(attributes),
    ...identityCalls(attributes),
    ...privilegeCalls(attributes),
  ];
}

/** The stage of the first setting that the kernel has nothing for. */
function unknownHere(settings: ChildSettings): ExecStage | undefined {
  const { attributes, cgroupProcs, sandbox } = settings;
  const { ioPriority, oomScoreAdjust, limits, capabilities, boundingSet, secureBits } = attributes;
  if (ioPriority !== undefined || oomScoreAdjust !== undefined) return EXEC_STAGE.priority;
  if (cgroupProcs !== undefined) return EXEC_STAGE.cgroup;
  if (limits.some(({ resource }) => RESOURCE_NUMBER[resource] === undefined)) {
    return EXEC_STAGE.resourceLimits;
  }
  const isOfLinux = capabilities !== undefined || boundingSet !== undefined ||
    secureBits !== undefined || sandbox !== undefined;
  return isOfLinux ? EXEC_STAGE.capabilities : undefined;
}

/** FreeBSD's values go to 20; 19 is the weakest that all systems have. */
function priorityCalls({ nice }: ProcessAttributes): readonly ChildCall[] {
  if (nice === undefined) return [];
  const value = Math.max(-20, Math.min(19, nice));
  return [call(EXEC_STAGE.priority, "setpriority", resources.PRIO_PROCESS, 0, value)];
}

/** It cannot fail: umask(2). */
function umaskCalls({ umask }: ProcessAttributes): readonly ChildCall[] {
  return umask === undefined ? [] : [call(EXEC_STAGE.credentials, "umask", umask)];
}

function limitCalls(
  { limits }: ProcessAttributes,
  context: ChildContext,
): readonly ChildCall[] {
  const calls = limits.map((limit) => limitCall(limit, context));
  const isSet = limits.some((limit) => limit.resource === "nofile");
  if (!context.descriptorLimitRaised || isSet) return calls;
  return [
    limitCall({ resource: "nofile", soft: "unchanged", hard: "unchanged" }, context),
    ...calls,
  ];
}

function limitCall(limit: ResourceLimit, context: ChildContext): ChildCall {
  // One that the kernel does not have was refused.
  const number = RESOURCE_NUMBER[limit.resource] ?? resources.RLIMIT_NOFILE;
  const own: Limit = context.limits.get(number) ?? { soft: RLIM_INFINITY, hard: RLIM_INFINITY };
  const half = (value: ResourceLimit["soft"], unchanged: bigint) => {
    if (value === "unchanged") return unchanged;
    // The words are signed: what is larger than infinity would be negative, and refused.
    return value === "unlimited" || value > RLIM_INFINITY ? RLIM_INFINITY : value;
  };
  const words = [half(limit.soft, own.soft), half(limit.hard, own.hard)];
  return call(EXEC_STAGE.resourceLimits, "setrlimit", number, { kind: "words64", words });
}

/**
 * Before FreeBSD 15 the first of the groups becomes the effective group, later it is one of the
 * others; so it is the user's own group, and the effective one is set after it all the same.
 */
function identityCalls({ runAs }: ProcessAttributes): readonly ChildCall[] {
  if (runAs.kind === "manager") return [];
  const stage = EXEC_STAGE.credentials;
  const user = call(stage, "setresuid", runAs.uid, runAs.uid, runAs.uid);
  const { gid, groups: others = [] } = runAs;
  if (gid === undefined) {
    const words = { kind: "words32", words: others } as const;
    return [call(stage, "setgroups", others.length, words), user];
  }
  const groups = [gid, ...others.filter((group) => group !== gid)];
  return [
    call(stage, "setgroups", groups.length, { kind: "words32", words: groups }),
    call(stage, "setresgid", gid, gid, gid),
    user,
  ];
}

/**
 * An identifier of 0 is the caller itself (kern_procctl of sys/kern/kern_procctl.c). FreeBSD 13.2
 * and later.
 */
function privilegeCalls({ noNewPrivileges }: ProcessAttributes): readonly ChildCall[] {
  if (!noNewPrivileges) return [];
  const { PROC_NO_NEW_PRIVS_CTL, PROC_NO_NEW_PRIVS_ENABLE } = PROCCTL;
  const value = { kind: "words32", words: [PROC_NO_NEW_PRIVS_ENABLE] } as const;
  return [
    call(EXEC_STAGE.capabilities, "procctl", wait.P_PID, 0, PROC_NO_NEW_PRIVS_CTL, value),
  ];
}
