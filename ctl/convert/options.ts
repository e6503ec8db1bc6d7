/** The options of `dinit convert` as a table, and its command line. */
import { adds, keeps, type OptionRow, readWords, sets } from "../../core/program/command_line.ts";
import { SOURCE_KINDS, type SourceKind } from "../../core/convert/mod.ts";
import {
  faulty,
  type FaultyEnd,
  grammarOf,
  HELP_OPTION,
  type HelpEnd,
} from "../words/common_options.ts";
import { optionColumns } from "../words/option_columns.ts";

/** Where the results go: printed, beside their sources, or into a directory. */
export type Destination =
  | { readonly kind: "print" }
  | { readonly kind: "beside" }
  | { readonly kind: "directory"; readonly path: string };

/** What is told of the conversion. */
export type ReportForm = "none" | "text" | "json";

type ConvertEnd = HelpEnd | FaultyEnd;

export interface ConvertOrder {
  readonly paths: readonly string[];
  readonly destination: Destination;
  /** Undefined: by name or contents. */
  readonly from: SourceKind | undefined;
  /** Files that are there are replaced. */
  readonly replaces: boolean;
  readonly report: ReportForm;
}

export type ParsedConvertLine = { readonly kind: "run"; readonly order: ConvertOrder } | ConvertEnd;

interface ConvertDraft {
  readonly paths: string[];
  writesBeside: boolean;
  /** Counts more than `writesBeside`. */
  directory: string | undefined;
  from: SourceKind | undefined;
  replaces: boolean;
  reports: boolean;
  json: boolean;
}

const PROGRAM = "dinit convert";

export const CONVERT_OPTIONS: readonly OptionRow<ConvertDraft, ConvertEnd>[] = [
  {
    names: ["-w", "--write"],
    help: "write NAME.toml beside each source, instead of printing",
    take: sets("writesBeside", true),
  },
  {
    names: ["-o", "--output"],
    argument: "DIR",
    help: "write NAME.toml into DIR, which is made if need be, instead of printing",
    take: keeps("directory"),
  },
  {
    names: ["--from"],
    argument: "KIND",
    help: `what the files are: ${SOURCE_KINDS.join(", ")}`,
    take: (draft, word) => {
      draft.from = SOURCE_KINDS.find((kind) => kind === word);
      return draft.from === undefined
        ? faulty(PROGRAM, `there is no kind '${word}'; known are ${SOURCE_KINDS.join(", ")}`)
        : undefined;
    },
  },
  {
    names: ["--force"],
    help: "replace files that are there",
    take: sets("replaces", true),
  },
  {
    names: ["--report"],
    help: "tell what became of every line; without -o or -w nothing is written",
    take: sets("reports", true),
  },
  {
    names: ["--json"],
    help: "the report as JSON",
    take: sets("json", true),
  },
  HELP_OPTION,
];

const GRAMMAR = grammarOf(PROGRAM, CONVERT_OPTIONS, adds("paths"));

/** Reads the words that follow the program's name. Pure. */
export function parseConvertLine(words: readonly string[]): ParsedConvertLine {
  const draft: ConvertDraft = {
    paths: [],
    writesBeside: false,
    directory: undefined,
    from: undefined,
    replaces: false,
    reports: false,
    json: false,
  };
  const end = readWords(words, draft, GRAMMAR);
  if (end !== undefined) return end;
  if (draft.paths.length === 0) return faulty(PROGRAM, "a file or directory is missing");
  const { paths, from, replaces } = draft;
  return {
    kind: "run",
    order: {
      ...{ paths, from, replaces },
      destination: destinationOf(draft),
      report: draft.json ? "json" : draft.reports ? "text" : "none",
    },
  };
}

function destinationOf({ directory, writesBeside }: ConvertDraft): Destination {
  if (directory !== undefined) return { kind: "directory", path: directory };
  return { kind: writesBeside ? "beside" : "print" };
}

/** Help of the program. */
export function convertHelp(): string {
  return "Usage: dinit convert [options] FILE|DIR...\n\n" +
    "Writes services of other init systems as descriptions in TOML: units of systemd (with their\n" +
    "drop-ins), supervisord.conf, service directories of runit and s6, a Procfile, a Compose file, a\n" +
    "crontab; and descriptions in upstream's format, with the same meaning. Comments and order are kept.\n" +
    "What has no counterpart becomes a comment that says what is lost and how much it matters.\n" +
    "Existing files are kept.\n\n" +
    `Options:\n${optionColumns(CONVERT_OPTIONS, 22)}\n` +
    "Exit status: 0 when nothing is lost, 3 when something is, 1 when a file cannot be read.\n";
}
