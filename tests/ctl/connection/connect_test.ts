import { runCtl } from "../../../ctl/run_ctl.ts";
import { assertEquals } from "../../assert.ts";
import { FakeIo, type FakeIoOptions } from "../fake_io.ts";
import { converse } from "../session_runner.ts";
import { turn } from "../turns.ts";

function connectedTo(words: readonly string[], options: FakeIoOptions = {}): string | undefined {
  const io = new FakeIo(options);
  assertEquals(runCtl([...words, "list"], io), 1);
  return io.connected[0];
}

Deno.test("the socket is found by option, variable and instance, in this order", () => {
  const env = { DINIT_SOCKET_PATH: "/env", XDG_RUNTIME_DIR: "/run/user/7", HOME: "/home/u" };
  assertEquals(connectedTo(["-p", "/given"], { env }), "/given");
  assertEquals(connectedTo(["-u"], { env }), "/env");
  assertEquals(connectedTo([]), "/run/dinitctl");
  assertEquals(connectedTo([], { userId: 7, env: { HOME: "/home/u" } }), "/home/u/.dinitctl");
  assertEquals(connectedTo(["-s"], { userId: 7 }), "/run/dinitctl");
  assertEquals(
    connectedTo(["-u"], { env: { ...env, DINIT_SOCKET_PATH: undefined as never } }),
    "/run/user/7/dinitctl",
  );
  const empty = { DINIT_SOCKET_PATH: "", XDG_RUNTIME_DIR: "", HOME: "" };
  assertEquals(connectedTo(["-u"], { env: empty, home: "/home/u" }), "/home/u/.dinitctl");
  assertEquals(connectedTo(["-u"], { home: "/var/lib/x" }), "/var/lib/x/.dinitctl");
  assertEquals(connectedTo(["-u"]), undefined, "no home at all");
});

Deno.test("--use-passed-cfd falls back to the path when the variable is no number", () => {
  const passed = ["--use-passed-cfd"];
  assertEquals(connectedTo(passed, { env: { DINIT_CS_FD: "5" } }), "descriptor 5");
  assertEquals(connectedTo(passed, { env: { DINIT_CS_FD: "x" } }), "/run/dinitctl");
  assertEquals(connectedTo(passed), "/run/dinitctl");
});

Deno.test("a manager that is not there is told with its socket and what to try", () => {
  const system = new FakeIo();
  runCtl(["list"], system);
  assertEquals(
    system.errors,
    "dinitctl: connecting to socket: /run/dinitctl: No such file or directory\n" +
      "dinitctl: cannot reach the manager at /run/dinitctl: is it running? Use --user for a user's manager.\n",
  );
  const user = new FakeIo({ userId: 7, env: { HOME: "/home/u" } });
  runCtl(["list"], user);
  assertEquals(user.errors.includes("no manager of this user seems to run"), true);
});

Deno.test("managers of other protocol versions are refused", () => {
  const old = converse(["list"], [
    turn({ kind: "query-version" }, { kind: "version", minimum: 0, current: 0 }),
  ]);
  assertEquals([old.faults, old.exit], [[], 1]);
  const recent = converse(["list"], [
    turn({ kind: "query-version" }, { kind: "version", minimum: 8, current: 9 }),
  ]);
  assertEquals([recent.faults, recent.exit], [[], 1]);
  assertEquals(recent.errors.includes("version 8"), true);
});

Deno.test("a manager above our own version is talked to as usual", () => {
  const result = converse(["list"], [
    turn({ kind: "query-version" }, { kind: "version", minimum: 1, current: 300 }),
    turn({ kind: "list-5" }, { kind: "list-done" }),
  ]);
  assertEquals([result.faults, result.exit], [[], 0]);
});

Deno.test("an answer that does not fit ends with a protocol error", () => {
  const result = converse(["list"], [
    turn({ kind: "query-version" }, { kind: "version", minimum: 1, current: 7 }),
    turn({ kind: "list-5" }, { kind: "ack" }),
  ]);
  assertEquals(result.exit, 1);
  assertEquals(result.errors.startsWith("dinitctl: protocol error"), true);
});
