import { lineColour } from "../../../../ctl/render/logs/log_colour.ts";
import { assertEquals } from "../../../assert.ts";

Deno.test("lineColour() goes by the level, if the line has one", () => {
  const colours = [0, 1, 2, 3, 4, 5, 6, 7].map((level) => lineColour("error: no", level));
  assertEquals(colours, ["red", "red", "red", "red", "yellow", "bold", undefined, "grey"]);
});

Deno.test("lineColour() knows the words that programs begin with, and takes no other for them", () => {
  const red = [
    "error: no such file",
    "web: ERROR no route",
    "[error] 12#0: open() failed",
    "2026-01-01 12:00:00 FATAL:  the database system is starting up",
    "level=error msg=x",
    "panic: runtime error",
  ];
  const yellow = ["warning: deprecated", "[warn] conflicting name", "level=warn msg=x"];
  const plain = ["no errors", "terror", "errors=0", "0 failures", "mirror ok", "warned", ""];
  for (const line of red) assertEquals(lineColour(line, undefined), "red", line);
  for (const line of yellow) assertEquals(lineColour(line, undefined), "yellow", line);
  for (const line of plain) assertEquals(lineColour(line, undefined), undefined, line);
  assertEquals(lineColour(`${"x".repeat(100)} error: late`, undefined), undefined);
});
