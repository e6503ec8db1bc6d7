import { readOptions } from "../../../tools/bench/options.ts";
import { assertEquals, assertThrows } from "../../assert.ts";

Deno.test("readOptions() without arguments measures everything and writes the report", () => {
  assertEquals(readOptions([]), {
    only: [],
    rounds: 5,
    isQuick: false,
    programs: [],
    hasPeers: true,
    boots: false,
    jsonFile: undefined,
    writesReport: true,
  });
});

Deno.test("readOptions() of a part of the loads leaves the report alone", () => {
  const options = readOptions(["--", "--only", "start", "--only", "stop", "--json", "out.json"]);
  if (typeof options === "string") throw new Error("no options");
  assertEquals(
    [options.only, options.jsonFile, options.writesReport],
    [["start", "stop"], "out.json", false],
  );
});

Deno.test("readOptions() takes programs with and without a label", () => {
  const options = readOptions(["--program", "old=/tmp/a", "--program", "/tmp/b"]);
  if (typeof options === "string") throw new Error("no options");
  assertEquals(options.programs, [
    { label: "old", path: "/tmp/a" },
    { label: "/tmp/b", path: "/tmp/b" },
  ]);
});

Deno.test("readOptions() refuses rounds that are no number, and unknown options", () => {
  assertThrows(() => readOptions(["--rounds", "many"]), /Cannot run "many" rounds/);
  assertThrows(() => readOptions(["--fast"]), /--fast/);
});
