import { runRunlevel } from "../../../ctl/telinit/run_runlevel.ts";
import { assertEquals, assertIncludes } from "../../assert.ts";
import { FakeIo, ScriptedConnection } from "../fake_io.ts";

Deno.test("runRunlevel() says 2 while the system manager runs, and leaves it alone", () => {
  const connection = new ScriptedConnection([]);
  const io = new FakeIo({ programName: "runlevel", connection });
  assertEquals([runRunlevel([], io), io.output, io.errors], [0, "N 2\n", ""]);
  assertEquals([io.connected, connection.finish()], [["/run/dinitctl"], []]);
});

Deno.test("runRunlevel() says unknown where no manager runs, which Debian's scripts read", () => {
  const connection = { kind: "failure", errno: 2, text: "No such file or directory" } as const;
  const io = new FakeIo({ programName: "runlevel", connection });
  assertEquals([runRunlevel([], io), io.output], [1, "unknown\n"]);
});

Deno.test("runRunlevel() --help tells what it prints", () => {
  const io = new FakeIo({ programName: "runlevel" });
  assertEquals(runRunlevel(["--help"], io), 0);
  assertIncludes(io.output, "Usage: runlevel");
});
