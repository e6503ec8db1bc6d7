/**
 * PID 1 whose runtime crashes: what runs goes on, and the manager with it; where it crashes too
 * often, it comes back when it is asked to.
 */
import { FAULT_SIGNALS } from "../../../native/programs/signals.ts";
import { until } from "../../../tools/limit.ts";
import { assert, assertEquals } from "../../assert.ts";
import { testNeeding } from "../../skip.ts";
import { CRASHES_ALLOWED, forbidCrashes } from "../crashes/crash_page.ts";
import { BARE_MACHINE_NEEDS, type BareMachine, withBareMachine } from "../bare_machine.ts";
import { NAMESPACE_NEEDS, withFirstProcess } from "./first_process.ts";

const LIMIT_MS = 30_000;
/** Says something again and again, and counts it in a file. */
const TALKER = `type = "process"
command = ["/bin/sh", "-c", """
n=0; while n=$$((n + 1)); do echo ${"word ".repeat(200)}; echo $$n >/run/count; sleep 0.01; done"""]
`;
const SERVICES = { boot: `type = "internal"\ndepends-on = ["talker"]\n`, talker: TALKER };
const STAYS = /Processes go on, but nothing supervises them[^]*kill -USR1 1 starts the manager/;

async function count(machine: BareMachine): Promise<number> {
  const text = await Deno.readTextFile(await machine.path("/run/count")).catch(() => "");
  return Number(text);
}

/** Waits until the service has said something more, or so many words. */
async function goesOn(machine: BareMachine, words = 1): Promise<void> {
  let before = 0;
  // It is empty for a moment whenever it is written.
  while (before === 0) before = await count(machine);
  await until(
    LIMIT_MS,
    "A word of the service",
    async () => await count(machine) >= before + words,
  );
}

/** Processes in the namespace that the first one has made, and when. */
function childrenOf(pid: number): readonly string[] {
  const children = Deno.readTextFileSync(`/proc/${pid}/task/${pid}/children`).trim().split(" ");
  return children.filter((child) => child !== "").map((child) => {
    const stat = Deno.readTextFileSync(`/proc/${child}/stat`);
    return `${child} ${stat.slice(stat.lastIndexOf(")")).split(" ")[20]}`;
  });
}

testNeeding(
  "services and their manager outlive process 1's runtime",
  BARE_MACHINE_NEEDS,
  async () => {
    const args = ["-m", ...CRASHES_ALLOWED];
    await withBareMachine({ services: SERVICES, args }, async (machine) => {
      const { console, first } = machine;
      await console.shows(/\[ {2}OK {2}\] boot/);
      const pid = await first.pid();
      const talker = childrenOf(pid);
      const locked = /^VmLck:\s*(\d+) kB$/m.exec(Deno.readTextFileSync(`/proc/${pid}/status`))?.[1];
      assert(Number(locked) >= 4, "what is done about a crash is in memory");
      for (const [name, number] of Object.entries(FAULT_SIGNALS)) {
        await goesOn(machine);
        console.screen = "";
        await first.kill(String(number));
        await console.shows(new RegExp(`crashed, and was started again: SIG${name} from process`));
        await until(
          LIMIT_MS,
          "An answer",
          async () => (await machine.ctl("is-started", "boot")).code === 0,
        );
        await goesOn(machine);
        // They were not started anew.
        assertEquals([await first.pid(), childrenOf(pid)], [pid, talker]);
      }
      forbidCrashes(pid);
      await first.kill("SEGV");
      await console.shows(/It has crashed too often/);
      await console.shows(STAYS);
      await goesOn(machine);
      await first.kill("USR1");
      await until(
        LIMIT_MS,
        "An answer",
        async () => (await machine.ctl("is-started", "boot")).code === 0,
      );
      await goesOn(machine);
      assertEquals(childrenOf(pid), talker);
      forbidCrashes(pid);
      await first.kill("SEGV");
      await console.shows(STAYS);
      await first.kill("INT");
      assertEquals((await first.ended()).signal, "SIGHUP");
    });
  },
);

testNeeding("a runtime that cannot start is tried five times", BARE_MACHINE_NEEDS, async () => {
  // Of the loader only its headers are left.
  const before = `for loader in lib64/ld-linux* lib/ld-linux*; do
  test -e "$loader" || continue
  head -c 1024 "$loader" >broken
  cat broken >"$loader"
done`;
  await withBareMachine({ services: SERVICES, before }, async ({ console, first }) => {
    await console.shows(/The manager has crashed \(SIG[A-Z]+\)/);
    await console.shows(/It has crashed too often/);
    await first.kill("PWR");
    assertEquals((await first.ended()).signal, "SIGINT");
  });
});

testNeeding(
  "a container goes on, until its runtime crashes too often",
  NAMESPACE_NEEDS,
  async () => {
    const services = { boot: `type = "process"\ncommand = ["/bin/sleep", "1000"]\n` };
    await withFirstProcess({ services, args: ["--container"] }, async (first) => {
      await first.outputHas("[  OK  ] boot");
      const pid = await first.pid();
      const before = childrenOf(pid);
      await first.kill("SEGV");
      await first.outputHas(/was started again: SIGSEGV/);
      await until(
        LIMIT_MS,
        "An answer",
        async () => (await first.ctl("is-started", "boot")).code === 0,
      );
      assertEquals(childrenOf(pid), before);
      forbidCrashes(pid);
      await first.kill("SEGV");
      assertEquals((await first.ended()).code, 128 + FAULT_SIGNALS.SEGV);
    });
  },
);
