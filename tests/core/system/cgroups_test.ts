import {
  missingController,
  parseCgroupMounts,
  systemControllerFault,
} from "../../../core/system/cgroups.ts";
import { assertEquals, assertIncludes } from "../../assert.ts";

const HYBRID = `tmpfs /sys/fs/cgroup tmpfs rw 0 0
cgroup /sys/fs/cgroup/cpu,cpuacct cgroup rw,relatime,cpu,cpuacct 0 0
cgroup /sys/fs/cgroup/the\\040memory cgroup rw,relatime,memory 0 0
cgroup /sys/fs/cgroup/blkio cgroup rw,relatime,blkio 0 0
cgroup2 /sys/fs/cgroup/unified cgroup2 rw,relatime 0 0
`;
const MEMORY_HINT =
  "Control groups version 1 have it, at /sys/fs/cgroup/the memory; to give it to " +
  "version 2, boot with cgroup_no_v1=memory (or =all) on the kernel's command line";

/** Files of a system. */
function system(files: Readonly<Record<string, string>>) {
  return (path: string) => files[path];
}

Deno.test("parseCgroupMounts() tells both versions apart", () => {
  const { unified, legacy } = parseCgroupMounts(HYBRID);
  assertEquals(unified, "/sys/fs/cgroup/unified");
  assertEquals(legacy.get("cpuacct"), "/sys/fs/cgroup/cpu,cpuacct");
  assertEquals(legacy.get("memory"), "/sys/fs/cgroup/the memory");
  assertEquals(legacy.get("pids"), undefined);
});

Deno.test("systemControllerFault() tells which version 1 keeps from version 2", () => {
  const files = {
    "/proc/self/mounts": HYBRID,
    "/sys/fs/cgroup/unified/cgroup.controllers": "pids\n",
  };
  assertEquals(systemControllerFault("memory", system(files)), {
    why: 'the controller "memory" is not available in /sys/fs/cgroup/unified (there are: pids)',
    hint: MEMORY_HINT,
  });
  assertEquals(systemControllerFault("pids", system(files)), undefined);
  assertIncludes(
    systemControllerFault("io", system(files))?.hint ?? "",
    "have it, at /sys/fs/cgroup/blkio;",
  );
  assertEquals(
    systemControllerFault("cpuset", system(files))?.hint,
    "The kernel does not have it, or it is switched off: see /proc/cgroups",
  );
});

Deno.test("systemControllerFault() without version 2 tells only what version 1 has", () => {
  const legacyOnly = { "/proc/self/mounts": HYBRID.replace(/cgroup2.*/, "") };
  assertEquals(systemControllerFault("memory", system(legacyOnly))?.hint, MEMORY_HINT);
  // What is not mounted yet may be when the services start.
  assertEquals(systemControllerFault("pids", system(legacyOnly)), undefined);
  assertEquals(systemControllerFault("pids", system({})), undefined);
});

Deno.test("missingController() names the group above only where there is one", () => {
  const mounts = parseCgroupMounts("none /sys/fs/cgroup cgroup2 rw 0 0\n");
  assertEquals(
    missingController("io", "/sys/fs/cgroup/user/me", [], mounts).hint,
    "Enable it above: echo +io > /sys/fs/cgroup/user/cgroup.subtree_control",
  );
});
