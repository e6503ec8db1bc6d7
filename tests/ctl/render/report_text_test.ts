import { renderReport, type RenderStyle } from "../../../ctl/render/report_text.ts";
import { assertEquals } from "../../assert.ts";
import { startedStatus } from "../turns.ts";

const STYLE: RenderStyle = {
  json: false,
  isTerminal: true,
  hasColour: true,
  isOneOfMany: false,
  errorText: String,
  decodeOutput: (bytes) => new TextDecoder().decode(bytes),
  wallClockMs: () => 0,
  timeOfDay: () => "12:00:00",
};

Deno.test("renderReport() shows long output in pieces of whole lines, and nothing is lost", () => {
  const text =
    Array.from({ length: 2000 }, (_, index) => `line ${index} \x1b[1mü\x1b[0m\r\n`).join("") +
    "x".repeat(10_000) + "\nend";
  const bytes = new TextEncoder().encode(text);
  const piped = [...renderReport({ kind: "output", bytes }, { ...STYLE, isTerminal: false })];
  const copied = piped.flatMap((piece) => "bytes" in piece ? [...piece.bytes] : []);
  assertEquals(copied, [...bytes]);
  assertEquals(piped.every((piece) => "bytes" in piece && piece.bytes.length < 15_000), true);
  const shown = [...renderReport({ kind: "log-buffer", bytes }, STYLE)];
  assertEquals(
    shown.map((piece) => "text" in piece ? piece.text : "").join(""),
    // deno-lint-ignore no-control-regex
    text.replaceAll(/\x1b\[.m|\r/g, "") + "\n(last line is truncated or incomplete)\n",
  );
  assertEquals(shown.length > 10, true);
});

Deno.test("renderReport() keeps the colours of a table that stays on the terminal", () => {
  const printed = renderReport({
    kind: "table",
    services: [{ name: "a\x1b[7m", status: startedStatus({ pid: 812 }), last: undefined }],
    size: { columns: 60, rows: 10 },
    isPassing: false,
  }, STYLE);
  const text = [...printed].map((part) => "text" in part ? part.text : "").join("");
  assertEquals(text.split("\n").slice(1), [
    "\x1b[1mSTATE     \x1b[22m\x1b[1mSERVICE      PID  LAST EVENT\x1b[22m",
    "\x1b[32mstarted   \x1b[39ma\ufffd[7m        812",
    "",
  ]);
});
