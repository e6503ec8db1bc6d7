/** Running services that are told to reload, without processes. */
import type { ServiceDescription } from "../../../core/description/contract/description.ts";
import { type ExitStatus, instant, type Pid, pid, serviceId } from "../../../core/types.ts";
import { Refreshes, type RefreshOutcome } from "../../../daemon/launch/refreshes.ts";
import type { Errand } from "../../../daemon/launch/launcher.ts";
import type { SettledLaunch } from "../../../daemon/launch/pending.ts";
import type { Failure } from "../../../platform/mod.ts";
import { assertEquals } from "../../assert.ts";
import { buildDescription, type DescriptionParts } from "../../builders.ts";

const WEB = serviceId(1);
const MAIN = pid(70);
const CHILD = pid(71);
const COMMAND = { kind: "command", command: ["/bin/reload", "x"] } as const;
const FAILURE: Failure = { kind: "failure", call: "fork", errno: 11, message: "no more" };

/** A started service, and what was done for it. */
function scene(parts: DescriptionParts, made: Pid | Failure = CHILD) {
  const world = { now: 1000, state: "started", mainPid: MAIN as Pid | 0 };
  const done: string[] = [];
  const answers: RefreshOutcome[] = [];
  let settle: (outcome: SettledLaunch) => void = () => {};
  const description: ServiceDescription = buildDescription("web", { type: "process", ...parts });
  const refreshes = new Refreshes({
    platform: {
      now: () => instant(world.now),
      errnoText: () => ({ name: "ENOENT", text: "no such file" }),
      signalNumber: (name) => name === "KILL" ? 9 : undefined,
      signal: (to, signal, target) => void done.push(`${signal} to ${target} ${to}`),
    },
    scheduler: {
      description: () => description,
      status: () => ({ state: world.state, pid: world.mainPid }) as never,
    },
    log: { warn: (text) => void done.push(`warn ${text}`) },
    signals: {
      signalNumber: (name) => name === "HUP" ? 1 : undefined,
      signal: (to, signal, target) => void done.push(`${signal} to ${target} ${to}`),
    },
    launches: {
      runErrand: (_: unknown, errand: Errand, settled: (outcome: SettledLaunch) => void) => {
        done.push(`run ${errand.command.join(" ")} with ${errand.variables.join(" ")}`);
        settle = settled;
        return made;
      },
    },
  });
  const begin = () => refreshes.begin(WEB, (outcome) => void answers.push(outcome));
  const end = (status: ExitStatus) => refreshes.childEnded({ pid: CHILD, status });
  return {
    ...{ refreshes, world, done, answers, begin, end },
    settle: (outcome: SettledLaunch) => settle(outcome),
  };
}

Deno.test("Refreshes sends the signal to the process alone", () => {
  const { begin, done, world } = scene({ refresh: { kind: "signal", signal: "HUP" } });
  assertEquals([begin(), done], [{ kind: "done" }, ["1 to process 70"]]);
  world.mainPid = 0;
  assertEquals(begin(), { kind: "refused", why: "The service has no process at present" });
});

Deno.test("Refreshes refuses a service that is not started, or that has no way to reload", () => {
  const { begin, world } = scene({});
  assertEquals(begin(), {
    kind: "refused",
    why: 'Service "web" has neither reload-command nor reload-signal',
  });
  world.state = "stopping";
  assertEquals(begin(), { kind: "refused", why: 'Service "web" is stopping, not started' });
});

Deno.test("Refreshes answers when the command has ended, and runs one at a time", () => {
  const { refreshes, begin, end, done, answers } = scene({ refresh: COMMAND });
  assertEquals([begin(), refreshes.isBusy], ["later", true]);
  assertEquals(done, ["run /bin/reload x with MAINPID=70"]);
  assertEquals(begin(), { kind: "refused", why: "Its reload command is at work already" });
  assertEquals([end({ kind: "exited", code: 0 }), answers], [true, [{ kind: "done" }]]);
  assertEquals([refreshes.isBusy, end({ kind: "exited", code: 0 })], [false, false]);
});

Deno.test("Refreshes says how a command failed, to the log and to who asked", () => {
  const { begin, end, done, answers } = scene({ refresh: COMMAND });
  begin();
  end({ kind: "exited", code: 3 });
  begin();
  end({ kind: "signalled", signal: 9, dumpedCore: false });
  assertEquals(answers, [
    { kind: "refused", why: "The reload command exited with status 3" },
    { kind: "refused", why: "The reload command was ended by signal 9" },
  ]);
  assertEquals(done.filter((line) => line.startsWith("warn")), [
    "warn web: The reload command exited with status 3",
    "warn web: The reload command was ended by signal 9",
  ]);
});

Deno.test("Refreshes says why a command could not be run, once", () => {
  const { refreshes, begin, end, settle, answers } = scene({ refresh: COMMAND });
  begin();
  settle({ kind: "exec-failed", stage: 18, errno: 2 });
  const why =
    'Cannot run the reload command: executing "/bin/reload" failed: no such file (ENOENT)';
  assertEquals(answers, [{ kind: "refused", why }]);
  assertEquals([end({ kind: "exited", code: 0 }), refreshes.isBusy], [false, false]);
  const none = scene({ refresh: COMMAND }, FAILURE);
  assertEquals(none.begin(), {
    kind: "refused",
    why: "Cannot launch the reload command: fork: no more",
  });
});

Deno.test("Refreshes kills a command when start-timeout is over", () => {
  const { refreshes, begin, end, done, answers } = scene({
    refresh: COMMAND,
    startTimeoutMs: 2000,
  });
  begin();
  assertEquals(refreshes.next(), instant(3000));
  refreshes.runDue(instant(2999));
  refreshes.runDue(instant(3000));
  assertEquals([done.slice(1), refreshes.next()], [["9 to group 71"], undefined]);
  end({ kind: "signalled", signal: 9, dumpedCore: false });
  assertEquals(answers, [{
    kind: "refused",
    why: "The reload command was ended by signal 9 when start-timeout was over",
  }]);
});

Deno.test("Refreshes leaves a command of a service without start-timeout as long as it takes", () => {
  const { refreshes, begin } = scene({ refresh: COMMAND, startTimeoutMs: 0 });
  begin();
  assertEquals(refreshes.next(), undefined);
});

Deno.test("Refreshes tells who waits for a service that is unloaded", () => {
  const { refreshes, begin, end, answers } = scene({ refresh: COMMAND });
  begin();
  refreshes.forget(WEB);
  assertEquals(answers, [{ kind: "refused", why: "The service was unloaded meanwhile" }]);
  assertEquals(end({ kind: "exited", code: 0 }), false);
});
