import type { ConditionKind } from "../../../core/conditions/kinds.ts";
import type { System } from "../../../core/types.ts";
import { managerAbilities } from "../../../daemon/descriptions/abilities.ts";
import type { Failure, Platform } from "../../../platform/mod.ts";
import { assert, assertEquals } from "../../assert.ts";

const EACCES = { kind: "failure", call: "open", errno: 13, message: "permission denied (EACCES)" };

/** A platform with these files, of which the named ones cannot be written. */
function platformWith(
  files: Readonly<Record<string, string>>,
  options: { readonly locked?: string; readonly parts?: Partial<Platform> } = {},
): Platform {
  const missing: Failure = { ...EACCES, kind: "failure", errno: 2, message: "missing" };
  const parts: Partial<Platform> = {
    os: "linux",
    processMaking: { kind: "stub" },
    exists: (path) => path in files,
    readFile: (path) => {
      const text = files[path];
      if (text === undefined) return missing;
      const bytes = new TextEncoder().encode(text);
      return { kind: "contents", bytes, modifiedSeconds: 0, modifiedNanoseconds: 0 };
    },
    writeFile: (path) => path === options.locked ? EACCES as Failure : undefined,
    ...options.parts,
  };
  return parts as Platform;
}

const MOUNTED = {
  "/proc/self/mounts": "none /sys/fs/cgroup cgroup2 rw 0 0\n",
  "/proc/self/cgroup": "0::/user\n",
  "/sys/fs/cgroup/user/cgroup.controllers": "pids memory\n",
  "/sys/fs/cgroup/user/cgroup.subtree_control": "pids\n",
};
const USER = { cgroupPath: undefined, areCgroupsForAll: false, isSystemManager: false };
const SYSTEM = { cgroupPath: undefined, areCgroupsForAll: false, isSystemManager: true };

function why(platform: Platform, options: typeof USER, controller?: string): string | undefined {
  return managerAbilities(platform, options).cgroupFault(controller)?.why;
}

Deno.test("managerAbilities() leaves groups that are not mounted yet to the start of a system manager's services", () => {
  const nothing = platformWith({});
  assertEquals(why(nothing, USER), "no control groups of version 2 are mounted");
  assertEquals(why(nothing, SYSTEM), undefined);
  assertEquals(why(nothing, SYSTEM, "memory"), undefined);
});

Deno.test("managerAbilities() knows a controller that is missing once groups are mounted", () => {
  const missing = 'the controller "io" is not available in /sys/fs/cgroup/user ' +
    "(there are: pids, memory)";
  for (const options of [USER, SYSTEM]) {
    assertEquals(why(platformWith(MOUNTED), options), undefined);
    assertEquals(why(platformWith(MOUNTED), options, "memory"), undefined);
    assertEquals(why(platformWith(MOUNTED), options, "io"), missing);
  }
});

Deno.test("managerAbilities() finds out that a controller cannot be handed out, but for a system manager", () => {
  const locked = "/sys/fs/cgroup/user/cgroup.subtree_control";
  const platform = platformWith(MOUNTED, { locked });
  const refused = 'the controller "memory" cannot be enabled in /sys/fs/cgroup/user: ' +
    "permission denied (EACCES)";
  assertEquals(why(platform, USER, "memory"), refused);
  assertEquals(why(platform, USER, "pids"), undefined, "it is enabled already");
  // What is read-only now may be remounted before the service starts.
  assertEquals(why(platform, SYSTEM, "memory"), undefined);
});

Deno.test("managerAbilities() lacks on FreeBSD what its kernel lacks, and by posix_spawn most", () => {
  const lacks = (parts: Partial<Platform>) =>
    managerAbilities(platformWith({}, { parts }), USER).unserved;
  assertEquals(lacks({ os: "linux" }), {
    settings: new Map(),
    options: new Map(),
    conditions: new Set<ConditionKind>(),
    forms: [],
  });
  const freebsd = lacks({ os: "freebsd" });
  assertEquals([...freebsd.settings.keys()].sort(), [
    "capabilities",
    "capability-bounding-set",
    "cgroup",
    "delegate",
    "devices",
    "ioprio",
    "oom-policy",
    "oom-score-adj",
    "requires-mounts-for",
    ...["msgqueue", "nice", "rtprio", "rttime", "sigpending"].map((name) => `rlimit-${name}`),
    "run-in-cgroup",
    "sandbox",
    "securebits",
  ]);
  const processMaking = { kind: "posix_spawn", why: "so it is", isFallback: true } as const;
  const bound = lacks({ os: "linux", processMaking });
  assertEquals(bound.settings.get("run-as"), "It can only use posix_spawn: so it is");
  assert(bound.options.has("no-new-privs"));
});

Deno.test("managerAbilities() has no sockets for messages on macOS", () => {
  const lacks = (os: System) =>
    managerAbilities(platformWith({}, { parts: { os } }), USER).unserved.forms
      .map(({ form }) => form.text);
  assertEquals([lacks("linux"), lacks("freebsd"), lacks("darwin")], [[], [], ["notify:socket"]]);
});

Deno.test("managerAbilities() knows who cannot make a /proc of a box's own", () => {
  const fault = (status: Readonly<Record<string, string>>) =>
    managerAbilities(platformWith(status), USER).sandboxFault?.("protect-proc");
  const status = (bits: string) => ({ "/proc/self/status": `CapInh:\t0\nCapPrm:\t${bits}\n` });
  assertEquals(fault(status("000001ffffffffff")), undefined);
  assertEquals(fault({}), undefined, "the start will show");
  const why = "only a manager with CAP_SYS_ADMIN, root's mostly, can make a /proc that shows less";
  assertEquals([fault(status("0000000000000000")), fault(status("000001ffffdfffff"))], [why, why]);
});
