/**
 * Puts a set of services/ together in a folder: `npm run install-services -- alpine /etc/dinit.d`.
 */
import { isSetName, SET_NAMES, setEntries } from "./services/composition.ts";
import { writeSet } from "./services/write_set.ts";

const HELP = `Usage: npm run install-services -- SET DIR

Writes all files of a set into DIR, which is made if it is missing. Files that are there stay: if one of
them has the name of a file of the set, nothing is written.

Sets: ${SET_NAMES.join(", ")}
`;

/** A fault of the user's, told without a stack. */
class UsageError extends Error {}

function run(args: readonly string[]): void {
  // `deno task` hands the "--" on, `npm run` does not.
  const words = args[0] === "--" ? args.slice(1) : args;
  if (words.includes("--help") || words.includes("-h")) return console.log(HELP.trimEnd());
  const [name, folder, ...others] = words;
  if (name === undefined || folder === undefined || folder === "" || others.length > 0) {
    throw new UsageError("Name one set and one directory: npm run install-services -- linux DIR");
  }
  if (!folder.startsWith("/")) {
    throw new UsageError(`Cannot write a set to "${folder}": name an absolute directory`);
  }
  if (!isSetName(name)) {
    throw new UsageError(`There is no set "${name}": allowed are ${SET_NAMES.join(", ")}`);
  }
  const entries = setEntries(name);
  const taken = writeSet(entries, folder);
  if (taken.length > 0) {
    throw new UsageError(
      `Cannot write the set to ${folder}: it has files of the same names, which stay: ` +
        `${taken.join(", ")}. Move them away, or name another directory`,
    );
  }
  console.log(`Wrote ${entries.length} files to ${folder}.`);
}

if (import.meta.main) {
  try {
    run(Deno.args);
  } catch (error) {
    console.error(`install-services: ${error instanceof Error ? error.message : String(error)}`);
    Deno.exit(error instanceof UsageError ? 2 : 1);
  }
}
