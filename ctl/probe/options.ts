/** The options of `dinit probe` as a table, and its command line. */
import { type Draft, keeps, type OptionRow, readWords } from "../../core/program/command_line.ts";
import type { WantedAnswer } from "../../core/description/mod.ts";
import {
  faulty,
  type FaultyEnd,
  grammarOf,
  HELP_OPTION,
  type HelpEnd,
} from "../words/common_options.ts";
import { optionColumns } from "../words/option_columns.ts";

export interface ProbeOptions {
  readonly url: URL;
  readonly wanted: WantedAnswer;
  /** A file of certificates that are trusted besides the usual ones. */
  readonly authorities: string | undefined;
  readonly timeoutMs: number;
}

interface WrittenOptions {
  readonly url: string | undefined;
  readonly statuses: WantedAnswer["statuses"];
  readonly contains: string | undefined;
  readonly authorities: string | undefined;
  readonly timeoutMs: number;
}

type ProbeEnd = HelpEnd | FaultyEnd;

export type ParsedProbeLine = { readonly kind: "run"; readonly options: ProbeOptions } | ProbeEnd;

const PROGRAM = "dinit probe";
const DEFAULT_TIMEOUT_MS = 5000;

export const PROBE_OPTIONS: readonly OptionRow<Draft<WrittenOptions>, ProbeEnd>[] = [
  {
    names: ["-s", "--status"],
    argument: "LIST",
    help: "statuses that are good: 200-299,404 (default: 200-399)",
    take: (draft, word) => {
      const ranges = word.split(",").map((each) =>
        /^([1-5][0-9]{2})(?:-([1-5][0-9]{2}))?$/.exec(each)
      );
      if (ranges.includes(null)) {
        return faulty(PROGRAM, `${word} is no list of statuses, such as 200-299,404`);
      }
      draft.statuses = ranges.map((match) => {
        const [, from = "", to = from] = match ?? [];
        return [Number(from), Number(to)] as const;
      });
      return undefined;
    },
  },
  {
    names: ["-c", "--contains"],
    argument: "TEXT",
    help: "text that the first 64 kB of the body have to contain",
    take: keeps("contains"),
  },
  {
    names: ["--ca-file"],
    argument: "FILE",
    help: "certificates (PEM) that are trusted besides the usual ones",
    take: keeps("authorities"),
  },
  {
    names: ["-t", "--timeout"],
    argument: "SECONDS",
    help: "give up after SECONDS (default: 5)",
    take: (draft, word) => {
      const seconds = /^[0-9]{1,6}(\.[0-9]{1,3})?$/.test(word) ? Number(word) : 0;
      if (seconds <= 0) return faulty(PROGRAM, `${word} is no number of seconds above 0`);
      draft.timeoutMs = seconds * 1000;
      return undefined;
    },
  },
  HELP_OPTION,
];

const GRAMMAR = grammarOf<Draft<WrittenOptions>, ProbeEnd>(
  PROGRAM,
  PROBE_OPTIONS,
  (draft, word) => {
    if (draft.url !== undefined) return faulty(PROGRAM, "one URL is asked");
    draft.url = word;
    return undefined;
  },
);

/** Reads the words that follow the program's name. Pure. */
export function parseProbeLine(words: readonly string[]): ParsedProbeLine {
  const written: Draft<WrittenOptions> = {
    url: undefined,
    statuses: [[200, 399]],
    contains: undefined,
    authorities: undefined,
    timeoutMs: DEFAULT_TIMEOUT_MS,
  };
  const end = readWords(words, written, GRAMMAR);
  if (end !== undefined) return end;
  const { url, statuses, contains, authorities, timeoutMs } = written;
  if (url === undefined) return faulty(PROGRAM, "a URL is missing");
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (parsed === undefined || !/^https?:$/.test(parsed.protocol)) {
    return faulty(PROGRAM, `${url} is no URL of http or https`);
  }
  const wanted = { statuses, ...contains !== undefined && { contains } };
  return { kind: "run", options: { url: parsed, wanted, authorities, timeoutMs } };
}

/** Help of the program. */
export function probeHelp(): string {
  return "Usage: dinit probe [options] URL\n\n" +
    "Asks a server once, over http or https, and follows no redirection. It is what [readiness] and [liveness]\n" +
    "run for a URL of https. Exits with 0 when the answer is as wanted, otherwise with 1 and the reason.\n\n" +
    `Options:\n${optionColumns(PROBE_OPTIONS, 24)}`;
}
