/** The reader of `start-pre` and its like: commands that run one after the other. */
import { splitWords } from "../text/words.ts";
import { elements, readText } from "./basic.ts";
import type { Value, ValueScope } from "./value.ts";

/** A command as written, variables not yet replaced. */
export interface WrittenSideCommand {
  /** Index in the list. */
  readonly index: number;
  readonly words: readonly string[];
  /** It stands as one text, which was divided at blanks. */
  readonly isText: boolean;
  readonly mayFail: boolean;
}

/** Records hold the place in a list as one byte. */
const MOST_COMMANDS = 255;

/**
 * A list of commands, each a text that is divided at blanks or a list of arguments. One whose
 * program has a dash before it may fail.
 */
export const sideCommands: Value<readonly WrittenSideCommand[]> = {
  name: "list of commands",
  native: "none",
  schema: {
    type: "array",
    items: {
      oneOf: [
        { type: "string", minLength: 1 },
        { type: "array", items: { type: "string" }, minItems: 1 },
      ],
    },
    maxItems: MOST_COMMANDS,
  },
  read(raw, scope) {
    const commands: WrittenSideCommand[] = [];
    let isFaulty = false;
    for (const [index, item] of elements(raw, scope)) {
      const command = readCommand(item, index, scope);
      if (command === undefined) isFaulty = true;
      else commands.push(command);
    }
    if (isFaulty || !Array.isArray(raw)) return undefined;
    if (commands.length <= MOST_COMMANDS) return commands;
    return scope.fail(`it has ${commands.length} commands, ${MOST_COMMANDS} are allowed`);
  },
};

function readCommand(
  raw: unknown,
  index: number,
  scope: ValueScope,
): WrittenSideCommand | undefined {
  const words = typeof raw === "string"
    ? readLine(raw, index, scope)
    : readWords(raw, index, scope);
  const [program, ...others] = words ?? [];
  if (program === undefined) return undefined;
  const mayFail = program.startsWith("-");
  const plain = mayFail ? program.slice(1) : program;
  if (plain === "") return scope.fail("the program is empty", { part: index });
  return { index, words: [plain, ...others], isText: typeof raw === "string", mayFail };
}

function readLine(raw: string, index: number, scope: ValueScope): readonly string[] | undefined {
  const line = readText(raw, scope, index);
  if (line === undefined) return undefined;
  const split = splitWords(line, "plain");
  if (split.kind === "fault") return scope.fail(split.why, { part: index, offset: split.offset });
  return split.words.length > 0 ? split.words : scope.fail("the program is empty", { part: index });
}

function readWords(raw: unknown, index: number, scope: ValueScope): readonly string[] | undefined {
  const allowed = 'a command is a text or a list: ["PROGRAM", "ARGUMENT"]';
  if (!Array.isArray(raw) || raw.length === 0) return scope.fail(allowed, { part: index });
  if (raw.every((word) => typeof word === "string" && !word.includes("\0"))) return raw;
  return scope.fail("each argument is a text in quotes, without NUL", { part: index });
}
