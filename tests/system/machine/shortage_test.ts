/**
 * A manager that runs out of descriptors: it goes on, and so do its services as soon as there are
 * some again.
 */
import { until } from "../../wait.ts";
import { assert, assertEquals } from "../../assert.ts";
import { testNeeding, tool } from "../../skip.ts";
import { type Manager, PROGRAM } from "../manager.ts";
import { withManager } from "../manager.ts";

const PIPED = 'type = "process"\ncommand = ["/bin/sleep", "1000"]\nlog-type = "buffer"\n' +
  "restart = true\nrestart-delay = 0\n" +
  'ready-notification = "pipefd:3"\n';

testNeeding("a launch without free descriptors is tried again", [tool("prlimit")], async () => {
  const services = {
    boot: 'type = "process"\ncommand = ["/bin/sleep", "1000"]\n',
    web: PIPED.replace(
      '["/bin/sleep", "1000"]',
      '["/bin/sh", "-c", "echo ready >&3; exec sleep 1000"]',
    ),
  };
  await withManager({ services }, async (manager) => {
    await manager.ctlOk("start", "web");
    const first = await manager.servicePid("web");
    limitDescriptors(manager, 40);
    const connections = await exhaust(manager);
    Deno.kill(first, "SIGKILL");
    await logHas(manager, /web: Cannot launch a process now: .*\(EMFILE\); trying again/);
    for (const connection of connections) connection.close();
    await until("the start", async () => (await manager.ctl("is-started", "web")).code === 0);
    assert((await manager.servicePid("web")) !== first);
    assertEquals((await manager.ctlOk("is-started", "boot")).trim(), "STARTED");
  });
});

function limitDescriptors(manager: Manager, count: number): void {
  const args = ["--pid", `${manager.pid}`, `--nofile=${count}:${count}`];
  assert(new Deno.Command("prlimit", { args }).outputSync().success);
}

/** Connects until the manager has no descriptor left: then nothing more is accepted. */
async function exhaust(manager: Manager): Promise<Deno.Conn[]> {
  const connections: Deno.Conn[] = [];
  while (!/Cannot accept|too many open files/i.test(manager.log())) {
    assert(connections.length < 200, "the descriptors run out");
    connections.push(await Deno.connect({ transport: "unix", path: manager.socket }));
    await new Promise((resolve) => setTimeout(resolve, 0));
  }
  return connections;
}

async function logHas(manager: Manager, pattern: RegExp): Promise<void> {
  await until(`${pattern} in the log of ${PROGRAM}`, () => pattern.test(manager.log()));
}
