/** Patterns of names: what commands make of them, and what they never make of them. */
import { handle, type Request } from "../../../core/protocol/mod.ts";
import { assertEquals, assertIncludes } from "../../assert.ts";
import type { Turn } from "../fake_io.ts";
import { converse } from "../session_runner.ts";
import { event, greeting, loading, startedStatus, turn } from "../turns.ts";

function listing(...names: readonly string[]): Turn {
  return turn(
    { kind: "list-5" },
    ...names.map((name) =>
      ({ kind: "service-info", name, form: 5, status: startedStatus() }) as const
    ),
    { kind: "list-done" },
  );
}

const LIST = listing("boot", "tick@1", "tick@2");

function stopping(number: number): Request {
  return {
    kind: "stop",
    handle: handle(number),
    pin: false,
    preack: false,
    gentle: true,
    restart: false,
  };
}

Deno.test("stop with a pattern stops the loaded services that fit, each once", () => {
  const result = converse(["stop", "tick@*", "tick@2"], [
    greeting(),
    LIST,
    loading("tick@1", 0, "started"),
    turn(stopping(0), { kind: "ack" }),
    loading("tick@2", 1, "started"),
    turn(stopping(1), { kind: "ack" }, ...event(0, "stopped"), ...event(1, "stopped")),
  ]);
  assertEquals([result.faults, result.exit], [[], 0]);
  assertEquals(result.output, "Service 'tick@1' stopped.\nService 'tick@2' stopped.\n");
});

const NONE = "dinitctl: no loaded service matches 'tack@*'.\n";

for (
  const verb of [
    "start",
    "stop",
    "restart",
    "wake",
    "release",
    "unpin",
    "status",
    "reload",
    "unload",
    "trigger",
    "untrigger",
  ]
) {
  Deno.test(`${verb} with a pattern that fits nothing is an error and loads nothing`, () => {
    const result = converse([verb, "tack@*"], [greeting(), LIST]);
    assertEquals([result.faults, result.exit, result.output], [[], 1, ""]);
    assertEquals(result.errors, NONE);
  });
}

Deno.test("list names the patterns and names that fit nothing", () => {
  const result = converse(["list", "nosuch", "boot", "tack@*"], [greeting(), LIST]);
  assertEquals([result.faults, result.exit, result.output], [[], 1, "[{+}     ] boot\n"]);
  assertEquals(result.errors, "dinitctl: no loaded service matches 'nosuch'.\n" + NONE);
});

Deno.test("list --failed of services of which none has failed is no error", () => {
  const result = converse(["list", "--failed", "tick@*"], [greeting(), LIST]);
  assertEquals([result.exit, result.output, result.errors], [0, "", ""]);
});

Deno.test("stop --ignore-unstarted takes a pattern that fits nothing for done", () => {
  const result = converse(["stop", "--ignore-unstarted", "tack@*"], [greeting(), LIST]);
  assertEquals([result.faults, result.exit, result.errors], [[], 0, ""]);
});

for (
  const words of [["catlog"], ["logs"], ["wait"], ["is-started"], ["enable"], ["signal", "HUP"]]
) {
  Deno.test(`${words[0]} takes no pattern, and loads no service of that name`, () => {
    const result = converse([...words, "tick@*"], [
      greeting(),
      turn({ kind: "find", name: "tick@*" }, { kind: "no-service" }),
    ]);
    assertEquals([result.faults, result.exit], [[], 1]);
    assertIncludes(result.errors, "'tick@*' is a pattern");
  });
}

Deno.test("a service that is called like a pattern is meant alone", () => {
  const result = converse(["unpin", "tick@*"], [
    greeting(),
    listing("tick@1", "tick@*"),
    loading("tick@*", 0),
    turn({ kind: "unpin", handle: handle(0) }, { kind: "ack" }),
  ]);
  assertEquals([result.faults, result.output], [[], "Service 'tick@*' unpinned.\n"]);
});

Deno.test("a backslash makes a name of a pattern, and a set that fits nothing is one", () => {
  for (
    const [word, name, turns] of [["t@\\*", "t@*", []], ["t@[::1]", "t@[::1]", [LIST]]] as const
  ) {
    const result = converse(["unpin", word], [
      greeting(),
      ...turns,
      loading(name, 0),
      turn({ kind: "unpin", handle: handle(0) }, { kind: "ack" }),
    ]);
    assertEquals([result.faults, result.output], [[], `Service '${name}' unpinned.\n`]);
  }
});
