/** The options of `dinit convert` as a table, and its command line. */
import {
  adds,
  ends,
  type Grammar,
  keeps,
  optionIn,
  type OptionRow,
  optionUsage,
  readWords,
  sets,
  type WordFault,
} from "../../core/command_line.ts";

/** Where the results go: printed, beside their sources, or into a directory. */
export type Destination =
  | { readonly kind: "print" }
  | { readonly kind: "beside" }
  | { readonly kind: "directory"; readonly path: string };

type ConvertEnd =
  | { readonly kind: "help" }
  | { readonly kind: "faulty"; readonly line: string };

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
  { names: ["-h", "--help"], help: "print this help", take: ends({ kind: "help" }) },
];

const SEE_HELP = "see 'dinit convert --help'.";

const GRAMMAR: Grammar<ConvertDraft, ConvertEnd> = {
  option: optionIn(CONVERT_OPTIONS),
  operand: adds("paths"),
  fault: (fault) => faulty(faultText(fault)),
};

/** Reads the words that follow the program's name. Pure. */
export function parseConvertLine(words: readonly string[]): ParsedConvertLine {
  const draft: ConvertDraft = { paths: [], writesBeside: false, directory: undefined };
  const end = readWords(words, draft, GRAMMAR);
  if (end !== undefined) return end;
  if (draft.paths.length === 0) return faulty("a file or directory is missing");
  return { kind: "run", paths: draft.paths, destination: destinationOf(draft) };
}

function destinationOf({ directory, writesBeside }: ConvertDraft): Destination {
  if (directory !== undefined) return { kind: "directory", path: directory };
  return { kind: writesBeside ? "beside" : "print" };
}

function faulty(text: string): ConvertEnd {
  return { kind: "faulty", line: `${text}; ${SEE_HELP}` };
}

function faultText(fault: WordFault): string {
  switch (fault.kind) {
    case "empty":
      return "a word of the command line is empty";
    case "unknown-option":
      return `unknown option '${fault.word}'`;
    case "no-argument":
      return `option '${fault.word}' needs an argument`;
  }
}

/** Help of the program. */
export function convertHelp(): string {
  const rows = CONVERT_OPTIONS.map((option) =>
    `  ${optionUsage(option).padEnd(20)}  ${option.help}\n`
  );
  return "Usage: dinit convert [options] FILE|DIR...\n\n" +
    "Writes service descriptions in upstream's format as TOML, with the same meaning and all comments.\n" +
    "Of a directory, every file whose name is that of a service is converted. Existing files are kept.\n\n" +
    `Options:\n${rows.join("")}`;
}
