import { handle } from "../../../core/protocol/mod.ts";
import { assertEquals } from "../../assert.ts";
import { converse } from "../session_runner.ts";
import { greeting, loading, record, turn } from "../turns.ts";

const ZERO = handle(0);
const LINK = { dependency: "need", from: ZERO, to: handle(1) } as const;

Deno.test("add-dep and rm-dep say what was changed, without a period", () => {
  const added = converse(["add-dep", "regular", "a", "b"], [
    greeting(),
    loading("a", 0),
    loading("b", 1),
    turn({ kind: "add-dependency", ...LINK }, { kind: "ack" }),
  ]);
  assertEquals([added.faults, added.exit], [[], 0]);
  assertEquals(added.output, "Service 'a': dependency 'b' added\n");
  const removed = converse(["rm-dep", "depends-on", "a", "b"], [
    greeting(),
    loading("a", 0),
    loading("b", 1),
    turn({ kind: "remove-dependency", ...LINK }, { kind: "ack" }),
  ]);
  assertEquals(removed.output, "Service 'a': dependency 'b' removed\n");
});

Deno.test("add-dep refuses an unknown type and a service that depends on itself", () => {
  const type = converse(["add-dep", "neeed", "a", "b"], [greeting()]);
  assertEquals([type.faults, type.exit], [[], 1]);
  assertEquals(type.errors.includes("did you mean 'need'?"), true);
  const self = converse(["add-dep", "need", "a", "a"], [greeting()]);
  assertEquals([self.exit, self.errors], [1, "dinitctl: service 'a' cannot depend on itself.\n"]);
});

Deno.test("add-dep tells why a dependency was refused", () => {
  const result = converse(["add-dep", "need", "a", "b"], [
    greeting(),
    loading("a", 0),
    loading("b", 1),
    turn({ kind: "add-dependency", ...LINK }, { kind: "nak" }),
  ]);
  assertEquals(result.exit, 1);
  assertEquals(result.errors.includes("would make a cycle"), true);
});

Deno.test("reload loads a service that is not loaded", () => {
  const result = converse(["reload", "a"], [
    greeting(),
    turn({ kind: "find", name: "a" }, { kind: "no-service" }),
    loading("a", 0),
  ]);
  assertEquals([result.faults, result.exit], [[], 0]);
  assertEquals(result.output, "Service 'a' reloaded.\n");
});

Deno.test("reload of several services goes on after one that was refused", () => {
  const result = converse(["reload", "a", "b"], [
    greeting(),
    turn({ kind: "find", name: "a" }, record(0, "started")),
    turn({ kind: "reload", handle: ZERO }, { kind: "nak" }),
    turn({ kind: "find", name: "b" }, record(0, "started")),
    turn({ kind: "reload", handle: ZERO }, { kind: "ack" }),
  ]);
  assertEquals([result.faults, result.exit], [[], 1]);
  assertEquals(result.output, "Service 'b' reloaded.\n");
  assertEquals(result.errors.startsWith("dinitctl: cannot reload service 'a':"), true);
});

Deno.test("unload and unpin say what they did", () => {
  const unload = converse(["unload", "a"], [
    greeting(),
    turn({ kind: "find", name: "a" }, record(0, "stopped")),
    turn({ kind: "unload", handle: ZERO }, { kind: "ack" }),
  ]);
  assertEquals(unload.output, "Service 'a' unloaded.\n");
  const unpin = converse(["unpin", "a"], [
    greeting(),
    loading("a", 0),
    turn({ kind: "unpin", handle: ZERO }, { kind: "ack" }),
  ]);
  assertEquals(unpin.output, "Service 'a' unpinned.\n");
});

Deno.test("trigger is refused for a service that has none", () => {
  const result = converse(["trigger", "a"], [
    greeting(),
    loading("a", 0),
    turn({ kind: "set-trigger", handle: ZERO, on: true }, { kind: "nak" }),
  ]);
  assertEquals([result.faults, result.exit], [[], 1]);
});

Deno.test("setenv refuses an empty name and a text that is too long, after those before it", () => {
  const long = `LONG=${"x".repeat(1021)}`;
  for (const bad of ["=x", long]) {
    const result = converse(["setenv", "A=1", bad, "B=2"], [
      greeting(),
      turn({ kind: "set-environment", text: "A=1" }, { kind: "ack" }),
    ]);
    assertEquals([result.faults, result.exit], [[], 1]);
  }
});

Deno.test("unsetenv sends names only", () => {
  const result = converse(["unsetenv", "A", "B=1"], [
    greeting(),
    turn({ kind: "set-environment", text: "A" }, { kind: "ack" }),
  ]);
  assertEquals([result.faults, result.exit], [[], 1]);
});

Deno.test("signal takes names and numbers, and refuses others without connecting", () => {
  for (
    const [word, signal] of [["TERM", 15], ["SIGHUP", 1], ["15", 15], ["hup", 1], [
      "sigTerm",
      15,
    ]] as const
  ) {
    const result = converse(["signal", word, "a"], [
      greeting(),
      loading("a", 0),
      turn({ kind: "signal", handle: ZERO, signal }, { kind: "ack" }),
    ]);
    assertEquals([result.faults, result.exit, result.output], [[], 0, ""]);
  }
  const unknown = converse(["signal", "TREM", "a"], []);
  assertEquals([unknown.exit, unknown.io.connected], [1, []]);
});

Deno.test("signal tells why none was sent", () => {
  for (const kind of ["signal-no-process", "signal-bad-number", "signal-failed"] as const) {
    const result = converse(["signal", "9", "a"], [
      greeting(),
      loading("a", 0),
      turn({ kind: "signal", handle: ZERO, signal: 9 }, { kind }),
    ]);
    assertEquals([result.faults, result.exit, result.errors.length > 20], [[], 1, true]);
  }
});

Deno.test("signal --list needs no manager, and --quiet does not silence it", () => {
  const result = converse(["--quiet", "signal", "-l"], []);
  assertEquals(result.exit, 0);
  assertEquals(result.io.connected, []);
  assertEquals(result.output.split("\n").slice(0, 3), [
    "dinitctl: The following signal names are supported:",
    "dinitctl: HUP  -> 1",
    "dinitctl: INT  -> 2",
  ]);
  assertEquals(result.output.split("\n").at(-2), "dinitctl: STOP -> 19");
});

Deno.test("catlog prints the bytes and says when the last line is not whole", () => {
  const texts: readonly (readonly [string, string])[] = [
    ["", ""],
    ["hello\n", "hello\n"],
    ["hel", "hel\n(last line is truncated or incomplete)\n"],
  ];
  for (const [text, output] of texts) {
    const result = converse(["catlog", "--clear", "a"], [
      greeting(),
      loading("a", 0),
      turn({ kind: "read-log", handle: ZERO, clear: true }, {
        kind: "log",
        bytes: new TextEncoder().encode(text),
      }),
    ]);
    assertEquals([result.faults, result.output, result.exit], [[], output, 0]);
  }
});

Deno.test("catlog tells where the output goes when the manager keeps none", () => {
  const cases: readonly (readonly [string, string])[] = [
    ['log-type = "file"\nlogfile = "/var/log/a"', "it goes to the file /var/log/a"],
    ['working-dir = "/srv"\nlogfile = "logs/a"', "it goes to the file /srv/logs/a"],
    ['log-type = "none"', "its log-type is 'none', so it is dropped."],
    ['log-type = "buffer"', "its description was changed since it was loaded."],
  ];
  for (const [setting, why] of cases) {
    const result = converse(["catlog", "a"], [
      greeting(),
      loading("a", 0),
      turn({ kind: "read-log", handle: ZERO, clear: false }, { kind: "nak" }),
      turn({ kind: "query-description-directory", handle: ZERO }, {
        kind: "description-directory",
        directory: "/sd",
      }),
      turn({ kind: "list-environment" }, { kind: "environment", entries: [] }),
    ], { texts: { "/sd/a.toml": `type = "process"\ncommand = "/bin/true"\n${setting}\n` } });
    assertEquals([result.faults, result.exit, result.output], [[], 1, ""]);
    assertEquals(
      result.errors.split("\n")[0],
      `dinitctl: the manager keeps no output of service 'a': ${why}`,
    );
  }
});

/** Numbers of the types: control-protocol, "Shutdown". */
function encodedShutdown(type: "poweroff" | "halt" | "reboot"): string {
  return { halt: "0a02", poweroff: "0a03", reboot: "0a04" }[type];
}

Deno.test("shutdown powers the machine off, but asks a manager whose socket was named to halt", () => {
  const asked = (words: string[], type: "poweroff" | "halt" | "reboot", userId = 0) => {
    const result = converse(words, [
      greeting(),
      { send: encodedShutdown(type), receive: ["32", "end"] },
    ], { userId, env: { HOME: "/h" } });
    assertEquals([result.faults, result.exit], [[], 0], words.join(" "));
  };
  asked(["shutdown"], "poweroff");
  asked(["-p", "/run/x", "shutdown"], "halt");
  asked(["-u", "shutdown"], "halt");
  asked(["shutdown"], "halt", 1000);
  asked(["shutdown", "reboot"], "reboot");
});

Deno.test("shutdown refuses a type that it does not know and changes nothing", () => {
  const result = converse(["shutdown", "rebot"], [greeting()]);
  assertEquals([result.faults, result.exit], [[], 1]);
  assertEquals(result.errors.includes("did you mean 'reboot'?"), true);
});
