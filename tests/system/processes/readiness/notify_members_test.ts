/**
 * Whom a service's notification socket listens to, and which process it may name as its main one.
 */
import { assert, assertEquals, assertIncludes } from "../../../assert.ts";
import { surroundings, testNeeding } from "../../../skip.ts";
import { until } from "../../../wait.ts";
import { type Manager, withManager } from "../../manager.ts";
import { talker } from "./notify_service.ts";

const KEEP = 'type = "process"\ncommand = "/bin/sleep 1000"\n';
const USER = "64812";

async function statusOf(manager: Manager): Promise<Record<string, unknown>> {
  const [status] = JSON.parse(await manager.ctlOk("status", "--json", "srv"));
  return status;
}

function isThere(pid: number): boolean {
  try {
    return !/^State:\t[ZX]/m.test(Deno.readTextFileSync(`/proc/${pid}/status`));
  } catch {
    return false;
  }
}

testNeeding(
  "a process that has given up its rights itself is heard",
  [surroundings("root", Deno.uid() === 0)],
  async () => {
    const words = ["as", USER, "READY=1", "STATUS=As another", "sleep"];
    const services = { srv: talker(words), keep: KEEP };
    await withManager({ services, start: ["srv", "keep"] }, async (manager) => {
      await manager.outputHas("[  OK  ] srv");
      await until("its status", async () => {
        return (await statusOf(manager)).statusText === "As another";
      });
      assert(!manager.log().includes("Ignored a notification"), manager.log());
    });
  },
);

for (const own of [["main"], ["setsid", "main"]] as const) {
  const where = own.length === 1 ? "" : ", in a session of its own";
  Deno.test(`the end of a main process that another collects is noticed${where}`, async () => {
    // The first process ignores SIGCHLD, so that nothing is left of the child whose end it is not
    // told of.
    const services = { srv: talker(["fork", ...own, "READY=1", "sleep"]), keep: KEEP };
    await withManager({ services, start: ["srv", "keep"] }, async (manager) => {
      await manager.outputHas("[  OK  ] srv");
      const main = await manager.servicePid("srv");
      const stat = await Deno.readTextFile(`/proc/${main}/stat`);
      const first = Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]);
      assert(first !== manager.pid, "its parent is the first process");
      Deno.kill(main, "SIGKILL");
      await manager.outputHas("[STOPPD] srv");
      assert(!isThere(main));
      assertIncludes(manager.log(), `The main process has ended, but not the first one (${first})`);
      await until("the end of the first process", () => !isThere(first));
    });
  });
}

Deno.test("a stop ends the main process that another collects, and does not wait in vain", async () => {
  const services = { srv: talker(["fork", "main", "READY=1", "sleep"]), keep: KEEP };
  await withManager({ services, start: ["srv", "keep"] }, async (manager) => {
    await manager.outputHas("[  OK  ] srv");
    const main = await manager.servicePid("srv");
    await manager.ctlOk("stop", "srv");
    assert(!isThere(main));
  });
});

Deno.test("kill-tree ends the first process with the main one", async () => {
  const settings = "restart = false\nkill-tree = true\n";
  const services = { srv: talker(["fork", "main", "READY=1", "sleep"], settings), keep: KEEP };
  await withManager({ services, start: ["srv", "keep"] }, async (manager) => {
    await manager.outputHas("[  OK  ] srv");
    const main = await manager.servicePid("srv");
    const stat = await Deno.readTextFile(`/proc/${main}/stat`);
    const first = Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]);
    Deno.kill(main, "SIGKILL");
    await manager.outputHas("[STOPPD] srv");
    assert(!isThere(first), "nothing is left");
  });
});

Deno.test("a main process that is not the service's is refused", async () => {
  const services = {
    srv: talker([`MAINPID=${Deno.pid}`, "READY=1", "sleep"]),
    keep: KEEP,
  };
  await withManager({ services, start: ["srv", "keep"] }, async (manager) => {
    await manager.outputHas("[  OK  ] srv");
    const why = `Ignored MAINPID=${Deno.pid}: it is no process of the service`;
    assertIncludes(manager.log(), why);
  });
});

testNeeding(
  "all that a service said before its end is heard, however much the socket held",
  [surroundings("root, for a network of its own", Deno.uid() === 0)],
  async () => {
    const through = [
      ...["unshare", "-n", "sh", "-c"],
      'echo 600 >/proc/sys/net/unix/max_dgram_qlen; exec "$@"',
      "sh",
    ];
    const words = ["READY=1", "main", "times", "500", "STATUS=Number %d", "end", "0"];
    const services = { srv: talker(words), keep: KEEP };
    await withManager({ services, start: ["keep"], through }, async (manager) => {
      await manager.ctl("start", "srv");
      await until("its end", async () => (await statusOf(manager)).state === "stopped");
      assertEquals((await statusOf(manager)).statusText, "Number 500");
    });
  },
);

Deno.test("a watchdog that a service sets itself ends it, with no setting for that", async () => {
  const services = { srv: talker(["READY=1", "WATCHDOG_USEC=100000", "sleep"]), keep: KEEP };
  await withManager({ services, start: ["srv", "keep"] }, async (manager) => {
    await manager.outputHas("[STOPPD] srv");
    assertIncludes(manager.log(), "srv: Process was ended by SIGABRT");
  });
});
