/** `dinit schema`: prints the JSON schema of description files, for editors. */
import { printable } from "../../core/text/printable.ts";
import { descriptionSchema } from "../../core/description/mod.ts";
import type { ClientIo } from "../interface/io.ts";
import type { ExitCode } from "../interface/report.ts";

const HELP = `Usage: dinit schema

Prints the JSON schema (draft 7) of service descriptions in TOML. Save it, and name it in the first line
of a description for editors that know this: #:schema ./dinit.schema.json
`;

/** Carries out one command line of `dinit schema`. */
export function runSchema(words: readonly string[], io: ClientIo): ExitCode {
  if (words.length === 1 && (words[0] === "--help" || words[0] === "-h")) {
    io.out(HELP);
    return 0;
  }
  if (words.length > 0) {
    io.err(
      `dinit schema: unknown argument '${printable(words[0] ?? "")}'; see 'dinit schema --help'.\n`,
    );
    return 1;
  }
  io.out(`${JSON.stringify(descriptionSchema(), undefined, 2)}\n`);
  return 0;
}
