/**
 * The manager dies at every single thing that it does outside, and another one goes on: each time
 * all comes out as if nothing had been.
 */
import { readKept } from "../../../core/state/kept_reading.ts";
import { Daemon } from "../../../daemon/daemon.ts";
import { readBuffers } from "../../../daemon/output/kept_buffers.ts";
import { readLeftManager } from "../../../daemon/recovery/left_manager.ts";
import { parseDaemonOptions } from "../../../daemon/start/command_line.ts";
import { assert, assertEquals, fail } from "../../assert.ts";
import { Death, FakeKernel, FATAL } from "./fake_kernel.ts";

/** `npm test -- --long` plants a crash everywhere, and a second one soon after. */
const IS_LONG = Deno.env.get("DINIT_LONG_TESTS") !== undefined;
const EVERY = IS_LONG ? 1 : 7;

const SERVICES: Readonly<Record<string, string>> = {
  boot: 'type = "internal"\nwaits-for = ["web", "flap", "writer", "teller", "sided"]\n',
  setup: 'type = "scripted"\ncommand = ["/script", "0"]\nstop-command = ["/script", "00"]\n',
  web: 'type = "process"\ncommand = ["/daemon", "web"]\ndepends-on = ["setup"]\n' +
    'ready-notification = "pipefd:3"\nstart-timeout = 5\n',
  flap: 'type = "process"\ncommand = ["/script", "000"]\nrestart = true\nrestart-delay = 0.03\n' +
    "restart-limit-count = 0\n",
  writer: 'type = "process"\ncommand = ["/daemon", "writer"]\nlogfile = "/writer.log"\n' +
    "log-rotate-size = 1000000\n",
  teller: 'type = "process"\ncommand = ["/daemon", "teller"]\nlog-type = "buffer"\n' +
    "log-buffer-size = 100000\n",
  sided: 'type = "process"\ncommand = ["/daemon", "sided"]\n' +
    'start-pre = [["/script", "0000"], ["/script", "00000"]]\n' +
    'stop-post = [["/script", "000000"]]\n',
};
const WORDS = ["-u", "-d", "/services", "-p", "/socket", "-l", "/log"];
/** When somebody sends TERM. */
const RUN_MS = 120;

/** One run. @param deaths At which points. */
function play(deaths: readonly number[], services = SERVICES): FakeKernel {
  const kernel = new FakeKernel();
  kernel.isBlamed = services !== SERVICES;
  for (const [name, text] of Object.entries(services)) {
    kernel.files.set(`/services/${name}.toml`, text);
  }
  kernel.later(RUN_MS, () => kernel.send("TERM"));
  const parsed = parseDaemonOptions(WORDS, { isFirstProcess: false, isRoot: false, os: "linux" });
  if (parsed.kind !== "run") return fail(parsed.kind);
  const start = {
    words: WORDS,
    loadClients: () => undefined,
    loadLogStore: () => fail("No service has a log store"),
    loadTimetable: () => fail("No service has a timer"),
    loadProbes: () => fail("No service is asked anything"),
    loadConditions: () => fail("No service has conditions"),
  };
  const left = [...deaths];
  kernel.diesAt = left.shift() ?? Infinity;
  let platform = kernel.platform();
  let life = () => new Daemon(platform, parsed.options, start).run();
  for (;;) {
    try {
      assertEquals(life(), 0);
      return kernel;
    } catch (error) {
      if (!(error instanceof Death)) {
        const states = kernel.processes.map(({ pid, command, state }) =>
          `${pid} ${command} ${state}`
        );
        const log = kernel.files.get("/log");
        return fail(`Deaths at ${deaths}: ${error}\n${log}\n${states.join("\n")}`);
      }
    }
    kernel.executeAgain();
    kernel.diesAt = left.shift() ?? Infinity;
    const next = platform = kernel.platform();
    const { lastCrash, leftState } = next.lastResort;
    if (leftState === undefined) {
      // Before the state is kept nothing was launched, and afterwards everything has ended.
      assertEquals(kernel.living, []);
      if (kernel.processes.length > 0) return kernel;
      life = () => new Daemon(next, parsed.options, start).run();
      continue;
    }
    life = () => {
      const memory = next.keptMemories?.adopt(leftState) ?? fail("There is no memory");
      const found = "kind" in memory ? memory.message : readLeftManager(memory, next);
      if (typeof found === "string") return fail(found);
      return new Daemon(next, parsed.options, { ...start, left: found }).goOn(found, {
        isThere: (pid) => ["running", "ended"].includes(next.childState(pid)),
        areCollected: false,
        isOpen: (fd) => next.descriptorKind(fd) !== "closed",
        isNobodysFault: false,
        isOwnSocket: false,
      }, lastCrash);
    };
  }
}

/** What is in the only buffer in the end, as a manager would find it that comes after. */
function lastBuffer({ lastState }: FakeKernel): string {
  const read = readKept(lastState ?? fail("No state was ever kept"));
  if (read.kind === "fault") return fail(read.why);
  const [buffer, ...others] = readBuffers(read.kept).values();
  assertEquals(others, []);
  return new TextDecoder().decode(buffer?.text);
}

/** What is to come out, whatever has happened. */
function check(kernel: FakeKernel, what: string): void {
  const launched = (command: string) =>
    kernel.processes.filter((process) => process.command === command);
  const log = kernel.files.get("/log") ?? "";
  const problem = () => `${what}\n${log}`;
  assertEquals(kernel.faults, [], problem());
  assertEquals(kernel.living.map(({ command }) => command), [], problem());
  const once = [
    ...["/script 0", "/script 00", "/script 0000", "/script 00000", "/script 000000"],
    ...["/daemon web", "/daemon writer", "/daemon teller", "/daemon sided"],
  ];
  for (const command of once) {
    assertEquals(launched(command).length, 1, `${problem()}\n${command}`);
  }
  assert(launched("/script 000").length > 1, problem());
  // The last words of all, in their order, and each once.
  const wordsOf = (command: string) => {
    const [process] = launched(command);
    const lines = Array.from({ length: process?.lines ?? 0 }, (_, at) => at + 1);
    return lines.map((line) => `${process?.pid} ${line}\n`).join("");
  };
  assertEquals(kernel.files.get("/writer.log"), wordsOf("/daemon writer"), problem());
  assertEquals(lastBuffer(kernel), wordsOf("/daemon teller"), problem());
  assert(!log.includes("Internal error"), problem());
}

Deno.test("a run without a death is as it should be", () => {
  check(play([]), "no death");
});

Deno.test("a manager that dies at anything it does is followed by one that goes on", () => {
  const { points } = play([]);
  assert(points > 300, `${points}`);
  for (let at = 1; at <= points; at += EVERY) check(play([at]), `death at ${at}`);
});

Deno.test("so is one that dies while it settles what another one has left", () => {
  const { points } = play([]);
  for (let at = 11; at <= points; at += EVERY * 5) {
    for (let soon = 1; soon < 60; soon += EVERY * 2) {
      check(play([at, at + soon]), `deaths at ${at} and ${soon} later`);
    }
  }
});

Deno.test("what a manager dies of twice is not tried a third time, and all else goes on", () => {
  const boot =
    'type = "internal"\nwaits-for = ["web", "flap", "writer", "teller", "sided", "fatal"]\n';
  const fatal = `type = "process"\ncommand = ["${FATAL}"]\n`;
  const kernel = play([], { ...SERVICES, boot, fatal });
  check(kernel, "a fatal service");
  const log = kernel.files.get("/log") ?? "";
  assertEquals(log.match(/The manager has crashed/g)?.length, 2);
  assert(
    log.includes('fatal: Set aside: the manager crashed 2 times while it handled "launch"'),
    log,
  );
});
