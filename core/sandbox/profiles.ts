/**
 * Profiles: lines of `[sandbox]` by one name. What a description says itself takes the place of the
 * profile's line. The manual's table of them is made from this.
 */
import type { Sandbox } from "./sandbox.ts";

/** What no service but those that keep the machine itself needs. */
const KERNEL: Sandbox = {
  "protect-kernel-tunables": true,
  "protect-kernel-modules": true,
  "protect-kernel-logs": true,
  "protect-clock": true,
  "protect-hostname": true,
  "protect-control-groups": true,
};

/** What no program of ours should have to do, and what intruders do first. */
const CALLS: Sandbox = {
  "restrict-namespaces": true,
  "restrict-suid-sgid": true,
  "restrict-realtime": true,
  "lock-personality": true,
  "system-call-architectures": "native",
};

export const PROFILES = {
  "none": {},
  "web": {
    "no-new-privileges": true,
    "private-tmp": true,
    "private-devices": true,
    "read-only-system": "full",
    "protect-home": true,
    ...KERNEL,
    "protect-proc": "invisible",
    "restrict-address-families": ["unix", "inet", "inet6"],
    ...CALLS,
    "system-calls": ["@system-service"],
  },
  "strict": {
    "no-new-privileges": true,
    "private-tmp": true,
    "private-devices": true,
    "private-users": true,
    "private-network": true,
    "read-only-system": "strict",
    "protect-home": true,
    ...KERNEL,
    "protect-proc": "invisible",
    "proc-subset": "pid",
    "restrict-address-families": ["unix"],
    ...CALLS,
    "memory-deny-write-execute": true,
    "system-calls": ["@system-service", "!@privileged", "!@resources"],
  },
} as const satisfies Readonly<Record<string, Sandbox>>;

export type ProfileName = keyof typeof PROFILES;

export const PROFILE_NAMES = Object.keys(PROFILES) as readonly ProfileName[];

/** The lines of a profile, with others in their places; false and the like take a line away. */
export function withProfile(profile: ProfileName, own: Sandbox): Sandbox {
  return { ...PROFILES[profile], ...own };
}
