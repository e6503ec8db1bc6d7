/**
 * The calls that give a child its priorities, cgroup, limits, identity and capabilities, in this
 * order: limits after all files are opened (a child starts with copies of all the manager's
 * descriptors, so a low limit would let open fail) but while the manager's rights still allow to
 * raise them; the user after everything that needs rights of its own; capabilities last because
 * changing the user takes them away. A box is made in between: its mounts while the child may mount
 * and open files, what it gives up when it is who it is to be.
 */
import type {
  CapabilityItem,
  LimitedResource,
  ResourceLimit,
} from "../../../core/description/contract/description.ts";
import { EXEC_STAGE, type Fd } from "../../../core/types.ts";
import {
  type AttributeCalls,
  call,
  type ChildCall,
  type ChildContext,
  type ImpossibleChild,
  unless,
} from "../../child/call.ts";
import { FILE, PRCTL, RESOURCES } from "../kernel/abi.ts";
import type { ChildSettings } from "../../interface/child_settings.ts";
import { capset } from "./capability_set.ts";
import { boxHost } from "./sandbox/box_host.ts";
import { type BoxCalls, boxCalls } from "./sandbox/sandbox_calls.ts";
import type { Limit } from "../../posix/processes/inheritance.ts";

const RESOURCE_NUMBER: Readonly<Record<LimitedResource, number>> = {
  nofile: RESOURCES.RLIMIT_NOFILE,
  core: RESOURCES.RLIMIT_CORE,
  data: RESOURCES.RLIMIT_DATA,
  addrspace: RESOURCES.RLIMIT_AS,
  stack: RESOURCES.RLIMIT_STACK,
  nproc: RESOURCES.RLIMIT_NPROC,
  memlock: RESOURCES.RLIMIT_MEMLOCK,
  fsize: RESOURCES.RLIMIT_FSIZE,
  cpu: RESOURCES.RLIMIT_CPU,
  sigpending: RESOURCES.RLIMIT_SIGPENDING,
  msgqueue: RESOURCES.RLIMIT_MSGQUEUE,
  nice: RESOURCES.RLIMIT_NICE,
  rtprio: RESOURCES.RLIMIT_RTPRIO,
  rttime: RESOURCES.RLIMIT_RTTIME,
};

/** The calls for all of a child's attributes, none for those that are unset. */
export function attributeCalls(
  settings: ChildSettings,
  context: ChildContext,
  report: Fd | undefined,
): readonly ChildCall[] | AttributeCalls | ImpossibleChild {
  const { sandbox } = settings;
  if (sandbox === undefined) return callsAround(NO_BOX, settings, context);
  const box = boxCalls(sandbox, settings, context, boxHost(), report);
  if (box.kind === "impossible") return box;
  return { kind: "attributes", calls: callsAround(box, settings, context), last: box.last };
}

function callsAround(
  box: BoxCalls,
  settings: ChildSettings,
  context: ChildContext,
): readonly ChildCall[] {
  const bounding = boundingCalls(settings, context);
  return [
    ...priorityCalls(settings),
    ...cgroupCalls(settings.cgroupProcs),
    ...box.before,
    ...limitCalls(settings, context),
    ...(box.users.length === 0 ? bounding : []),
    ...identityCalls(settings, box.savedUser),
    ...box.users,
    // In a user namespace of its own the child has a full bounding set again.
    ...(box.users.length === 0 ? [] : bounding),
    ...capabilityCalls(settings, context),
    ...box.after,
    // The box makes files too.
    ...umaskCalls(settings),
  ];
}

const NO_BOX: BoxCalls = {
  kind: "box",
  before: [],
  savedUser: undefined,
  users: [],
  after: [],
  last: [],
};

/** It cannot fail: umask(2). */
function umaskCalls({ attributes }: ChildSettings): readonly ChildCall[] {
  const { umask } = attributes;
  return umask === undefined ? [] : [call(EXEC_STAGE.credentials, "umask", umask)];
}

/** While the manager's user is still there: it takes CAP_SETPCAP. */
function boundingCalls(
  { attributes }: ChildSettings,
  { lastCapability }: ChildContext,
): readonly ChildCall[] {
  const { boundingSet } = attributes;
  if (boundingSet === undefined) return [];
  const last = lastCapability?.() ?? -1;
  const dropped = Array.from({ length: last + 1 }, (_, capability) => capability)
    .filter((capability) => (boundingSet >> BigInt(capability) & 1n) === 0n);
  return dropped.map((capability) =>
    call(EXEC_STAGE.capabilities, "prctl", PRCTL.PR_CAPBSET_DROP, capability, 0, 0, 0)
  );
}

function limitCalls(settings: ChildSettings, context: ChildContext): ChildCall[] {
  const { limits } = settings.attributes;
  const calls = limits.map((limit) => limitCall(limit, context));
  const isSet = limits.some((limit) => limit.resource === "nofile");
  if (!context.descriptorLimitRaised || isSet) return calls;
  return [
    limitCall({ resource: "nofile", soft: "unchanged", hard: "unchanged" }, context),
    ...calls,
  ];
}

/** An unchanged half is the manager's own, as it was when the manager started. */
function limitCall(limit: ResourceLimit, context: ChildContext): ChildCall {
  const number = RESOURCE_NUMBER[limit.resource];
  const own: Limit = context.limits.get(number) ??
    { soft: RESOURCES.RLIM_INFINITY, hard: RESOURCES.RLIM_INFINITY };
  const half = (value: ResourceLimit["soft"], unchanged: bigint) => {
    if (value === "unchanged") return unchanged;
    return value === "unlimited" ? RESOURCES.RLIM_INFINITY : value;
  };
  const words = [half(limit.soft, own.soft), half(limit.hard, own.hard)];
  return call(EXEC_STAGE.resourceLimits, "prlimit64", 0, number, { kind: "words64", words }, 0);
}

function priorityCalls(settings: ChildSettings): ChildCall[] {
  const { nice, ioPriority, oomScoreAdjust } = settings.attributes;
  const { usualOomScore } = settings;
  const stage = EXEC_STAGE.priority;
  const calls: ChildCall[] = [];
  if (nice !== undefined) {
    const value = Math.max(-20, Math.min(19, nice));
    calls.push(call(stage, "setpriority", RESOURCES.PRIO_PROCESS, 0, value));
    // A kernel without CONFIG_SCHED_AUTOGROUP lacks the file; where it exists it overrides nice
    // values.
    const [open, write] = writeFile("/proc/self/autogroup", String(value), stage);
    calls.push(unless("ignore-missing", open), unless("ignore", write));
  }
  if (ioPriority !== undefined) {
    calls.push(call(stage, "ioprio_set", RESOURCES.IOPRIO_WHO_PROCESS, 0, ioPriority));
  }
  if (oomScoreAdjust !== undefined) {
    calls.push(...writeFile("/proc/self/oom_score_adj", String(oomScoreAdjust), stage));
  } else if (usualOomScore !== undefined) {
    const [open, write] = writeFile("/proc/self/oom_score_adj", String(usualOomScore), stage);
    calls.push(unless("ignore", open), unless("ignore", write));
  }
  return calls;
}

/** "0" stands for the writer: Documentation/admin-guide/cgroup-v2.rst. */
function cgroupCalls(path: string | undefined): readonly ChildCall[] {
  return path === undefined ? [] : writeFile(path, "0", EXEC_STAGE.cgroup);
}

/** The descriptor is not closed here: execve does it. */
function writeFile(
  path: string,
  text: string,
  stage: ChildCall["stage"],
): readonly [ChildCall, ChildCall] {
  const flags = FILE.O_WRONLY | FILE.O_CLOEXEC | FILE.O_NOCTTY;
  return [
    call(stage, "openat", FILE.AT_FDCWD, path, flags, 0),
    call(stage, "write", { kind: "result" }, text, text.length),
  ];
}

/** @param savedUser Undefined: the service's own. */
function identityCalls(settings: ChildSettings, savedUser: number | undefined): ChildCall[] {
  const { runAs } = settings.attributes;
  if (runAs.kind === "manager") return [];
  const stage = EXEC_STAGE.credentials;
  const { gid, groups = [] } = runAs;
  const calls = [
    call(stage, "setgroups", groups.length, { kind: "words32", words: groups }),
  ];
  if (gid !== undefined) calls.push(call(stage, "setresgid", gid, gid, gid));
  // Without this the change of user would take the capabilities that are to be passed on.
  if (keepsCapabilities(settings)) {
    calls.push(call(stage, "prctl", PRCTL.PR_SET_KEEPCAPS, 1, 0, 0, 0));
  }
  calls.push(call(stage, "setresuid", runAs.uid, runAs.uid, savedUser ?? runAs.uid));
  return calls;
}

function keepsCapabilities(settings: ChildSettings): boolean {
  const { capabilities, secureBits } = settings.attributes;
  return capabilities !== undefined || secureBits !== undefined;
}

/**
 * Capabilities, securebits, no-new-privileges: capabilities(7).
 *
 * The change of user has emptied the effective set, so it is filled again from the permitted one:
 * dropping from the bounding set and setting securebits need CAP_SETPCAP. Ambient capabilities must
 * be inheritable and permitted before they can be raised. execve then computes the rest.
 */
function capabilityCalls(settings: ChildSettings, context: ChildContext): ChildCall[] {
  const { capabilities, secureBits, noNewPrivileges } = settings.attributes;
  const stage = EXEC_STAGE.capabilities;
  const prctl = (...words: readonly number[]) => {
    const [option = 0, a = 0, b = 0] = words;
    return call(stage, "prctl", option, a, b, 0, 0);
  };
  const calls: ChildCall[] = [];
  if (capabilities !== undefined) {
    const ambient = capabilities.filter((item) => item.ambient);
    const blocked = capabilities.filter((item) => item.blocked);
    calls.push(
      capset(context.capabilities.permitted, maskOf(capabilities)),
      // Kernels before 4.3 have no ambient set; then there is nothing to clear.
      unless("ignore", prctl(PRCTL.PR_CAP_AMBIENT, PRCTL.PR_CAP_AMBIENT_CLEAR_ALL)),
      ...ambient.map((item) =>
        prctl(PRCTL.PR_CAP_AMBIENT, PRCTL.PR_CAP_AMBIENT_RAISE, item.capability)
      ),
      ...blocked.map((item) => prctl(PRCTL.PR_CAPBSET_DROP, item.capability)),
    );
  } else if (secureBits !== undefined && settings.attributes.runAs.kind !== "manager") {
    calls.push(capset(context.capabilities.permitted, context.capabilities.inheritable));
  }
  if (secureBits !== undefined) calls.push(prctl(PRCTL.PR_SET_SECUREBITS, secureBits));
  if (noNewPrivileges) calls.push(prctl(PRCTL.PR_SET_NO_NEW_PRIVS, 1));
  return calls;
}

function maskOf(items: readonly CapabilityItem[]): bigint {
  return items
    .filter((item) => item.inheritable || item.ambient)
    .reduce((mask, item) => mask | (1n << BigInt(item.capability)), 0n);
}
