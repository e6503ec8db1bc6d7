/**
 * Whose a service's cgroup is, and which devices its processes may use.
 *
 * Source: Documentation/admin-guide/cgroup-v2.rst, "Delegation".
 */
import type { RunAs } from "../../../core/description/mod.ts";
import { deviceProgram } from "../../../core/sandbox/device_program.ts";
import type { DeviceRule } from "../../../core/sandbox/devices.ts";
import type { Failure, Platform } from "../../../platform/mod.ts";
import { allowedDevices } from "./device_rules.ts";

/** What whoever divides a cgroup has to write to; the limits of the cgroup are not among it. */
const DELEGATED = ["cgroup.procs", "cgroup.threads", "cgroup.subtree_control"];

/** Gives a cgroup to the service's user. */
export function delegateTo(
  platform: Pick<Platform, "changeOwner" | "userId">,
  directory: string,
  runAs: RunAs,
): Failure | undefined {
  if (runAs.kind === "manager") return undefined;
  // The group of a user by number is the manager's.
  const owner = { uid: runAs.uid, gid: runAs.gid ?? UNCHANGED };
  for (const path of [directory, ...DELEGATED.map((file) => `${directory}/${file}`)]) {
    const failure = platform.changeOwner(path, owner);
    if (failure !== undefined) return { ...failure, message: `${path}: ${failure.message}` };
  }
  return undefined;
}

/** For chown(2): the group stays. */
const UNCHANGED = -1;

/** Has the kernel let processes of a cgroup use these devices only. */
export function filterDevices(
  platform: Pick<Platform, "attachDeviceFilter" | "deviceAt" | "readFile" | "errnoText">,
  directory: string,
  { rules, hasInner }: { readonly rules: readonly DeviceRule[]; readonly hasInner: boolean },
): Failure | undefined {
  const allowed = allowedDevices(platform, rules);
  if ("kind" in allowed) return allowed;
  const failure = platform.attachDeviceFilter(directory, deviceProgram(allowed), { hasInner });
  if (failure === undefined) return undefined;
  return { ...failure, message: `cannot restrict its devices: ${failure.message}` };
}
