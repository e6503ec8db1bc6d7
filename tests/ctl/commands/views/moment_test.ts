import { parseMoment } from "../../../../ctl/commands/lookup/moment.ts";
import { assertEquals } from "../../../assert.ts";

const NOW = new Date(2026, 10, 30, 12, 34, 56, 789).getTime();

function local(...parts: [number, number, number, number?, number?, number?, number?]): number {
  const [year, month, ...rest] = parts;
  return new Date(year, month - 1, ...rest as [number]).getTime();
}

Deno.test("parseMoment() reads dates, times and what lies behind now", () => {
  const cases: readonly (readonly [string, number])[] = [
    ["2026-11-29 01:02:03", local(2026, 11, 29, 1, 2, 3)],
    ["2026-11-29T01:02:03.5", local(2026, 11, 29, 1, 2, 3, 500)],
    ["2026-11-29T01:02:03.456Z", Date.UTC(2026, 10, 29, 1, 2, 3, 456)],
    ["2026-02-01", local(2026, 2, 1)],
    ["9:05", local(2026, 11, 30, 9, 5)],
    ["now", NOW],
    ["today", local(2026, 11, 30)],
    ["yesterday", local(2026, 11, 29)],
    ["-90s", NOW - 90_000],
    ["10min ago", NOW - 600_000],
    ["1.5 h ago", NOW - 5_400_000],
    ["- 2 d", NOW - 172_800_000],
    ["@1700000000", 1_700_000_000_000],
  ];
  for (const [text, moment] of cases) {
    assertEquals([text, parseMoment(text, NOW)], [text, moment]);
  }
});

Deno.test("parseMoment() takes nothing else", () => {
  const texts = ["", "Z", "tomorrow", "10min", "-10 x", "2026-13-01", "24:00", "12:60", "12", "-"];
  for (const text of [...texts, "2026-11-31x", "constructor ago", "-1 constructor"]) {
    assertEquals([text, parseMoment(text, NOW)], [text, undefined]);
  }
});
