import { nextMatch, normalForm, readCron, UTC } from "../../../core/calendar/mod.ts";
import { seededRandom } from "../../../tools/simulation/random.ts";
import { assertEquals } from "../../assert.ts";

function formsOf(text: string): readonly string[] | string {
  const read = readCron(text);
  return "kind" in read ? `${read.offset}: ${read.why}` : read.map(normalForm);
}

Deno.test("readCron() gives calendar expressions", () => {
  const cases: readonly (readonly [text: string, forms: readonly string[]])[] = [
    ["* * * * *", ["*-*-* *:*:00"]],
    ["17 * * * *", ["*-*-* *:17:00"]],
    ["25 6 * * *", ["*-*-* 06:25:00"]],
    ["47 6 * * 7", ["Sun *-*-* 06:47:00"]],
    ["52 6 1 * *", ["*-*-01 06:52:00"]],
    ["*/15 0-23/2 * jan-mar mon-fri", ["Mon..Fri *-01..03-* 00..22/2:00..45/15:00"]],
    ["0 5 * * 5-7", ["Fri..Sun *-*-* 05:00:00"]],
    ["0 5 * * sun,WED", ["Wed,Sun *-*-* 05:00:00"]],
    ["  5\t4 * * *  ", ["*-*-* 04:05:00"]],
    ["*/40 * * * *", ["*-*-* *:00..40/40:00"]],
    ["@daily", ["*-*-* 00:00:00"]],
    ["@weekly", ["Sun *-*-* 00:00:00"]],
    ["@Hourly", ["*-*-* *:00:00"]],
  ];
  for (const [text, forms] of cases) assertEquals(formsOf(text), forms, text);
});

Deno.test("days of the month and of the week are a union, unless one begins with an asterisk", () => {
  assertEquals(formsOf("0 5 13 * 5"), ["*-*-13 05:00:00", "Fri *-*-* 05:00:00"]);
  assertEquals(formsOf("0 5 */2 * 5"), ["Fri *-*-01..31/2 05:00:00"]);
  assertEquals(formsOf("0 5 13 * */2"), ["Tue,Thu,Sat,Sun *-*-13 05:00:00"]);
});

Deno.test("a fault of five fields names its place", () => {
  const faults: readonly (readonly [text: string, fault: string])[] = [
    ["* * * *", "7: Only 4 of five fields"],
    ["0 0 * * * *", "10: More than five fields"],
    ["60 * * * *", '0: Minute: "60" is none; allowed are 0 to 59'],
    ["* * * foo *", '6: Month: "foo" is none; allowed are 1 to 12 and jan to dec'],
    ["5/10 * * * *", "1: A step comes after a range or an asterisk only"],
    ["30-10 * * * *", "0: Minute: the range ends before it begins"],
    ["*/0 * * * *", "2: Minute: a step is a number from 1 on"],
    ["@reboot", "0: @reboot is no time"],
    ["@never", "0: @never is no time"],
    ["5, * * * *", "2: Minute: allowed are 0 to 59"],
  ];
  for (const [text, fault] of faults) assertEquals(formsOf(text), fault, text);
});

Deno.test("the times of random crontab lines are those that crontab(5) says", () => {
  const random = seededRandom(7);
  for (let round = 0; round < 300; round++) {
    const fields = [[0, 59], [0, 23], [1, 31], [1, 12], [0, 7]].map(([from = 0, to = 0]) =>
      fieldText(from, to)
    );
    const text = fields.join(" ");
    const read = readCron(text);
    if ("kind" in read) throw new Error(`${text}: ${read.why}`);
    const from = Date.UTC(2026, random.below(36), 1 + random.below(28), random.below(24)) * 1000;
    const times = read.map((each) => nextMatch(each, from, UTC) ?? Infinity);
    const next = Math.min(...times);
    assertEquals(next, firstByTheBook(text, from), text);
  }

  function fieldText(from: number, to: number): string {
    if (random.chance(0.4)) return random.chance(0.3) ? `*/${2 + random.below(5)}` : "*";
    const start = from + random.below(to - from + 1);
    if (random.chance(0.5)) return String(start);
    const stop = start + random.below(to - start + 1);
    return `${start}-${stop}${random.chance(0.4) ? `/${1 + random.below(4)}` : ""}`;
  }
});

/** Looks at one day after the other, then at its minutes; Infinity after eight years. */
function firstByTheBook(text: string, from: number): number {
  const [minute = "", hour = "", day = "", month = "", weekday = ""] = text.split(" ");
  const start = Math.floor(from / 1000 / 86_400_000) * 86_400_000;
  for (let days = 0; days < 8 * 366; days++) {
    const date = new Date(start + days * 86_400_000);
    if (!fits(month, date.getUTCMonth() + 1, 1, 12)) continue;
    const isDay = fits(day, date.getUTCDate(), 1, 31);
    const isWeekday = fits(weekday, date.getUTCDay(), 0, 6) ||
      date.getUTCDay() === 0 && fits(weekday, 7, 0, 7) && !weekday.startsWith("*");
    const isEither = day.startsWith("*") || weekday.startsWith("*");
    if (isEither ? !(isDay && isWeekday) : !(isDay || isWeekday)) continue;
    for (let at = 0; at < 1440; at++) {
      const micros = (date.getTime() + at * 60_000) * 1000;
      if (micros <= from || !fits(hour, Math.floor(at / 60), 0, 23)) continue;
      if (fits(minute, at % 60, 0, 59)) return micros;
    }
  }
  return Infinity;
}

function fits(field: string, value: number, from: number, to: number): boolean {
  const [range = "", step = "1"] = field.split("/");
  const [start = from, stop = start] = range === "*" ? [from, to] : range.split("-").map(Number);
  return value >= start && value <= stop && (value - start) % Number(step) === 0;
}
