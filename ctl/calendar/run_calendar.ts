/** `dinit calendar`: the normal form of calendar expressions, and their next times. */
import {
  type CalendarExpression,
  type CalendarFault,
  isoText,
  nextMatch,
  normalForm,
  readCalendar,
  readCron,
  readTime,
  timeText,
  type ZoneName,
  Zones,
} from "../../core/calendar/mod.ts";
import { printable } from "../../core/text/printable.ts";
import type { ClientIo } from "../interface/io.ts";
import type { ExitCode } from "../interface/report.ts";
import { untilText } from "../render/text/until_text.ts";
import { calendarHelp, type CalendarOptions, parseCalendarLine } from "./options.ts";

/** What is told of one expression. */
interface CalendarView {
  readonly expression: string;
  /** One; of crontab's fields perhaps two, either of which is meant. */
  readonly normalForms: readonly string[];
  /** Microseconds since 1970; fewer than asked for when no more come. */
  readonly times: readonly number[];
}

/** Carries out one command line of `dinit calendar`. */
export function runCalendar(words: readonly string[], io: ClientIo): ExitCode {
  const parsed = parseCalendarLine(words);
  switch (parsed.kind) {
    case "help":
      io.out(calendarHelp());
      return 0;
    case "faulty":
      for (const line of parsed.lines) io.err(`dinit calendar: ${line}\n`);
      return 1;
    case "run":
      return printAll(parsed.options, io);
  }
}

function printAll({ expressions, from: written, count, json }: CalendarOptions, io: ClientIo) {
  const now = io.wallClockMs() * 1000;
  const zones = new Zones({ read: (path) => readBytes(io, path), tz: io.env("TZ") });
  const zoneOf = (name: ZoneName) => zones.of(name);
  const from = written === undefined ? now : readTime(written, { now, zoneOf });
  if (from === undefined) {
    io.err(
      `dinit calendar: Cannot read the time "${printable(written ?? "")}": write ` +
        '"2026-12-01 02:00:00", perhaps with a time zone, "@SECONDS" or "now"\n',
    );
    return 1;
  }
  const views: CalendarView[] = [];
  let status: ExitCode = 0;
  for (const text of expressions) {
    const view = viewOf(text, { zones, from, count });
    if ("kind" in view) {
      reportFault(text, view, io);
      status = 1;
    } else {
      views.push(view);
    }
  }
  const local = zones.of({ kind: "local" });
  const zone = local ?? { at: () => ({ offsetSeconds: 0, abbreviation: "UTC" }) };
  if (json) {
    const plain = views.map(({ times, ...view }) => ({
      ...view,
      times: times.map((time) => isoText(time, zone)),
    }));
    io.out(`${JSON.stringify(plain, undefined, 2)}\n`);
    return status;
  }
  for (const { expression, normalForms, times } of views) {
    const lines = [
      printable(expression),
      ...normalForms.map((form) => `  Normal form  ${form}`),
      ...times.map((time) => `  Next         ${timeText(time, zone)}, ${untilText(time - now)}`),
      ...times.length < count ? ["  Next         never"] : [],
    ];
    io.out(`${lines.join("\n")}\n`);
  }
  return status;
}

function viewOf(
  text: string,
  { zones, from, count }: { readonly zones: Zones; readonly from: number; readonly count: number },
): CalendarView | CalendarFault {
  const read = isCrontab(text) ? readCron(text) : readCalendar(text);
  if ("kind" in read) return read;
  const expressions: readonly CalendarExpression[] = "zone" in read ? [read] : read;
  const dated = [];
  for (const expression of expressions) {
    const zone = zones.of(expression.zone);
    if (zone === undefined) return unknownZone(text, expression.zone);
    dated.push({ expression, zone });
  }
  const times: number[] = [];
  let after = from;
  while (times.length < count) {
    const next = dated.map(({ expression, zone }) => nextMatch(expression, after, zone));
    const first = Math.min(...next.map((time) => time ?? Infinity));
    if (first === Infinity) break;
    times.push(first);
    after = first;
  }
  return { expression: text, normalForms: expressions.map(normalForm), times };
}

/** Five fields, or `@daily`; `@` and a number is a point in time. */
function isCrontab(text: string): boolean {
  return /^\s*@[A-Za-z]/.test(text) || text.trim().split(/[ \t]+/).length >= 5;
}

function unknownZone(text: string, zone: ZoneName): CalendarFault {
  const name = zone.kind === "named" ? zone.name : "";
  return {
    kind: "fault",
    offset: text.length - name.length,
    why: `There is no time zone "${name}" here`,
    hint:
      "Zones have names such as Europe/Berlin; they are files in /usr/share/zoneinfo (package tzdata)",
  };
}

function reportFault(text: string, { offset, why, hint }: CalendarFault, io: ClientIo): void {
  const shown = printable(text);
  io.err(`dinit calendar: Cannot read "${shown}": column ${offset + 1}: ${why}\n`);
  if (shown === text) io.err(`    ${shown}\n    ${" ".repeat(offset)}^\n`);
  if (hint !== undefined) io.err(`    hint: ${hint}\n`);
}

function readBytes(io: ClientIo, path: string): Uint8Array | undefined {
  const file = io.files.read(path);
  return file.kind === "contents" ? file.bytes : undefined;
}
