import type { Pid, ServiceName } from "../../../core/types.ts";
import { NO_USAGE } from "../../../core/figures/usage.ts";
import {
  MOST_PROCESSES,
  numberAfter,
  processTree,
  usageOfProcess,
  type UsagePlatform,
} from "../../../daemon/processes/process_usage.ts";
import { findUsage } from "../../../daemon/processes/service_usage.ts";
import { assertEquals } from "../../assert.ts";
import { pid } from "../../../core/types.ts";

const WEB = "web" as ServiceName;

/** A system that has these files, and directories with these names. */
function systemWith(
  files: Readonly<Record<string, string>>,
  os: UsagePlatform["os"] = "linux",
): UsagePlatform {
  const failure = { kind: "failure", call: "open", errno: 2, message: "no such file" } as const;
  return {
    os,
    readFile(path) {
      const text = files[path];
      if (text === undefined) return failure;
      const bytes = new TextEncoder().encode(text);
      return { kind: "contents", bytes, modifiedSeconds: 0, modifiedNanoseconds: 0 };
    },
    readDirectory(path) {
      const names = Object.keys(files).filter((file) => file.startsWith(`${path}/`))
        .map((file) => file.slice(path.length + 1).split("/")[0] ?? "");
      return names.length === 0 ? failure : { kind: "names", names: [...new Set(names)] };
    },
  };
}

/** The files of a process in /proc. */
function processFiles(
  id: number,
  { ticks = [0, 0, 0, 0], kib = 0, threads = 1, io, children = "" }: {
    readonly ticks?: readonly number[];
    readonly kib?: number;
    readonly threads?: number;
    readonly io?: readonly [number, number];
    readonly children?: string;
  },
): Readonly<Record<string, string>> {
  return {
    // A name may look like anything.
    [`/proc/${id}/stat`]: `${id} (a) R 1 (b) S 1 ${id} ${id} 0 -1 4 0 0 0 0 ${
      ticks.join(" ")
    } 20 0\n`,
    [`/proc/${id}/status`]:
      `Name:\tVmRSS: 9\nTgid:\t${id}\nVmRSS:\t  ${kib} kB\nThreads:\t${threads}\n`,
    ...io && { [`/proc/${id}/io`]: `rchar: 9\nread_bytes: ${io[0]}\nwrite_bytes: ${io[1]}\n` },
    [`/proc/${id}/task/${id}/children`]: children,
  };
}

Deno.test("usageOfProcess() counts its own time and that of children it has waited for", () => {
  const files = processFiles(7, { ticks: [1, 2, 30, 40], kib: 12, threads: 3, io: [4096, 512] });
  assertEquals(usageOfProcess(systemWith(files), pid(7)), {
    cpuMs: 730,
    memoryBytes: 12 * 1024,
    tasks: 3,
    readBytes: 4096,
    writtenBytes: 512,
  });
});

Deno.test("usageOfProcess() tells nothing of what is gone, nor of disks it may not see", () => {
  assertEquals(usageOfProcess(systemWith({}), pid(7)), NO_USAGE);
  const { readBytes, tasks } = usageOfProcess(systemWith(processFiles(7, {})), pid(7));
  assertEquals([readBytes, tasks], [undefined, 1]);
});

Deno.test("processTree() finds descendants, children of threads, too, and ends", () => {
  const files = {
    ...processFiles(7, { children: "8 9 " }),
    "/proc/7/task/77/children": "10",
    ...processFiles(8, { children: "11" }),
    // Read while numbers were given anew.
    ...processFiles(11, { children: "7" }),
  };
  assertEquals(processTree(systemWith(files), pid(7)).toSorted(), [10, 11, 7, 8, 9] as Pid[]);
  assertEquals(processTree(systemWith(files, "freebsd"), pid(7)), [7] as Pid[]);
});

Deno.test("findUsage() sums the tree of a service without a control group, up to a bound", () => {
  const cgroups = { directoryOf: () => undefined, processes: () => [] };
  const few = {
    ...processFiles(7, { ticks: [1, 0, 0, 0], kib: 1, children: "8" }),
    ...processFiles(8, { ticks: [2, 0, 0, 0], kib: 2, threads: 4 }),
  };
  const found = findUsage(WEB, pid(7), { platform: systemWith(few), cgroups });
  assertEquals(found, {
    ...{ cpuMs: 30, memoryBytes: 3072, tasks: 5, readBytes: undefined, writtenBytes: undefined },
    ...{ source: "processes", isPartial: false },
  });
  const many = Array.from({ length: 300 }, (_, index) => index + 100);
  const files = Object.assign(
    {},
    processFiles(7, { children: many.join(" ") }),
    ...many.map((id) => processFiles(id, {})),
  );
  const partial = findUsage(WEB, pid(7), { platform: systemWith(files), cgroups });
  assertEquals([partial.tasks, partial.isPartial], [MOST_PROCESSES, true]);
});

Deno.test("findUsage() takes the control group's word, and sums up what that does not tell", () => {
  const cgroups = { directoryOf: () => "/cg/web", processes: () => [pid(8)] };
  const whole = {
    "/cg/web/cpu.stat": "usage_usec 1500\nuser_usec 9\n",
    "/cg/web/memory.current": "4096\n",
    "/cg/web/pids.current": "3\n",
    "/cg/web/io.stat": "8:0 rbytes=10 wbytes=20 rios=1\n8:16 rbytes=1 wbytes=2 rios=1\n",
  };
  assertEquals(findUsage(WEB, pid(7), { platform: systemWith(whole), cgroups }), {
    ...{ cpuMs: 1.5, memoryBytes: 4096, tasks: 3, readBytes: 11, writtenBytes: 22 },
    ...{ source: "cgroup", isPartial: false },
  });
  const bare = {
    "/cg/web/cpu.stat": "usage_usec 1500\n",
    ...processFiles(8, { ticks: [9, 9, 9, 9], kib: 2, threads: 4 }),
  };
  const found = findUsage(WEB, 0, { platform: systemWith(bare), cgroups });
  assertEquals([found.cpuMs, found.memoryBytes, found.tasks], [1.5, 2048, 4]);
});

Deno.test("findUsage() tells nothing of what runs nothing", () => {
  const cgroups = { directoryOf: () => undefined, processes: () => [] };
  assertEquals(findUsage(WEB, 0, { platform: systemWith({}), cgroups }), {
    ...NO_USAGE,
    ...{ source: "none", isPartial: false },
  });
});

Deno.test("numberAfter() looks at the beginnings of lines only", () => {
  assertEquals(numberAfter("a 1\nb 2\n", "a "), 1);
  assertEquals(numberAfter("xa 1\na 2\n", "a "), 2);
  assertEquals([numberAfter("xa 1\n", "a "), numberAfter("max\n", "")], [undefined, undefined]);
});
