import { runTelinit } from "../../../ctl/telinit/run_telinit.ts";
import { assertEquals, assertIncludes } from "../../assert.ts";
import { FakeIo } from "../fake_io.ts";
import { converse } from "../session_runner.ts";
import { greeting, turn } from "../turns.ts";

const OURS = turn({ kind: "query-cause" }, { kind: "cause", faults: [] });
const NAMED = { programName: "telinit" };

for (const word of ["u", "U"]) {
  Deno.test(`runTelinit() has the system manager upgraded by ${word}, without a word`, () => {
    const result = converse(
      [word],
      [
        greeting(),
        OURS,
        turn({ kind: "reexec", program: "-" }, { kind: "ack" }),
      ],
      NAMED,
      runTelinit,
    );
    assertEquals([result.faults, result.exit, result.output, result.errors], [[], 0, "", ""]);
    assertEquals(result.io.connected, ["/run/dinitctl"]);
  });
}

Deno.test("runTelinit() tells why the manager stays as it was", () => {
  const result = converse(
    ["u"],
    [
      greeting(),
      OURS,
      turn({ kind: "reexec", program: "-" }, { kind: "nak" }),
      turn({ kind: "query-cause" }, { kind: "cause", faults: ['Cannot run "/sbin/dinit"'] }),
    ],
    NAMED,
    runTelinit,
  );
  assertEquals([result.faults, result.exit], [[], 1]);
  assertEquals(
    result.errors,
    'telinit: the manager goes on as it was.\ntelinit: Cannot run "/sbin/dinit"\n',
  );
});

for (const [word, type] of [["0", "poweroff"], ["6", "reboot"]] as const) {
  Deno.test(`runTelinit() asks for ${type} by ${word}`, () => {
    const result = converse(
      [word],
      [greeting(), turn({ kind: "shutdown", type }, { kind: "ack" }, "end")],
      NAMED,
      runTelinit,
    );
    assertEquals([result.faults, result.exit], [[], 0]);
  });
}

Deno.test("runTelinit() does nothing for q, and knows no runlevels", () => {
  const quiet = new FakeIo(NAMED);
  assertEquals([runTelinit(["q"], quiet), quiet.output, quiet.connected], [0, "", []]);
  for (const words of [["3"], ["s"], [], ["u", "u"], ["toString"]]) {
    const io = new FakeIo(NAMED);
    assertEquals([runTelinit(words, io), io.connected], [1, []]);
    assertIncludes(io.errors, "telinit: there are no runlevels; see dinitctl(8).\n");
  }
});
