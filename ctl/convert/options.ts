/** The options of `dinit convert` as a table, and its command line. */
import { addOption, type OptionRow, optionUsage, takeOption } from "../options.ts";

export type ConvertOptionId = "write" | "output" | "help";

export const CONVERT_OPTIONS: readonly OptionRow<ConvertOptionId>[] = [
  {
    id: "write",
    names: ["-w", "--write"],
    help: "write NAME.toml beside each NAME, instead of printing",
  },
  {
    id: "output",
    names: ["-o", "--output"],
    argument: "DIR",
    help: "write NAME.toml into DIR, instead of printing",
  },
  { id: "help", names: ["-h", "--help"], help: "print this help" },
];

/** Where the results go: printed, beside their sources, or into a directory. */
export type Destination =
  | { readonly kind: "print" }
  | { readonly kind: "beside" }
  | { readonly kind: "directory"; readonly path: string };

export type ParsedConvertLine =
  | { readonly kind: "run"; readonly paths: readonly string[]; readonly destination: Destination }
  | { readonly kind: "help" }
  | { readonly kind: "faulty"; readonly line: string };

const SEE_HELP = "see 'dinit convert --help'.";

/** Reads the words that follow the program's name. Pure. */
export function parseConvertLine(words: readonly string[]): ParsedConvertLine {
  const given = new Map<ConvertOptionId, readonly string[]>();
  const paths: string[] = [];
  for (let index = 0; index < words.length; index++) {
    const word = words[index] ?? "";
    if (word === "") {
      return { kind: "faulty", line: `a word of the command line is empty; ${SEE_HELP}` };
    }
    if (!word.startsWith("-")) {
      paths.push(word);
      continue;
    }
    const taken = takeOption(CONVERT_OPTIONS, words, index);
    if (taken.kind === "unknown") {
      return { kind: "faulty", line: `unknown option '${word}'; ${SEE_HELP}` };
    }
    if (taken.kind === "no-argument") {
      return { kind: "faulty", line: `option '${word}' needs an argument; ${SEE_HELP}` };
    }
    if (taken.row.id === "help") return { kind: "help" };
    addOption(given, taken.row, taken.argument);
    if (taken.argument !== undefined) index++;
  }
  if (paths.length === 0) {
    return { kind: "faulty", line: `a file or directory is missing; ${SEE_HELP}` };
  }
  const directory = given.get("output")?.at(-1);
  if (directory !== undefined) {
    return { kind: "run", paths, destination: { kind: "directory", path: directory } };
  }
  return { kind: "run", paths, destination: { kind: given.has("write") ? "beside" : "print" } };
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
