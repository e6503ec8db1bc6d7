import { parsePid } from "../../daemon/pid_file.ts";
import { assertEquals } from "../assert.ts";

Deno.test("parsePid() reads numbers as C does", () => {
  const cases: [string, number | undefined][] = [
    ["123\n", 123],
    ["  +42 rest", 42],
    ["0x1F", 31],
    ["017", 15],
    ["0", undefined],
    ["-5", undefined],
    ["", undefined],
    ["pid", undefined],
    ["99999999999999999999", undefined],
  ];
  for (const [text, expected] of cases) {
    assertEquals<number | undefined>(parsePid(text), expected, text);
  }
});
