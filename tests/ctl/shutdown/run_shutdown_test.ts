import type { ShutdownType } from "../../../core/types.ts";
import { runShutdown } from "../../../ctl/shutdown/run_shutdown.ts";
import { assertEquals } from "../../assert.ts";
import { FakeIo } from "../fake_io.ts";
import { converse, type Outcome } from "../session_runner.ts";
import { greeting, turn } from "../turns.ts";

function ask(programName: string, words: readonly string[], type: ShutdownType): Outcome {
  return converse(
    words,
    [greeting(), turn({ kind: "shutdown", type }, { kind: "ack" }, "end")],
    { programName },
    runShutdown,
  );
}

const REQUESTS: readonly (readonly [string, readonly string[], ShutdownType])[] = [
  ["shutdown", [], "poweroff"],
  ["poweroff", [], "poweroff"],
  ["halt", [], "poweroff"],
  ["reboot", [], "reboot"],
  ["soft-reboot", [], "soft-reboot"],
  ["dinit-reboot", [], "reboot"],
  ["dinit-soft-reboot", [], "soft-reboot"],
  ["reboot", ["-h"], "halt"],
  ["halt", ["-r", "-p"], "poweroff"],
  ["shutdown", ["-k"], "kexec"],
  ["shutdown", ["-p", "-s"], "soft-reboot"],
];

for (const [name, words, type] of REQUESTS) {
  Deno.test(`runShutdown() called as ${[name, ...words].join(" ")} asks for ${type}`, () => {
    const result = ask(name, words, type);
    assertEquals([result.faults, result.exit], [[], 0]);
    assertEquals(result.output, "Issuing shutdown command...\n");
    assertEquals(result.io.connected, ["/run/dinitctl"]);
  });
}

Deno.test("runShutdown() pays no attention to DINIT_SOCKET_PATH", () => {
  const io = new FakeIo({ programName: "reboot", env: { DINIT_SOCKET_PATH: "/elsewhere" } });
  assertEquals(runShutdown([], io), 1);
  assertEquals(io.connected, ["/run/dinitctl"]);
  assertEquals(
    io.errors,
    "reboot: connecting to socket: /run/dinitctl: No such file or directory\n",
  );
});

Deno.test("runShutdown() prints help with exit status 1 for --help and for bare words", () => {
  for (const word of ["--help", "now"]) {
    const io = new FakeIo({ programName: "shutdown" });
    assertEquals(runShutdown([word], io), 1);
    assertEquals(io.output.startsWith("Usage: shutdown"), true);
    assertEquals(io.connected, []);
  }
});

Deno.test("runShutdown() refuses unknown options", () => {
  const io = new FakeIo({ programName: "reboot" });
  assertEquals(runShutdown(["-x"], io), 1);
  assertEquals(io.errors, "reboot: unknown option '-x'; see 'reboot --help'.\n");
});

Deno.test("runShutdown() hands --system on with the type", () => {
  const io = new FakeIo({ programName: "reboot" });
  const types: string[] = [];
  const exit = runShutdown(["--system", "-k"], io, (type) => {
    types.push(type);
    return 0;
  });
  assertEquals([exit, types, io.connected], [0, ["kexec"], []]);
});

Deno.test("runShutdown() tells a refused request", () => {
  const result = converse(
    [],
    [greeting(), turn({ kind: "shutdown", type: "reboot" }, { kind: "nak" })],
    { programName: "reboot" },
    runShutdown,
  );
  assertEquals([result.faults, result.exit], [[], 1]);
  assertEquals(result.errors.startsWith("reboot: protocol error"), true);
});
