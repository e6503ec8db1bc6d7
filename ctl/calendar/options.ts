/** The options of `dinit calendar` as a table, and its command line. */
import {
  adds,
  type Draft,
  keeps,
  type OptionRow,
  readWords,
  sets,
} from "../../core/program/command_line.ts";
import {
  faulty,
  type FaultyEnd,
  grammarOf,
  HELP_OPTION,
  type HelpEnd,
} from "../words/common_options.ts";
import { optionColumns } from "../words/option_columns.ts";

export interface CalendarOptions {
  readonly expressions: readonly string[];
  /** As it was written; undefined: now. */
  readonly from: string | undefined;
  /** Times to be told of each expression. */
  readonly count: number;
  readonly json: boolean;
}

type CalendarEnd = HelpEnd | FaultyEnd;

export type ParsedCalendarLine =
  | { readonly kind: "run"; readonly options: CalendarOptions }
  | CalendarEnd;

const PROGRAM = "dinit calendar";
/** More nobody reads, and a program asks again. */
const MOST_TIMES = 10_000;

export const CALENDAR_OPTIONS: readonly OptionRow<Draft<CalendarOptions>, CalendarEnd>[] = [
  {
    names: ["-f", "--from"],
    argument: "TIME",
    help: 'count from TIME: "2026-12-01 02:00 UTC", "@SECONDS" (default: now)',
    take: keeps("from"),
  },
  {
    names: ["-n", "--count"],
    argument: "N",
    help: "print the next N times (default: 1)",
    take: (draft, word) => {
      const count = /^[0-9]{1,5}$/.test(word) ? Number(word) : 0;
      if (count < 1 || count > MOST_TIMES) {
        return faulty(PROGRAM, `${word} is no number from 1 to ${MOST_TIMES}`);
      }
      draft.count = count;
      return undefined;
    },
  },
  { names: ["--json"], help: "print JSON", take: sets("json", true) },
  HELP_OPTION,
];

const GRAMMAR = grammarOf(PROGRAM, CALENDAR_OPTIONS, adds("expressions"));

/** Reads the words that follow the program's name. Pure. */
export function parseCalendarLine(words: readonly string[]): ParsedCalendarLine {
  const options: Draft<CalendarOptions> = {
    expressions: [],
    from: undefined,
    count: 1,
    json: false,
  };
  const end = readWords(words, options, GRAMMAR);
  if (end !== undefined) return end;
  if (options.expressions.length === 0) return faulty(PROGRAM, "an expression is missing");
  return { kind: "run", options };
}

/** Help of the program. */
export function calendarHelp(): string {
  return "Usage: dinit calendar [options] EXPRESSION...\n\n" +
    "Prints the normal form of calendar expressions and their next times. An expression is one of systemd's\n" +
    '("Mon..Fri 02:00", "*-*~1", "daily UTC"), or crontab\'s five fields in one word ("*/5 * * * *").\n' +
    "Exits with 0, or with 1 when an expression cannot be read.\n\n" +
    `Options:\n${optionColumns(CALENDAR_OPTIONS, 22)}`;
}
