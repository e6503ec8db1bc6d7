/** A client in a control group of which every page is taken. */
import { assertEquals, assertIncludes } from "../../assert.ts";
import { surroundings, testNeeding } from "../../skip.ts";
import { PROGRAM, withManager } from "../manager.ts";

const FILLING = "/dev/shm";

/** What `/bin/true` takes as well. */
const LEFT_BYTES = 512 * 1024;
const LIMIT_BYTES = 16 * 1024 * 1024;

/** By version of control groups: where a group is made, its limit, and that of memory and swap. */
const VERSIONS = [
  {
    root: "/sys/fs/cgroup/memory",
    limit: "memory.limit_in_bytes",
    swap: ["memory.memsw.limit_in_bytes", LIMIT_BYTES],
  },
  { root: "/sys/fs/cgroup", limit: "memory.max", swap: ["memory.swap.max", 0] },
] as const;

/** A group with a limit; undefined: none can be made here. */
function makeGroup(): string | undefined {
  for (const { root, limit, swap } of VERSIONS) {
    const group = `${root}/dinit-test-${crypto.randomUUID()}`;
    try {
      Deno.mkdirSync(group);
    } catch {
      continue;
    }
    if (write(`${group}/${limit}`, LIMIT_BYTES)) {
      // A kernel without swap has no such file.
      write(`${group}/${swap[0]}`, swap[1]);
      return group;
    }
    Deno.removeSync(group);
  }
  return undefined;
}

function write(path: string, bytes: number): boolean {
  try {
    Deno.writeTextFileSync(path, String(bytes), { create: false });
    return true;
  } catch {
    return false;
  }
}

function canMakeGroup(): boolean {
  const group = makeGroup();
  if (group !== undefined) Deno.removeSync(group);
  return group !== undefined;
}

async function inGroup(
  group: string,
  command: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<{ readonly code: number; readonly out: string; readonly err: string }> {
  const { code, stdout, stderr } = await new Deno.Command("sh", {
    args: ["-c", 'echo $$ >"$0/cgroup.procs"; exec "$@"', group, ...command],
    env: { ...env },
  }).output();
  const decoder = new TextDecoder();
  return { code, out: decoder.decode(stdout), err: decoder.decode(stderr) };
}

const KILLED = 128 + 9;

testNeeding("with no memory left a client still shuts down, where a full one is killed", [
  surroundings("control groups that limit memory", canMakeGroup()),
  surroundings("memory to fill in /dev/shm", Deno.statSync(FILLING).isDirectory),
], async () => {
  const group = makeGroup() ?? "";
  const filling = `${FILLING}/${group.slice(group.lastIndexOf("/") + 1)}`;
  try {
    await withManager({ services: { boot: 'type = "internal"\n' } }, async (manager) => {
      const filler = await inGroup(group, ["dd", "if=/dev/zero", `of=${filling}`, "bs=64k"]);
      assertEquals(filler.code, KILLED, "Who takes the last page is killed");
      Deno.truncateSync(filling, Deno.statSync(filling).size - LEFT_BYTES);
      const client = [PROGRAM, "ctl", "-p", manager.socket];
      const full = await inGroup(group, [...client, "list"], { DINIT_CLIENT: "full" });
      assertEquals([full.code, full.out], [KILLED, ""]);
      const list = await inGroup(group, [...client, "list"]);
      assertEquals([list.code, list.err], [0, ""]);
      assertIncludes(list.out, "boot");
      const shutdown = await inGroup(group, [...client, "shutdown"]);
      assertEquals([shutdown.code, shutdown.err], [0, ""]);
      assertIncludes(shutdown.out, "Connection closed.");
      assertEquals((await manager.ended()).code, 0);
    });
  } finally {
    Deno.removeSync(filling);
    Deno.removeSync(group);
  }
});
