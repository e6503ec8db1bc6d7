import { normalForm, readCalendar } from "../../../core/calendar/mod.ts";
import { assertEquals } from "../../assert.ts";

/** Of systemd.time(7), "Examples for valid timestamps and their normalized form". */
const FORMS: readonly (readonly [text: string, normal: string])[] = [
  ["Sat,Thu,Mon..Wed,Sat..Sun", "Mon..Thu,Sat,Sun *-*-* 00:00:00"],
  ["Mon,Sun 12-*-* 2,1:23", "Mon,Sun 2012-*-* 01,02:23:00"],
  ["Wed *-1", "Wed *-*-01 00:00:00"],
  ["Wed..Wed,Wed *-1", "Wed *-*-01 00:00:00"],
  ["Wed, 17:48", "Wed *-*-* 17:48:00"],
  ["Wed..Sat,Tue 12-10-15 1:2:3", "Tue..Sat 2012-10-15 01:02:03"],
  ["*-*-7 0:0:0", "*-*-07 00:00:00"],
  ["10-15", "*-10-15 00:00:00"],
  ["monday *-12-* 17:00", "Mon *-12-* 17:00:00"],
  ["Mon,Fri *-*-3,1,2 *:30:45", "Mon,Fri *-*-01,02,03 *:30:45"],
  ["12,14,13,12:20,10,30", "*-*-* 12,13,14:10,20,30:00"],
  ["12..14:10,20,30", "*-*-* 12..14:10,20,30:00"],
  ["mon,fri *-1/2-1,3 *:30:45", "Mon,Fri *-01/2-01,03 *:30:45"],
  ["03-05 08:05:40", "*-03-05 08:05:40"],
  ["08:05:40", "*-*-* 08:05:40"],
  ["05:40", "*-*-* 05:40:00"],
  ["Sat,Sun 12-05 08:05:40", "Sat,Sun *-12-05 08:05:40"],
  ["2003-03-05 05:40", "2003-03-05 05:40:00"],
  ["05:40:23.4200004/3.1700005", "*-*-* 05:40:23.420000/3.170001"],
  ["2003-02..04-05", "2003-02..04-05 00:00:00"],
  ["2003-03-05 05:40 UTC", "2003-03-05 05:40:00 UTC"],
  ["hourly", "*-*-* *:00:00"],
  ["daily UTC", "*-*-* 00:00:00 UTC"],
  ["weekly Pacific/Auckland", "Mon *-*-* 00:00:00 Pacific/Auckland"],
  ["annually", "*-01-01 00:00:00"],
  ["quarterly", "*-01,04,07,10-01 00:00:00"],
  ["semiannually", "*-01,07-01 00:00:00"],
  ["*:2/3", "*-*-* *:02/3:00"],
  ["*-02~03", "*-02~03 00:00:00"],
  ["Mon *-05~07/1", "Mon *-05~07/1 00:00:00"],
  ["@1395716396", "2014-03-25 02:59:56 UTC"],
  // More than systemd takes: its limit for the later days of such a list is a slip.
  ["*-*~1,27,28", "*-*~01,27,28 00:00:00"],
];

Deno.test("an expression has the normal form that the manual page gives", () => {
  for (const [text, normal] of FORMS) {
    const expression = readCalendar(text);
    assertEquals("kind" in expression ? expression : normalForm(expression), normal, text);
  }
});

Deno.test("a normal form is its own normal form", () => {
  for (const [, normal] of FORMS) {
    const expression = readCalendar(normal);
    assertEquals("kind" in expression ? expression : normalForm(expression), normal);
  }
});

Deno.test("a fault names its place, and says what to write", () => {
  const faults: readonly (readonly [text: string, offset: number, why: string])[] = [
    ["", 0, "Nothing is said"],
    ["Mon..Foo 5:00", 5, '"Foo" is no weekday and no shorthand'],
    ["Sat..Mon", 3, "The range goes over the end of the week"],
    ["2026-13-01", 5, "Month: 13 is out of range: allowed are 1 to 12"],
    ["*-*~30", 4, "Day from the end of the month: 30 is out of range: allowed are 1 to 28"],
    ["24:00", 0, "Hour: 24 is out of range: allowed are 0 to 23"],
    ["5:00..", 6, "A number is needed"],
    ["*:30..10", 2, "Minute: The range ends before it begins: 30..10"],
    ["*:0/60", 2, "Minute: The repetition 60 leads out of the field at once: allowed are 0 to 59"],
    ["*:5/0", 4, "A repetition of 0 never gets on"],
    ["5", 1, "A date has hyphens, a time has colons: this is neither"],
    ["*:*/5", 3, "An asterisk takes no repetition"],
    ["*:0:59.9999999", 4, "Second: 60 is out of range: allowed are 0 to 59.999999"],
    ["2026-01-01T10:00", 10, "A blank is needed between date and time"],
    ["5:00:00:00", 7, "Nothing but a time zone can come after the time"],
    ["99999999999-1-1", 0, "The number is too large"],
  ];
  for (const [text, offset, why] of faults) {
    const fault = readCalendar(text);
    if (!("kind" in fault)) throw new Error(`${text} was read`);
    assertEquals([fault.offset, fault.why], [offset, why], text);
  }
});
