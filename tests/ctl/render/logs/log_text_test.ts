import { colouredLines } from "../../../../ctl/render/logs/log_text.ts";
import { plainPaint, terminalPaint } from "../../../../ctl/render/text/colour.ts";
import { assertEquals } from "../../../assert.ts";

Deno.test("colouredLines() gives lines the colour of their level, and lets nothing else through", () => {
  const text = "<3>broken\nas usual\nERROR: no\n<4>\x1b[2Jhm\nwarning: x";
  assertEquals(
    colouredLines(text, terminalPaint),
    "\x1b[31m<3>broken\x1b[39m\nas usual\n\x1b[31mERROR: no\x1b[39m\n" +
      "\x1b[33m<4>\ufffd[2Jhm\x1b[39m\n\x1b[33mwarning: x\x1b[39m",
  );
  assertEquals(colouredLines(text, plainPaint), text.replace("\x1b", "\ufffd"));
});
