/** What is done after many crashes, and what is left of process 1 then. */
import { CRASH_PAGE_VARIABLE } from "../../../core/program/started_words.ts";
import { PROCESSORS } from "../../../native/conventions.ts";
import { CRASH_PLAN, REMEMBERED_CRASHES } from "../../../native/programs/last_resort/crash_page.ts";
import { FAULT_SIGNALS } from "../../../native/programs/signals.ts";
import { until } from "../../../tools/limit.ts";
import { assert, assertEquals } from "../../assert.ts";
import { surroundings, testNeeding, tool } from "../../skip.ts";
import type { ProgramOutput } from "../../system/program_output.ts";
import { commandFor, placeExecutable } from "../static_executable.ts";
import { type Crash, repeater } from "./crashing_program.ts";
import { childrenOf, inFolder, needs, withRepeater } from "./running.ts";

const LIMIT_MS = 30_000;
const CRASH: Crash = { kind: "signal", number: FAULT_SIGNALS.ABRT };
const AGAIN = { plan: CRASH_PLAN.execute, pauseMs: 0 };
const STAYS = /Processes go on[^]*kill -USR1 1 starts the manager again/;
const POWER_OFF = 0x4321fedc;

/** Waits until it was told so often that the manager has crashed, and all that can be done. */
function told(messages: ProgramOutput, times: number): Promise<void> {
  return messages.has(new RegExp(`(has crashed [^]*?kill -USR1 1 [^]*?){${times}}`));
}

for (const processor of PROCESSORS) {
  const repeats = { processor, crash: CRASH };
  const firstNeeds = [...needs(processor), surroundings("root", Deno.uid() === 0), tool("unshare")];

  testNeeding(`five crashes in a row end a process on ${processor}`, needs(processor), async () => {
    await withRepeater({ ...repeats, isFirst: false, fields: AGAIN }, async ({ ended, output }) => {
      assertEquals((await ended()).signal, "SIGABRT");
      assertEquals(output.text, "sssss");
    });
  });

  testNeeding(
    `a process without a plan dies of its crash on ${processor}`,
    needs(processor),
    async () => {
      const fields = { plan: CRASH_PLAN.end };
      await withRepeater({ ...repeats, isFirst: false, fields }, async ({ ended, output }) => {
        assertEquals((await ended()).signal, "SIGABRT");
        assertEquals(output.text, "s");
      });
    },
  );

  testNeeding(
    `there is a pause from the second crash on ${processor}`,
    needs(processor),
    async () => {
      const fields = { ...AGAIN, pauseMs: 20 };
      await inFolder(processor, async ({ program, again, console }) => {
        const paths = { program: again, console };
        const made = repeater({ ...repeats, ...paths, fields, mostCrashes: 4 });
        placeExecutable(program, made, processor);
        const [command, ...args] = commandFor(processor, program);
        const { code, stdout } = await new Deno.Command(command, { args }).output();
        assertEquals([code, stdout.length], [0, "sssss".length + 8 * REMEMBERED_CRASHES]);
        const view = new DataView(stdout.buffer, stdout.byteOffset + "sssss".length);
        const [first = 0, second = 0, third = 0, fourth = 0, none] = Array.from(
          { length: REMEMBERED_CRASHES },
          (_, index) => Number(view.getBigUint64(8 * index, true)),
        );
        assert(second >= first && third - second >= 20, `${[first, second, third]}`);
        assert(fourth - third >= 40, `${[third, fourth]}`);
        assertEquals(none, 0);
      });
    },
  );

  testNeeding(
    `process 1 stays, collects, and starts again on ${processor}`,
    firstNeeds,
    async () => {
      await withRepeater({ ...repeats, isFirst: true, fields: AGAIN }, async (running) => {
        const { output, messages, pid, ended } = running;
        await messages.has(/The manager has crashed \(SIGABRT\)[^]*It has crashed too often/);
        await messages.has(STAYS);
        assertEquals(output.text, "sssss");
        assertEquals(childrenOf(pid).length, 1);
        for (const child of childrenOf(pid)) Deno.kill(child, "SIGKILL");
        await until(LIMIT_MS, "The collection of the child", () => childrenOf(pid).length === 0);
        Deno.kill(pid, "SIGUSR1");
        await output.has("ssssssssss");
        await told(messages, 2);
        Deno.kill(pid, "SIGINT");
        assertEquals((await ended()).signal, "SIGHUP");
      });
    },
  );

  testNeeding(
    `process 1 that has to start over ends all first on ${processor}`,
    firstNeeds,
    async () => {
      const fields = { plan: CRASH_PLAN.stay, startsOver: 1 };
      await withRepeater({ ...repeats, isFirst: true, fields }, async (running) => {
        const { output, messages, pid, ended } = running;
        await messages.has(/kill -USR1 1 ends them all and starts the manager again/);
        assertEquals([output.text, childrenOf(pid).length], ["s", 1]);
        Deno.kill(pid, "SIGUSR1");
        await messages.has("Ending all processes");
        await output.has("ss");
        assertEquals(childrenOf(pid).length, 0);
        await told(messages, 2);
        Deno.kill(pid, "SIGPWR");
        assertEquals((await ended()).signal, "SIGINT");
      });
    },
  );

  for (const kind of ["signal", "thread"] as const) {
    const crash = { kind, number: FAULT_SIGNALS.ABRT };
    const what = `process 1 that cannot be executed again stays as it is (${kind})`;
    testNeeding(`${what} on ${processor}`, firstNeeds, async () => {
      const options = { ...repeats, crash, isFirst: true, fields: AGAIN, again: "/nowhere" };
      await withRepeater(options, async ({ output, messages, pid, ended }) => {
        await messages.has(STAYS);
        assertEquals(output.text, "s");
        Deno.kill(pid, "SIGUSR1");
        await messages.has("Cannot execute the manager");
        Deno.kill(pid, "SIGINT");
        assertEquals((await ended()).signal, "SIGHUP");
      });
    });
  }

  testNeeding(
    `what has no room is not executed again on ${processor}`,
    needs(processor),
    async () => {
      const words = [1, 2, 3].map((number) => String(number).repeat(70_000));
      const options = { ...repeats, isFirst: false, fields: AGAIN, words };
      await withRepeater(options, async ({ ended, output }) => {
        assertEquals((await ended()).signal, "SIGABRT");
        assertEquals(output.text, "s");
      });
    },
  );

  testNeeding(
    `a page of somebody else is left alone on ${processor}`,
    needs(processor),
    async () => {
      for (const value of ["", "0000000", "1", "99", "-1", "many"]) {
        const options = { ...repeats, isFirst: false, fields: AGAIN };
        const env = { [CRASH_PAGE_VARIABLE]: value };
        await withRepeater({ ...options, env }, async ({ ended, output }) => {
          assertEquals((await ended()).signal, "SIGABRT");
          assertEquals(output.text, "sssss");
        });
      }
    },
  );

  testNeeding(`a crash in the machine's end ends it on ${processor}`, firstNeeds, async () => {
    const fields = { plan: CRASH_PLAN.stay, endCommand: POWER_OFF };
    await withRepeater({ ...repeats, isFirst: true, fields }, async ({ ended }) => {
      assertEquals((await ended()).signal, "SIGINT");
    });
  });

  // The emulator waits for ever for a signal that process 1 does not get from itself.
  if (processor !== Deno.build.arch) continue;
  testNeeding(`a container's first process ends on ${processor}`, firstNeeds, async () => {
    const words = ["-l", "log", "--container"];
    await withRepeater(
      { ...repeats, isFirst: true, fields: {}, words },
      async ({ ended, output }) => {
        assertEquals((await ended()).code, 128 + FAULT_SIGNALS.ABRT);
        assertEquals(output.text, "s");
      },
    );
  });
}
