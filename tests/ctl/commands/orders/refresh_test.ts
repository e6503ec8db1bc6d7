/** What refresh asks and prints, against a script of answers. */
import { handle } from "../../../../core/protocol/mod.ts";
import { assertEquals } from "../../../assert.ts";
import { converse } from "../../session_runner.ts";
import { greeting, record, turn } from "../../turns.ts";

const ZERO = handle(0);
const FOUND = turn({ kind: "find", name: "web" }, record(0, "started"));

Deno.test("refresh says when a service has read its configuration", () => {
  const result = converse(["refresh", "web"], [
    greeting(),
    FOUND,
    turn({ kind: "refresh", handle: ZERO }, { kind: "ack" }),
  ]);
  assertEquals([result.faults, result.exit, result.output], [
    [],
    0,
    "Service 'web' refreshed.\n",
  ]);
});

Deno.test("refresh tells what went wrong, and does not load a service", () => {
  const failed = converse(["refresh", "web"], [
    greeting(),
    FOUND,
    turn({ kind: "refresh", handle: ZERO }, { kind: "nak" }),
    turn({ kind: "query-cause" }, {
      kind: "cause",
      faults: ["The reload command exited with status 1"],
    }),
  ]);
  assertEquals([failed.faults, failed.exit], [[], 1]);
  assertEquals(
    failed.errors,
    "dinitctl: cannot refresh service 'web':\n" +
      "dinitctl: The reload command exited with status 1\n",
  );
  const missing = converse(["refresh", "web"], [
    greeting(),
    turn({ kind: "find", name: "web" }, { kind: "no-service" }),
  ]);
  assertEquals([missing.faults, missing.exit, missing.errors], [
    [],
    1,
    "dinitctl: service not loaded.\n",
  ]);
});

Deno.test("refresh says that upstream's manager refreshes nothing", () => {
  const result = converse(["refresh", "web"], [
    greeting(),
    FOUND,
    turn({ kind: "refresh", handle: ZERO }, { kind: "service-name", name: "web" }),
  ]);
  assertEquals([result.faults, result.exit], [[], 1]);
  assertEquals(
    result.errors.split("\n")[0],
    "dinitctl: this manager refreshes no services: it is another program, or too old.",
  );
});

Deno.test("refresh waits for as long as the command takes", () => {
  // An answer that has not come after a minute ends other commands.
  const result = converse(["refresh", "web"], [
    greeting(),
    FOUND,
    turn({ kind: "refresh", handle: ZERO }),
  ]);
  assertEquals([result.exit, result.faults], [1, ["waits for ever"]]);
  assertEquals(result.errors.includes("has not answered"), false);
});
