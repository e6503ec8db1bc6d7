/**
 * Consoles that take nothing: stopped by Ctrl-S, read by nobody, hung up, or shared and full. The
 * manager supervises and answers all the same, within its bound of memory, and says what it
 * dropped.
 */
import { processorTicks, workPasses } from "../processor_time.ts";
import { until } from "../../wait.ts";
import { within } from "../../../tools/limit.ts";
import { assert, assertEquals, assertIncludes, assertMatch } from "../../assert.ts";
import { surroundings, testNeeding, tool } from "../../skip.ts";
import { BARE_MACHINE_NEEDS, type BareMachine, withBareMachine } from "../bare_machine.ts";
import { PROGRAM } from "../manager.ts";

/** Names that fill the console's buffer of 16 KiB in a few rounds. */
const PADDING = "a-long-name".repeat(8);
const MANY = Array.from({ length: 60 }, (_, index) => `s${index}-${PADDING}`);
const SERVICES: Record<string, string> = {
  boot: 'type = "process"\ncommand = ["/bin/sleep", "1000"]\n',
  many: `waits-for = ${JSON.stringify(MANY)}\n`,
  frail: 'type = "process"\ncommand = ["/bin/sleep", "1000"]\nrestart = true\nrestart-delay = 0\n',
};
for (const name of MANY) SERVICES[name] = "";

/** Makes the manager say far more than its buffer holds. */
async function makeNoise(machine: BareMachine): Promise<void> {
  for (let round = 0; round < 4; round++) {
    assertEquals((await machine.ctl("start", "many")).code, 0);
    assertEquals((await machine.ctl("stop", "many")).code, 0);
  }
}

/** A service that dies is brought back. */
async function checkSupervision(machine: BareMachine): Promise<void> {
  assertEquals((await machine.ctl("start", "frail")).code, 0);
  const pidOf = async () =>
    /Process ID: (\d+)/.exec((await machine.ctl("status", "frail")).out)?.[1];
  const first = await pidOf();
  // Its number inside of the namespace: killed from there.
  const insider = ["nsenter", "-t", `${await machine.first.pid()}`, "-p", "kill", "-9", `${first}`];
  const [program = "", ...args] = insider;
  assert((await new Deno.Command(program, { args }).output()).success);
  await until("a new process", async () => {
    const second = await pidOf();
    return second !== first && second !== undefined;
  });
}

testNeeding(
  "a console stopped by Ctrl-S holds nothing up, and tells what it dropped",
  BARE_MACHINE_NEEDS,
  async () => {
    await withBareMachine({ services: SERVICES }, async (machine) => {
      await machine.console.shows(/\[ {2}OK {2}\] boot\n/);
      machine.console.type("\x13");
      await makeNoise(machine);
      await checkSupervision(machine);
      machine.console.type("\x11");
      const [, count] = await machine.console.shows(
        /dinit: (\d+) messages were dropped: the output did not take more\n/,
      );
      assert(Number(count) > 100, `dropped: ${count}`);
      // What is said from now on arrives.
      machine.console.screen = "";
      await machine.ctl("stop", "frail");
      await machine.console.shows(/\[STOPPD\] frail\n/);
    });
  },
);

testNeeding("a console that nobody reads holds nothing up", BARE_MACHINE_NEEDS, async () => {
  await withBareMachine({ services: SERVICES }, async (machine) => {
    await machine.console.shows(/\[ {2}OK {2}\] boot\n/);
    await makeNoise(machine);
    await checkSupervision(machine);
  });
});

testNeeding("a console that was hung up holds nothing up", BARE_MACHINE_NEEDS, async () => {
  await withBareMachine({ services: SERVICES }, async (machine) => {
    await machine.console.shows(/\[ {2}OK {2}\] boot\n/);
    machine.console.close();
    await makeNoise(machine);
    await checkSupervision(machine);
    const before = processorTicks(await machine.first.pid());
    // A manager that spins over the hang-up would use as much as the other.
    const used = await workPasses();
    assert(processorTicks(await machine.first.pid()) - before < used / 4);
  });
});

testNeeding("a full pipe that cannot be opened anew holds nothing up", [
  surroundings("root", Deno.uid() === 0),
  tool("setpriv"),
], async () => {
  const folder = await Deno.makeTempDir({ prefix: "dinit-full-" });
  const userId = 65534;
  await Deno.mkdir(`${folder}/services`);
  for (const [name, text] of Object.entries(SERVICES)) {
    await Deno.writeTextFile(`${folder}/services/${name}.toml`, text);
  }
  await Deno.chown(folder, userId, userId);
  await Deno.chmod(folder, 0o755);
  // Another user's pipe: /proc/self/fd/1 may not be opened.
  const child = new Deno.Command("setpriv", {
    args: [
      ...["--reuid", `${userId}`, "--clear-groups", PROGRAM, "-u", "-d", `${folder}/services`],
      ...["-p", `${folder}/socket`, "-l", `${folder}/log`],
    ],
    stdin: "null",
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  const ctl = (...args: string[]) =>
    new Deno.Command(PROGRAM, { args: ["ctl", "--other-user", "-p", `${folder}/socket`, ...args] })
      .output();
  try {
    await until("the start", async () => (await ctl("is-started", "boot")).success);
    // The pipe holds 64 KiB, the stream 16 KiB; each round makes about 12 KB.
    for (let round = 0; round < 12; round++) {
      assert((await within(20_000, "start", ctl("start", "many"))).success);
      assert((await within(20_000, "stop", ctl("stop", "many"))).success);
    }
    assertMatch(new TextDecoder().decode((await ctl("list")).stdout), /boot/);
    const reader = child.stdout.getReader();
    let seen = "";
    while (!seen.includes("messages were dropped")) {
      const { value, done } = await within(20_000, "output", reader.read());
      assert(!done);
      seen += new TextDecoder().decode(value);
    }
    assertIncludes(seen, "[  OK  ] boot");
    reader.releaseLock();
  } finally {
    child.kill("SIGTERM");
    await child.stdout.cancel();
    await child.status;
    await Deno.remove(folder, { recursive: true });
  }
});
