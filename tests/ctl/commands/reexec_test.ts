import { assertEquals } from "../../assert.ts";
import { converse } from "../session_runner.ts";
import { greeting, turn } from "../turns.ts";

const OURS = turn({ kind: "query-cause" }, { kind: "cause", faults: [] });

Deno.test("reexec asks whose manager it is, and then for its own program or the one named", () => {
  for (const [words, program] of [[[], "-"], [["/opt/dinit"], "/opt/dinit"]] as const) {
    const done = converse(["reexec", ...words], [
      greeting(),
      OURS,
      turn({ kind: "reexec", program }, { kind: "ack" }),
    ]);
    assertEquals([done.faults, done.exit, done.output], [[], 0, "Manager upgraded.\n"]);
  }
});

Deno.test("reexec tells why the manager stays as it was", () => {
  const refused = converse(["reexec", "/bin/true"], [
    greeting(),
    OURS,
    turn({ kind: "reexec", program: "/bin/true" }, { kind: "nak" }),
    turn({ kind: "query-cause" }, { kind: "cause", faults: ['"/bin/true" cannot take over'] }),
  ]);
  assertEquals([refused.faults, refused.exit], [[], 1]);
  assertEquals(
    refused.errors,
    'dinitctl: the manager goes on as it was:\ndinitctl: "/bin/true" cannot take over\n',
  );
});

Deno.test("reexec is not sent to a manager that would not understand it", () => {
  const upstream = converse(["reexec"], [
    greeting(),
    turn({ kind: "query-cause" }, { kind: "nak" }),
  ]);
  assertEquals([upstream.faults, upstream.exit], [[], 1]);
  assertEquals(
    upstream.errors,
    "dinitctl: this manager cannot be upgraded in place: it is another program, or too old.\n",
  );
});

Deno.test("reexec wants an absolute path", () => {
  const result = converse(["reexec", "dist/dinit"], [greeting()]);
  assertEquals(
    [result.exit, result.errors],
    [1, "dinitctl: 'dist/dinit' is no absolute path.\n"],
  );
});
