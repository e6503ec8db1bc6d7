import { handle, type Information } from "../../../core/protocol/mod.ts";
import { runMonitor } from "../../../ctl/monitor/run_monitor.ts";
import { assertEquals } from "../../assert.ts";
import { FakeIo, type FakeIoOptions, type Turn } from "../fake_io.ts";
import { converse, type Outcome } from "../session_runner.ts";
import { event, greeting, loading, startedStatus, turn } from "../turns.ts";

function monitor(
  words: readonly string[],
  turns: readonly Turn[],
  options: FakeIoOptions = {},
): Outcome {
  return converse(words, turns, options, runMonitor);
}

/** A service that is loaded, and what happens from then on. */
function loadingThen(
  name: string,
  number: number,
  state: "started" | "starting" | "stopped",
  happenings: readonly (Information | "end")[],
): Turn {
  const first = loading(name, number, state);
  const then = turn({ kind: "unpin", handle: handle(number) }, ...happenings);
  return { send: first.send, receive: [...first.receive, ...then.receive] };
}

Deno.test("runMonitor() runs the command at starts, stops and failures", () => {
  const result = monitor(["-c", "tell %n %s", "--str-failed", "did not start", "a", "b"], [
    greeting(),
    loading("a", 0, "started"),
    loadingThen("b", 1, "stopped", [
      ...event(0, "stopped"),
      ...event(1, "start-cancelled"),
      ...event(1, "failed"),
      ...event(1, "started", startedStatus()),
      ...event(9, "started", startedStatus()),
      "end",
    ]),
  ]);
  assertEquals(result.faults, []);
  assertEquals(result.io.commandsRun, [
    ["tell", "a", "stopped"],
    ["tell", "b", "did not start"],
    ["tell", "b", "started"],
  ]);
  assertEquals([result.exit, result.errors], [
    1,
    "dinit-monitor: the manager closed the connection.\n",
  ]);
});

Deno.test("runMonitor() with --initial reports services at rest and --exit ends after one", () => {
  const result = monitor(["-i", "-e", "-c", "tell %n %s", "moving", "a"], [
    greeting(),
    loading("moving", 0, "starting"),
    loading("a", 1, "started"),
  ]);
  assertEquals([result.faults, result.exit], [[], 0]);
  assertEquals(result.io.commandsRun, [["tell", "a", "started"]]);
});

Deno.test("runMonitor() with --env watches variables", () => {
  const changed = (text: string): Information => ({
    kind: "environment-event",
    text,
    hadValue: false,
  });
  const result = monitor(["-E", "-i", "-c", "tell %n %s %v", "A", "B"], [
    greeting(),
    turn({ kind: "listen-environment" }, { kind: "ack" }),
    turn(
      { kind: "list-environment" },
      { kind: "environment", entries: ["A=1", "HOME=/root"] },
      changed("B=x=y"),
      changed("A"),
      changed("C=3"),
      "end",
    ),
  ]);
  assertEquals(result.faults, []);
  assertEquals(result.io.commandsRun, [
    ["tell", "A", "set", "1"],
    ["tell", "B", "set", "x=y"],
    ["tell", "A", "unset", ""],
  ]);
});

Deno.test("runMonitor() with --env needs a manager of version 5", () => {
  const result = monitor(["-E", "-c", "tell"], [greeting(4)]);
  assertEquals([result.faults, result.exit], [[], 1]);
  assertEquals(result.errors.includes("too old"), true);
});

Deno.test("runMonitor() tells how a command failed and goes on", () => {
  const result = monitor(["-c", "tell", "a"], [
    greeting(),
    loadingThen("a", 0, "started", [...event(0, "stopped"), ...event(0, "started"), "end"]),
  ], { runOutcome: { kind: "exited", code: 3 } });
  assertEquals(result.io.commandsRun.length, 2);
  assertEquals(result.errors.split("\n")[0], "dinit-monitor: command exited with status 3.");
});

Deno.test("runMonitor() ends with 1 for a service that cannot be loaded", () => {
  const result = monitor(["-c", "tell", "a"], [
    greeting(),
    turn({ kind: "load", name: "a" }, { kind: "no-service" }),
  ]);
  assertEquals([result.faults, result.exit], [[], 1]);
  assertEquals(result.errors.includes("'a'"), true);
});

Deno.test("runMonitor() refuses command lines it cannot use", () => {
  for (
    const words of [["a"], ["-c"], ["-c", "tell"], ["-c", "tell", "-x", "a"], ["-c", " ", "a"]]
  ) {
    const result = monitor(words, []);
    assertEquals([result.exit, result.output], [1, ""], words.join(" "));
    assertEquals(result.errors.startsWith("dinit-monitor: "), true);
  }
});

Deno.test("runMonitor() prints help with exit status 1, as upstream's does", () => {
  for (const words of [[], ["--help"]]) {
    const result = monitor(words, []);
    assertEquals([result.exit, result.output.startsWith("Usage: dinit-monitor")], [1, true]);
  }
});

Deno.test("runMonitor() names the socket without a colon", () => {
  const io = new FakeIo();
  assertEquals(runMonitor(["-c", "tell", "a"], io), 1);
  assertEquals(
    io.errors.split("\n")[0],
    "dinit-monitor: connecting to socket /run/dinitctl: No such file or directory",
  );
});

Deno.test("runMonitor() with --health runs the command when a service is unwell, and well again", () => {
  const sick = { purpose: "liveness", state: "unhealthy", agoMs: 1, why: "" } as const;
  const changed = (state: "healthy" | "unknown") =>
    ({ kind: "health-event", handle: handle(0), state, why: "" }) as const;
  const remarks = new Map([["a", { health: sick, mask: undefined }]]);
  const words = ["-i", "--health", "-c", "tell %n %s", "--str-healthy", "well", "a"];
  const result = monitor(words, [
    greeting(),
    loading("a", 0, "started"),
    turn(
      { kind: "query-remarks" },
      { kind: "remarks", remarks },
      { kind: "list-done" },
      changed("unknown"),
      changed("healthy"),
      "end",
    ),
  ]);
  assertEquals(result.faults, []);
  assertEquals(result.io.commandsRun, [
    ["tell", "a", "started"],
    ["tell", "a", "unhealthy"],
    ["tell", "a", "well"],
  ]);
});
