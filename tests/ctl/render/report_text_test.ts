import { renderReport } from "../../../ctl/render/report_text.ts";
import { assertEquals } from "../../assert.ts";
import { startedStatus } from "../turns.ts";

Deno.test("renderReport() keeps the colours of a table that stays on the terminal", () => {
  const printed = renderReport({
    kind: "table",
    services: [{ name: "a\x1b[7m", status: startedStatus({ pid: 812 }), last: undefined }],
    size: { columns: 60, rows: 10 },
    isPassing: false,
  }, {
    json: false,
    isTerminal: true,
    hasColour: true,
    isOneOfMany: false,
    errorText: String,
    decodeOutput: () => "",
    wallClockMs: () => 0,
    timeOfDay: () => "12:00:00",
  });
  const text = [...printed].map((part) => "text" in part ? part.text : "").join("");
  assertEquals(text.split("\n").slice(1), [
    "\x1b[1mSTATE     \x1b[22m\x1b[1mSERVICE      PID  LAST EVENT\x1b[22m",
    "\x1b[32mstarted   \x1b[39ma\ufffd[7m        812",
    "",
  ]);
});
