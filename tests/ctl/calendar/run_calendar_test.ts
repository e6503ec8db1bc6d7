import { runCalendar } from "../../../ctl/calendar/run_calendar.ts";
import { assertEquals, assertIncludes } from "../../assert.ts";
import { FakeIo } from "../fake_io.ts";

const BERLIN = { TZ: "CET-1CEST,M3.5.0,M10.5.0/3" };

function run(words: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const io = new FakeIo({ env });
  return Object.assign(io, { status: runCalendar(words, io) });
}

Deno.test("runCalendar() prints normal form and next times", () => {
  const from = ["--from", "2026-10-24 12:00 UTC", "--count", "2"];
  const { output, errors, status } = run([...from, "Mon..Sun 2:30"], BERLIN);
  assertEquals(
    output,
    [
      "Mon..Sun 2:30",
      "  Normal form  *-*-* 02:30:00",
      "  Next         Sun 2026-10-25 02:30:00 CEST, 36 d 12 h ago",
      "  Next         Mon 2026-10-26 02:30:00 CET, 35 d 11 h ago",
      "",
    ].join("\n"),
  );
  assertEquals([errors, status], ["", 0]);
});

Deno.test("runCalendar() reads crontab's fields, and tells when nothing comes", () => {
  const { output, status } = run(["0 5 13 * 5", "2020-*-*"]);
  assertEquals(
    output,
    [
      "0 5 13 * 5",
      "  Normal form  *-*-13 05:00:00",
      "  Normal form  Fri *-*-* 05:00:00",
      "  Next         Fri 2026-12-04 05:00:00 UTC, in 3 d 16 h",
      "2020-*-*",
      "  Normal form  2020-*-* 00:00:00",
      "  Next         never",
      "",
    ].join("\n"),
  );
  assertEquals(status, 0);
});

Deno.test("runCalendar() prints JSON", () => {
  const { output } = run(["--json", "-n", "2", "-f", "@1774744200", "*:0/30:0.5"], BERLIN);
  assertEquals(JSON.parse(output), [{
    expression: "*:0/30:0.5",
    normalForms: ["*-*-* *:00/30:00.500000"],
    times: ["2026-03-29T01:30:00.500000+01:00", "2026-03-29T03:00:00.500000+02:00"],
  }]);
});

Deno.test("runCalendar() points at what it cannot read, and goes on with the others", () => {
  const { output, errors, status } = run(["Mon..Foo 5:00", "daily"]);
  assertIncludes(output, "Tue 2026-12-01 00:00:00 UTC");
  assertEquals(
    errors,
    'dinit calendar: Cannot read "Mon..Foo 5:00": column 6: "Foo" is no weekday and no shorthand\n' +
      "    Mon..Foo 5:00\n" +
      "         ^\n" +
      "    hint: Weekdays are Mon, Tue, Wed, Thu, Fri, Sat, Sun, or their whole names\n",
  );
  assertEquals(status, 1);
  assertIncludes(
    run(["daily Europe/Nowhere"]).errors,
    'There is no time zone "Europe/Nowhere" here',
  );
});

Deno.test("runCalendar() refuses faulty words", () => {
  assertEquals(
    run([]).errors,
    "dinit calendar: an expression is missing; see 'dinit calendar --help'.\n",
  );
  assertIncludes(run(["-n", "0", "daily"]).errors, "0 is no number from 1 to 10000");
  assertIncludes(run(["-f", "soon", "daily"]).errors, 'Cannot read the time "soon"');
  assertIncludes(run(["-f", "2026-02-30", "daily"]).errors, "Cannot read the time");
  assertEquals(run(["--help"]).status, 0);
});
