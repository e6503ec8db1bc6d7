/** What a client says when its user lacks a right. */
import { handle, missingRightText } from "../../../core/protocol/mod.ts";
import { assertEquals } from "../../assert.ts";
import { converse } from "../session_runner.ts";
import { greeting, record, turn } from "../turns.ts";

const CAUSE = turn({ kind: "query-cause" }, {
  kind: "cause",
  faults: [missingRightText("order")],
});

const START = turn(
  { kind: "start", handle: handle(0), pin: false, preack: false },
  { kind: "nak" },
);

const REFUSED = "dinitctl: not allowed: this needs the right to give orders.\n" +
  "dinitctl: root and the manager's user have it, " +
  "and members of a group that is let in by --control-group.\n";

Deno.test("start says which right is missing and who has it", () => {
  const result = converse(["-s", "start", "web"], [
    greeting(5),
    turn({ kind: "load", name: "web" }, record(0, "stopped")),
    START,
    CAUSE,
  ], { userId: 1000 });
  assertEquals([result.faults, result.exit, result.errors], [[], 1, REFUSED]);
});

Deno.test("start of what is not loaded says the same", () => {
  const result = converse(["-s", "start", "web"], [
    greeting(5),
    turn({ kind: "load", name: "web" }, { kind: "load-error" }),
    CAUSE,
  ], { userId: 1000 });
  assertEquals([result.faults, result.exit, result.errors], [[], 1, REFUSED]);
});

Deno.test("the manager's own user asks nobody for reasons", () => {
  const result = converse(["-s", "start", "web"], [
    greeting(5),
    turn({ kind: "load", name: "web" }, record(0, "stopped")),
    START,
  ], { userId: 1000, peer: 1000 });
  assertEquals(result.faults, []);
  assertEquals(result.errors, "dinitctl: the manager refused to start service 'web'.\n");
});
