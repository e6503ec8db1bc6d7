/**
 * When memory runs out the kernel is to kill a service, not the manager: by oom_score_adj, and in a
 * container with little memory.
 */
import { assert, assertEquals, assertIncludes } from "../../../assert.ts";
import { until } from "../../../wait.ts";
import { surroundings, testNeeding } from "../../../skip.ts";
import { NAMESPACE_NEEDS, withFirstProcess } from "../../machine/first_process.ts";
import { type Manager, type ManagerOptions, withManager } from "../../manager.ts";

const SERVICES = {
  boot: 'type = "process"\ncommand = ["/bin/sleep", "1000"]\nwaits-for = ["own"]\n',
  own: 'type = "process"\ncommand = ["/bin/sleep", "1000"]\noom-score-adj = 555\n',
};

const LIMIT_BYTES = 48 * 1024 * 1024;

function score(pid: number): number {
  return Number(Deno.readTextFileSync(`/proc/${pid}/oom_score_adj`));
}

/** @returns Of the manager, and of its services boot and own. */
async function scores(manager: Manager): Promise<readonly [number, number, number]> {
  const [boot, own] = [await manager.servicePid("boot"), await manager.servicePid("own")];
  return [score(manager.pid), score(boot), score(own)];
}

/** Started by something that has a value of its own. */
const RAISED: Pick<ManagerOptions, "through"> = {
  through: ["/bin/sh", "-c", 'echo 300 >/proc/self/oom_score_adj && exec "$0" "$@"'],
};

Deno.test("services are likelier to be killed than their manager, whatever that inherits", async () => {
  const inherited = score(Deno.pid);
  await withManager({ services: SERVICES }, async (manager) => {
    const [own, boot, explicit] = await scores(manager);
    assertEquals([own, explicit], [inherited, 555]);
    assert(boot > own || own === 1000, `${boot}, and the manager ${own}`);
  });
  await withManager({ services: SERVICES, ...RAISED }, async (manager) => {
    const [own, boot, explicit] = await scores(manager);
    assertEquals([own, explicit], [300, 555]);
    assert(boot > 300, `${boot}`);
  });
});

Deno.test("--oom-score-adj says otherwise", async () => {
  const args = ["--oom-score-adj"];
  const inherit = { services: SERVICES, args: [...args, "inherit"], ...RAISED };
  await withManager(inherit, async (manager) => {
    assertEquals(await scores(manager), [300, 300, 555]);
  });
  await withManager({ services: SERVICES, args: [...args, "400"] }, async (manager) => {
    const [own, boot, explicit] = await scores(manager);
    assertEquals([own, explicit], [400, 555]);
    assert(boot > 400, `${boot}`);
  });
});

/**
 * A group of version 1 or 2 below our own one, in which memory is limited; undefined: none can be
 * made.
 */
function makeMemoryGroup(limitBytes: number): string | undefined {
  const own = Deno.readTextFileSync("/proc/self/cgroup");
  const legacy = /^\d+:memory:(\/.*)$/m.exec(own)?.[1];
  const unified = /^0::(\/.*)$/m.exec(own)?.[1];
  const candidates = [
    [`/sys/fs/cgroup/memory${legacy}`, "memory.limit_in_bytes"],
    [`/sys/fs/cgroup${unified}`, "memory.max"],
  ] as const;
  for (const [parent, file] of candidates) {
    const group = `${parent}/dinit-test-${crypto.randomUUID()}`;
    try {
      Deno.mkdirSync(group);
    } catch {
      continue;
    }
    try {
      Deno.writeTextFileSync(`${group}/${file}`, String(limitBytes));
      return group;
    } catch {
      Deno.removeSync(group);
    }
  }
  return undefined;
}

function canLimitMemory(): boolean {
  const group = makeMemoryGroup(LIMIT_BYTES);
  if (group !== undefined) Deno.removeSync(group);
  return group !== undefined;
}

testNeeding(
  "a container with 48 MB outlives a service that wants more",
  [...NAMESPACE_NEEDS, surroundings("a memory control group", canLimitMemory())],
  async () => {
    const services = {
      boot: 'type = "internal"\nwaits-for = ["greedy", "quiet"]\n',
      quiet: 'type = "process"\ncommand = ["/bin/sleep", "1000"]\n',
      // One buffer, which is more than there is.
      greedy: 'type = "process"\nrestart = false\n' +
        'command = ["/bin/dd", "if=/dev/zero", "of=/dev/null", "bs=60M", "count=1"]\n',
    };
    const group = makeMemoryGroup(LIMIT_BYTES);
    assert(group !== undefined);
    const before = `echo $$ >${group}/cgroup.procs`;
    await withFirstProcess({ services, args: ["--container"], before }, async (first) => {
      await first.outputHas("[STOPPD] greedy");
      assertIncludes(first.output, "greedy: Process was ended by SIGKILL (9)");
      // It answers, and the others run.
      assertEquals((await first.ctl("is-started", "quiet")).code, 0);
    });
    await until("an empty control group", () => {
      try {
        Deno.removeSync(group);
        return true;
      } catch {
        return false;
      }
    });
  },
);
