/**
 * What may be meant by the name of a service that has no description: a name that is near, or a
 * file that is not what it seems to be.
 */
import { atOnce, type InTurns } from "../../in_turns.ts";
import { joinPath } from "../../paths.ts";
import type { DescriptionFiles } from "../contract/files.ts";
import { splitName } from "../contract/names.ts";
import { nearestNameInTurns } from "../text/near_miss.ts";
import { serviceOfEntry } from "../values/names.ts";

export type MeantService =
  | { readonly kind: "service"; readonly name: string }
  /** What is wrong with a file that is there; a sentence without its end. */
  | { readonly kind: "file"; readonly fault: string };

/** Endings that are no part of a service's name, here or with systemd. */
const ENDING = /\.(toml|service|socket|target|mount|conf|timer|path)$/;

/** Most services have fewer files; of each the system is asked. */
const LOOKS_IN_TURN = 16;

/** Looks through the directories; undefined when nothing there is like it. */
export function meantService(
  name: string,
  directories: readonly string[],
  files: DescriptionFiles,
): MeantService | undefined {
  return atOnce(meantServiceInTurns(name, directories, files));
}

/** The same in turns with others: there may be ten thousand files. */
export function* meantServiceInTurns(
  name: string,
  directories: readonly string[],
  files: DescriptionFiles,
): InTurns<MeantService | undefined> {
  const { base } = splitName(name);
  const known: string[] = [];
  let looks = 0;
  for (const directory of directories) {
    const listed = files.list(directory);
    if (listed.kind === "unreadable") continue;
    for (const entry of listed.names) {
      looks += 1;
      if (looks % LOOKS_IN_TURN === 0) yield;
      const path = joinPath(directory, entry);
      const service = serviceOfEntry(entry);
      if (service === `${base}@`) return { kind: "file", fault: templateFault(path, entry) };
      // Directories such as "web.d" are no services, however near their names.
      if (service === undefined || files.list(path).kind === "names") continue;
      if (service !== base) known.push(service);
      else if (!files.exists(path)) {
        return { kind: "file", fault: `${path} is a link that leads nowhere` };
      }
    }
  }
  const found = yield* nearestOf(base, known);
  return found === undefined ? undefined : { kind: "service", name: found };
}

/** The way of systemd. Here the argument is no part of the file's name, not even its sign. */
function templateFault(path: string, entry: string): string {
  return `${path} has to be called ${entry.replace("@", "")}: it serves every argument`;
}

function* nearestOf(
  base: string,
  known: readonly string[],
): InTurns<string | undefined> {
  const plain = base.replace(ENDING, "");
  if (known.includes(plain)) return plain;
  // Bytes that are no UTF-8 look alike when shown: such a name cannot be told from others.
  return yield* nearestNameInTurns(base, known.values().filter((each) => !each.includes("\ufffd")));
}
