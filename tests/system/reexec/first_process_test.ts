/** Upgrades of a manager that is the first process: of a container, and of a machine. */
import { assert, assertEquals, assertIncludes } from "../../assert.ts";
import { testNeeding } from "../../skip.ts";
import { until } from "../../wait.ts";
import { BARE_MACHINE_NEEDS, type BareMachine, withBareMachine } from "../bare_machine.ts";
import { NAMESPACE_NEEDS, withFirstProcess } from "../machine/first_process.ts";
import { shell } from "./services.ts";

testNeeding(
  "a container goes on, and ends with its application's status",
  NAMESPACE_NEEDS,
  async () => {
    const services = {
      boot: 'type = "internal"\ndepends-on = ["app"]\nrestart = false\n',
      app: shell(
        "trap 'echo told; exit 7' USR1; echo app runs; while :; do sleep 0.05; done",
        'options = ["shares-console"]\nrestart = false\n',
      ),
    };
    await withFirstProcess({ services, args: ["--container"] }, async (first) => {
      await first.outputHas("[  OK  ] boot");
      await first.outputHas("app runs");
      const before = (await first.ctl("list")).out;
      for (let round = 0; round < 2; round++) {
        assertEquals(await first.ctl("reexec"), { code: 0, out: "Manager upgraded.\n" });
      }
      assertEquals((await first.ctl("list")).out, before);
      await first.ctl("signal", "USR1", "app");
      assertEquals((await first.ended()).code, 7);
      assertIncludes(first.output, "told");
      assertIncludes(first.output, "[STOPPD] boot");
    });
  },
);

async function pidOf({ ctl }: { ctl: BareMachine["ctl"] }, name: string): Promise<number> {
  return Number(/Process ID: (\d+)/.exec((await ctl("status", name)).out)?.[1] ?? 0);
}

testNeeding("a machine's process 1 goes on, with its console", BARE_MACHINE_NEEDS, async () => {
  const services = {
    boot: 'type = "internal"\nwaits-for = ["web", "getty"]\n',
    web: shell("exec sleep 1000"),
    getty: shell(
      'while read -r line; do echo "heard $line"; done',
      'options = ["runs-on-console"]\nrestart = false\n',
    ),
  };
  await withBareMachine({ services }, async (machine) => {
    const { console: terminal } = machine;
    const ctl = (...words: string[]) => machine.ctl(...words);
    await until("all services", async () => (await ctl("is-started", "boot")).code === 0);
    const web = await pidOf({ ctl }, "web");
    const first = await machine.first.pid();
    // What is no manager does not get to be process 1.
    assertEquals((await ctl("reexec", "/bin/cat")).code, 1);
    for (let round = 0; round < 2; round++) {
      assertEquals(await ctl("reexec"), { code: 0, out: "Manager upgraded.\n" });
      terminal.type(`round ${round}\r`);
      await terminal.shows(new RegExp(`heard round ${round}`));
    }
    assertEquals([await pidOf({ ctl }, "web"), await machine.first.pid()], [web, first]);
    // Orphans are still collected.
    const orphan = shell("(sleep 0.01 &)");
    await Deno.writeTextFile(await machine.path("/etc/dinit.d/orphan.toml"), orphan);
    await ctl("start", "orphan");
    await until("that nothing is left", async () => {
      const status = await Deno.readTextFile(`/proc/${first}/task/${first}/children`);
      const states = await Promise.all(
        status.trim().split(" ").map((pid) => Deno.readTextFile(`/proc/${pid}/stat`)),
      );
      return states.every((text) => !text.includes(") Z "));
    });
    await ctl("stop", "getty");
    await machine.first.kill("TERM");
    await terminal.shows(/\[STOPPD\] boot\r?\n[^]*\[STOPPD\] web\r?\n[^]*Issuing halt/);
    assertEquals((await machine.first.ended()).signal, "SIGINT");
  });
});

testNeeding(
  "a question at the console can be answered to the next manager",
  BARE_MACHINE_NEEDS,
  async () => {
    const services = { boot: shell("exit 1", "restart = false\n") };
    await withBareMachine({ services }, async (machine) => {
      await machine.console.shows(/\(p\)ower off: /);
      assertEquals((await machine.ctl("reexec")).code, 0);
      machine.console.type("p");
      await machine.console.shows(/Issuing poweroff/);
      assert((await machine.first.ended()).signal === "SIGINT");
    });
  },
);
