/**
 * The `run` script of a service directory, where it only prepares one program and becomes it: then
 * the program is the command, and what prepares it are settings.
 *
 * Sources: chpst(8), runsv(8), svlogd(8) of runit; s6-setuidgid, s6-envdir, s6-softlimit, execlineb
 * of s6 and execline. Anything else in a script is left to it: it is run as it stands.
 */
import { directoryPart } from "../../description/mod.ts";
import { joinPath } from "../../paths.ts";
import { type Effect, lost } from "../rows.ts";
import { ourWord, type ShellWord, splitShellWords } from "../shell_words.ts";

/** What a script comes to. */
export interface RunScript {
  /** Comment lines of the script. */
  readonly comments: readonly string[];
  readonly effects: readonly Effect[];
}

/** The variables of a folder with a file for each, as envdir reads it; undefined: there is none. */
export type VariablesIn = (folder: string) => ReadonlyMap<string, string> | undefined;

/** @param path Path of the script, in the service's directory. */
export function readRunScript(text: string, path: string, variablesIn: VariablesIn): RunScript {
  const plain = plainScript(text, { directory: directoryPart(path), variablesIn });
  if (plain !== undefined) return plain;
  return { comments: [], effects: [{ kind: "set", key: "command", value: [path] }] };
}

interface ScriptPlace {
  readonly directory: string;
  readonly variablesIn: VariablesIn;
}

/** @returns undefined when only a shell can tell what it does. */
function plainScript(text: string, place: ScriptPlace): RunScript | undefined {
  const [shebang = "", ...rest] = text.replaceAll("\\\n", " ").split("\n");
  const isShell = /^#!\s*(\/usr)?\/bin\/(env )?(sh|dash|bash)(\s+-e)?\s*$/.test(shebang);
  const isExecline = /^#!\s*\S*execlineb(\s+-[A-Za-z0-9]+)*\s*$/.test(shebang);
  if (!isShell && !isExecline) return undefined;
  const lines = rest.map((line) => line.trim()).filter((line) => line !== "");
  const comments = lines.filter((line) => line.startsWith("#"));
  const orders = lines.filter((line) => !line.startsWith("#"));
  const words = isShell ? shellOrders(orders) : execlineOrders(orders);
  if (words === undefined) return undefined;
  const effects = unwrapped(words, place);
  return effects && { comments, effects };
}

/** `exec 2>&1`, then one `exec PROGRAM`. */
function shellOrders(orders: readonly string[]): readonly ShellWord[] | undefined {
  const [last = "", ...others] = [...orders].reverse();
  if (!others.every((line) => /^(exec\s+2>&1|set\s+-e)$/.test(line))) return undefined;
  const command = last.replace(/\s+2>&1$/, "");
  if (!/^exec\s/.test(command)) return undefined;
  const split = splitShellWords(command);
  return split.kind === "words" ? split.words.slice(1) : undefined;
}

/** Words without blocks or substitution. */
function execlineOrders(orders: readonly string[]): readonly ShellWord[] | undefined {
  const text = orders.join(" ");
  if (/[{}$]/.test(text)) return undefined;
  const split = splitShellWords(text.replace(/[|&;<>()`*?[\]#~!]/g, "\\$&"));
  return split.kind === "words" ? split.words : undefined;
}

/** Programs that prepare and then become the next one, taken off as long as they are known. */
function unwrapped(
  words: readonly ShellWord[],
  place: ScriptPlace,
): readonly Effect[] | undefined {
  const effects: Effect[] = [];
  let rest = words;
  for (;;) {
    const [first, ...others] = rest;
    if (first === undefined) return undefined;
    const taken = prepare(first.text.slice(first.text.lastIndexOf("/") + 1), others, place);
    if (taken === undefined) break;
    if (taken.rest.length === 0) return undefined;
    effects.push(...taken.effects);
    rest = taken.rest;
  }
  const [program, ...others] = rest;
  if (program === undefined || !isProgram(program)) return undefined;
  const path = program.text.startsWith("./")
    ? { ...program, text: joinPath(place.directory, program.text.slice(2)), variables: [] }
    : program;
  return [{ kind: "set", key: "command", value: [path, ...others].map(ourWord) }, ...effects];
}

/** What a variable names may be nothing. */
function isProgram({ text, variables }: ShellWord): boolean {
  return text !== "" && !text.startsWith("-") && variables.length === 0;
}

interface Taken {
  readonly effects: readonly Effect[];
  readonly rest: readonly ShellWord[];
}

function prepare(
  program: string,
  words: readonly ShellWord[],
  place: ScriptPlace,
): Taken | undefined {
  const [first, second, third] = words.map(({ text }) => text);
  switch (program) {
    case "exec":
      return { effects: [], rest: words };
    case "fdmove":
      // Errors go where the output goes anyhow.
      return first === "-c" && second === "2" && third === "1"
        ? { effects: [], rest: words.slice(3) }
        : undefined;
    case "setuidgid":
    case "s6-setuidgid":
      return first === undefined || first.startsWith("-")
        ? undefined
        : { effects: asUser(first), rest: words.slice(1) };
    case "envdir":
    case "s6-envdir":
      return first === undefined || first.startsWith("-")
        ? undefined
        : { effects: environmentFolder(first, place), rest: words.slice(1) };
    case "cd":
    case "s6-cd":
      return first === undefined
        ? undefined
        : { effects: [{ kind: "set", key: "working-dir", value: first }], rest: words.slice(1) };
    case "nice":
      return first === "-n" && second !== undefined && /^-?[0-9]+$/.test(second)
        ? {
          effects: [{ kind: "set", key: "nice", value: Number(second) }],
          rest: words.slice(2),
        }
        : undefined;
    case "chpst":
      return chpst(words, place);
    default:
      return undefined;
  }
}

/** Options of chpst(8) that settings stand for; others leave the script as it is. */
function chpst(words: readonly ShellWord[], place: ScriptPlace): Taken | undefined {
  const effects: Effect[] = [];
  let index = 0;
  while (words[index]?.text.startsWith("-") === true) {
    const option = words[index]?.text ?? "";
    const value = words[index + 1]?.text ?? "";
    switch (option) {
      case "-u":
        effects.push(...asUser(value));
        break;
      case "-e":
        effects.push(...environmentFolder(value, place));
        break;
      case "-n":
        effects.push({ kind: "set", key: "nice", value: Number(value) });
        break;
      case "-o":
        effects.push({ kind: "set", key: "rlimit-nofile", value });
        break;
      case "-c":
        effects.push({ kind: "set", key: "rlimit-core", value });
        break;
      case "-d":
        effects.push({ kind: "set", key: "rlimit-data", value });
        break;
      case "-C":
        effects.push({ kind: "set", key: "working-dir", value: joinPath(place.directory, value) });
        break;
      case "-P":
        // A process group of its own it has anyhow.
        index += 1;
        continue;
      default:
        return undefined;
    }
    if (/^-[nocd]$/.test(option) && !/^-?[0-9]+$/.test(value)) return undefined;
    index += 2;
  }
  return { effects, rest: words.slice(index) };
}

/** `user:group` of chpst, which may begin with a colon for numbers. */
function asUser(value: string): readonly Effect[] {
  const [user = "", group] = value.replace(/^:/, "").split(":");
  const runAs = /^[0-9]+$/.test(user) ? Number(user) : user;
  const effects: Effect[] = [{ kind: "set", key: "run-as", value: runAs }];
  if (group !== undefined && group !== user) {
    effects.push(lost(`the group is the primary one of ${user}, not ${group}`, "some"));
  }
  return effects;
}

function environmentFolder(
  folder: string,
  { directory, variablesIn }: ScriptPlace,
): readonly Effect[] {
  const variables = variablesIn(joinPath(directory, folder.replace(/^\.\//, "")));
  if (variables !== undefined) {
    return [...variables].map(([key, value]) => ({
      kind: "put",
      table: "environment",
      key,
      value,
    }));
  }
  return [lost(`the variables of the folder ${folder}: put them into [environment]`, "much")];
}
