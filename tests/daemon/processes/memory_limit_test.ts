/** How much memory there is for the manager and its services. */
import { memoryLimit } from "../../../daemon/processes/memory_limit.ts";
import type { Platform } from "../../../platform/mod.ts";
import { assertEquals } from "../../assert.ts";

const MACHINE = "MemTotal:        8000000 kB\nMemFree: 1 kB\n";

function limitWith(files: Readonly<Record<string, string>>): number | undefined {
  return memoryLimit({
    readFile: (path: string) => {
      const text = files[path];
      return text === undefined
        ? { kind: "failure", call: "open", errno: 2, message: "no such file or directory (ENOENT)" }
        : { kind: "file", bytes: new TextEncoder().encode(text) };
    },
  } as unknown as Platform);
}

Deno.test("memoryLimit() is the machine's where no group says less", () => {
  assertEquals(limitWith({}), undefined);
  assertEquals(limitWith({ "/proc/meminfo": MACHINE }), 8_000_000 * 1024);
});

Deno.test("memoryLimit() is the least of the groups of version 2 above the manager", () => {
  const files = {
    "/proc/meminfo": MACHINE,
    "/proc/self/mounts": "cgroup2 /sys/fs/cgroup cgroup2 rw 0 0\n",
    "/proc/self/cgroup": "0::/pod/container\n",
    "/sys/fs/cgroup/pod/container/memory.max": "max\n",
  };
  assertEquals(limitWith(files), 8_000_000 * 1024);
  assertEquals(limitWith({ ...files, "/sys/fs/cgroup/pod/memory.max": "50331648\n" }), 50331648);
});

Deno.test("memoryLimit() is found where only the container's own group is mounted", () => {
  const files = {
    "/proc/meminfo": MACHINE,
    "/proc/self/mounts": "cgroup /sys/fs/cgroup/memory cgroup rw,memory 0 0\n",
    "/proc/self/cgroup": "9:name=systemd:/\n4:cpu,memory:/docker/0123\n0::/\n",
    "/sys/fs/cgroup/memory/memory.limit_in_bytes": "67108864\n",
  };
  assertEquals(limitWith(files), 67108864);
});
