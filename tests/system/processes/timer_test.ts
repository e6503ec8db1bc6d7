/** Services with a timer, run by the executable. */
import { assert, assertEquals, assertIncludes, assertMatch } from "../../assert.ts";
import { until } from "../../wait.ts";
import { type Manager, withManager } from "../manager.ts";
import { upgrade } from "../reexec/services.ts";

function job(script: string, timer: string): string {
  const escaped = JSON.stringify(script.replaceAll("$", "$$$$"));
  return `type = "process"\ncommand = ["/bin/sh", "-c", ${escaped}]\nrestart-delay = 0\n` +
    `log-type = "buffer"\n[timer]\n${timer}`;
}

const BOOT = 'waits-for = ["tick"]\n';

/**
 * That what ran at each second after a begin never ran before its second, nor twice for one: the
 * first run is for a later second, each of the others for one after that of the run before.
 */
function assertOncePerSecond(lines: readonly string[], begin: number): void {
  for (const [index, line] of lines.entries()) {
    assert(Number(line) > begin + index, `run ${index + 1} after ${begin}: ${lines.join()}`);
  }
}

/** Waits until the output of a service has so many lines. */
async function lines(manager: Manager, service: string, count: number): Promise<readonly string[]> {
  let found: readonly string[] = [];
  await until(`${count} lines of ${service}`, async () => {
    const all = (await manager.ctlOk("catlog", service)).split("\n");
    // Between two runs the manager notes that there is another one.
    found = all.filter((line) => line !== "" && !line.startsWith("(dinit: note"));
    return found.length >= count;
  });
  return found;
}

async function json(manager: Manager): Promise<Record<string, unknown>> {
  const [timer] = JSON.parse(await manager.ctlOk("timers", "--json"));
  return timer;
}

Deno.test("a service waits without a process, runs at each second, and stays started", async () => {
  const services = { boot: BOOT, tick: job("date +%s", 'calendar = "*:*:*"\n') };
  const begin = Math.floor(Date.now() / 1000);
  await withManager({ services }, async (manager) => {
    await manager.outputHas("[  OK  ] tick");
    assertOncePerSecond(await lines(manager, "tick", 3), begin);
    assertMatch(
      await manager.ctlOk("status", "tick"),
      /State: STARTED[^]*Timer: \*-\*-\* \*:\*:\*/,
    );
    await manager.ctlOk("stop", "tick");
    assertEquals((await json(manager)).next, null);
  });
});

Deno.test("a run that fails is told of, and the next one comes", async () => {
  const services = { boot: job("echo run; exit 3", 'after-start = "10ms"\nevery = "100ms"\n') };
  await withManager({ services }, async (manager) => {
    await lines(manager, "boot", 3);
    assertEquals((await manager.ctl("is-started", "boot")).code, 0);
    assertIncludes(await manager.ctlOk("timers"), "every 0.1s");
    await until("a result", async () => {
      const { lastEnd } = await json(manager);
      return lastEnd !== null && (lastEnd as { status: number }).status === 3;
    });
  });
});

Deno.test("a program that is not there is no reason to wait no more", async () => {
  const services = { boot: 'type = "process"\ncommand = "/nowhere/x"\n[timer]\nevery = "50ms"\n' };
  await withManager({ services }, async (manager) => {
    await until("two tries", () => {
      const tries = manager.log().match(/Cannot run the command/g)?.length ?? 0;
      return Promise.resolve(tries >= 2);
    });
    assertEquals((await manager.ctl("is-started", "boot")).code, 0);
  });
});

Deno.test("there is one run at a time, and trigger makes one now", async () => {
  const script = 'echo begin; read -r line < "$DINIT_TEST_FIFO"; echo end';
  const fifo = await Deno.makeTempFile({ prefix: "dinit-timer-" });
  await Deno.remove(fifo);
  await new Deno.Command("mkfifo", { args: [fifo] }).output();
  const services = { boot: job(script, 'every = "1h"\nafter-end = "2h"\n') };
  try {
    await withManager({ services, env: { DINIT_TEST_FIFO: fifo } }, async (manager) => {
      await manager.outputHas("[  OK  ] boot");
      const { next } = await json(manager);
      assert(Date.parse(String(next)) > Date.now() + 3_500_000, String(next));
      await manager.ctlOk("trigger", "boot");
      await lines(manager, "boot", 1);
      assertEquals((await json(manager)).running, true);
      await manager.ctlOk("trigger", "boot");
      await Deno.writeTextFile(fifo, "go on\n");
      assertEquals(await lines(manager, "boot", 2), ["begin", "end"]);
      await until("the next run", async () => (await json(manager)).next !== null);
      await manager.ctlOk("stop", "boot");
      assertEquals((await manager.ctl("trigger", "boot")).code, 1);
    });
  } finally {
    await Deno.remove(fifo);
  }
});

Deno.test("a persistent timer makes up for what was missed while the manager was off", async () => {
  const state = await Deno.makeTempDir({ prefix: "dinit-state-" });
  const services = { boot: job("echo run", 'calendar = "daily"\npersistent = true\n') };
  const env = { XDG_STATE_HOME: state };
  const stamp = `${state}/dinit/timers/boot.json`;
  try {
    await withManager({ services, env }, async (manager) => {
      await manager.outputHas("[  OK  ] boot");
      const { seenMs, lastRunMs } = JSON.parse(await Deno.readTextFile(stamp));
      assert(Math.abs(seenMs - Date.now()) < 60_000 && lastRunMs === undefined);
    });
    const dayBefore = Date.now() - 36 * 3_600_000;
    await Deno.writeTextFile(stamp, JSON.stringify({ seenMs: dayBefore, lastRunMs: dayBefore }));
    await withManager({ services, env }, async (manager) => {
      assertEquals(await lines(manager, "boot", 1), ["run"]);
      const { lastRunMs } = JSON.parse(await Deno.readTextFile(stamp));
      assert(lastRunMs > dayBefore);
    });
    await withManager({ services, env }, async (manager) => {
      await manager.outputHas("[  OK  ] boot");
      assertEquals(await manager.ctlOk("catlog", "boot"), "");
      assertEquals((await json(manager)).running, false);
    });
  } finally {
    await Deno.remove(state, { recursive: true });
  }
});

Deno.test("another manager in the first one's place goes on with the timers", async () => {
  const services = {
    boot: 'waits-for = ["tick", "hour"]\n',
    tick: job("date +%s", 'calendar = "*:*:*"\n'),
    hour: job("echo hour", 'every = "1h"\n'),
  };
  const begin = Math.floor(Date.now() / 1000);
  await withManager({ services }, async (manager) => {
    await manager.outputHas("[  OK  ] boot");
    await lines(manager, "tick", 1);
    const nextOf = async () => {
      const all: { name: string; next: string }[] = JSON.parse(
        await manager.ctlOk("timers", "--json"),
      );
      return Date.parse(all.find(({ name }) => name === "hour")?.next ?? "");
    };
    const before = await nextOf();
    await upgrade(manager);
    assert(Math.abs(await nextOf() - before) < 2000);
    const count = (await lines(manager, "tick", 1)).length;
    assertOncePerSecond(await lines(manager, "tick", count + 2), begin);
    assertEquals(await manager.ctlOk("catlog", "hour"), "");
  });
});

Deno.test("other times count after a reload", async () => {
  const services = { boot: job("echo run", 'calendar = "2199-01-01"\n') };
  await withManager({ services }, async (manager) => {
    await manager.outputHas("[  OK  ] boot");
    const file = `${manager.folder}/services/boot.toml`;
    await Deno.writeTextFile(file, job("echo run", 'calendar = "*:*:*"\n'));
    await manager.ctlOk("reload", "boot");
    await lines(manager, "boot", 1);
  });
});
