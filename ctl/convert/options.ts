/** The options of `dinit convert` as a table, and its command line. */
import { adds, keeps, type OptionRow, readWords, sets } from "../../core/command_line.ts";
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

type ConvertEnd = HelpEnd | FaultyEnd;

export type ParsedConvertLine =
  | { readonly kind: "run"; readonly paths: readonly string[]; readonly destination: Destination }
  | ConvertEnd;

interface ConvertDraft {
  readonly paths: string[];
  writesBeside: boolean;
  /** Counts more than `writesBeside`. */
  directory: string | undefined;
}

export const CONVERT_OPTIONS: readonly OptionRow<ConvertDraft, ConvertEnd>[] = [
  {
    names: ["-w", "--write"],
    help: "write NAME.toml beside each NAME, instead of printing",
    take: sets("writesBeside", true),
  },
  {
    names: ["-o", "--output"],
    argument: "DIR",
    help: "write NAME.toml into DIR, instead of printing",
    take: keeps("directory"),
  },
  HELP_OPTION,
];

const PROGRAM = "dinit convert";
const GRAMMAR = grammarOf(PROGRAM, CONVERT_OPTIONS, adds("paths"));

/** Reads the words that follow the program's name. Pure. */
export function parseConvertLine(words: readonly string[]): ParsedConvertLine {
  const draft: ConvertDraft = { paths: [], writesBeside: false, directory: undefined };
  const end = readWords(words, draft, GRAMMAR);
  if (end !== undefined) return end;
  if (draft.paths.length === 0) return faulty(PROGRAM, "a file or directory is missing");
  return { kind: "run", paths: draft.paths, destination: destinationOf(draft) };
}

function destinationOf({ directory, writesBeside }: ConvertDraft): Destination {
  if (directory !== undefined) return { kind: "directory", path: directory };
  return { kind: writesBeside ? "beside" : "print" };
}

/** Help of the program. */
export function convertHelp(): string {
  return "Usage: dinit convert [options] FILE|DIR...\n\n" +
    "Writes service descriptions in upstream's format as TOML, with the same meaning and all comments.\n" +
    "Of a directory, every file whose name is that of a service is converted. Existing files are kept.\n\n" +
    `Options:\n${optionColumns(CONVERT_OPTIONS, 22)}`;
}
