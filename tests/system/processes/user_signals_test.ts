/**
 * Signals to a manager that is not a first process: the kernel does not keep their default actions
 * from it.
 */
import { assertEquals, assertIncludes } from "../../assert.ts";
import { testNeeding, tool } from "../../skip.ts";
import { HARMLESS_SIGNALS } from "../harmless_signals.ts";
import { type Manager, type ManagerOptions, withManager } from "../manager.ts";

/** Started when it would be heard to be told. */
const SERVICES = {
  boot: `type = "process"
command = ["/bin/sh", "-c", "trap 'echo told; exit 0' TERM; echo >&3; while :; do sleep 0.1; done"]
ready-notification = "pipefd:3"
options = ["shares-console"]
`,
};

async function withBoot(
  options: Omit<ManagerOptions, "services">,
  body: (manager: Manager) => Promise<void>,
): Promise<void> {
  await withManager({ ...options, services: SERVICES }, async (manager) => {
    await manager.outputHas("[  OK  ] boot");
    await body(manager);
  });
}

async function kill(signal: string, pid: number): Promise<void> {
  await new Deno.Command("/bin/kill", { args: [`-${signal}`, String(pid)] }).output();
}

for (
  const [who, args, signals] of [
    ["a user's manager", [], HARMLESS_SIGNALS.filter((signal) => signal !== "HUP")],
    ["a container's manager that is not process 1", ["--container"], HARMLESS_SIGNALS],
  ] as const
) {
  Deno.test(`what ends programs without a handler does not end ${who}`, async () => {
    await withBoot({ args }, async (manager) => {
      for (const signal of signals) await kill(signal, manager.pid);
      // A request is answered after the signals.
      await manager.ctlOk("is-started", "boot");
      assertEquals(manager.output.includes("told"), false);
    });
  });
}

Deno.test("the end of its session (SIGHUP) stops a user's services in order", async () => {
  await withBoot({}, async (manager) => {
    manager.signal("SIGHUP");
    assertEquals((await manager.ended()).code, 0);
    assertIncludes(manager.output, "told\n[STOPPD] boot");
  });
});

testNeeding("under nohup(1) a user's manager outlives its session", [tool("nohup")], async () => {
  await withBoot({ through: ["nohup"] }, async (manager) => {
    manager.signal("SIGHUP");
    await manager.ctlOk("is-started", "boot");
    assertEquals(manager.output.includes("told"), false);
  });
});

Deno.test("SIGQUIT ends a user's manager at once and leaves its services running", async () => {
  const services = { boot: 'type = "process"\ncommand = ["/bin/sleep", "1000"]\n' };
  await withManager({ services }, async (manager) => {
    const service = await manager.servicePid("boot");
    manager.signal("SIGQUIT");
    assertEquals((await manager.ended()).code, 131);
    // It throws if there is no such process any more.
    Deno.kill(service, "SIGTERM");
  });
});
