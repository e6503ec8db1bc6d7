/**
 * Names, numbers and groups of Linux's system calls. Their texts are divided when somebody first
 * asks: most managers have no service that filters calls.
 */
import { GROUPS, NUMBERS } from "./system_call_data.ts";

/** Processors that filters can be made for, as `Deno.build.arch` names them. */
export type Processor = "x86_64" | "aarch64";

type Numbers = Readonly<Record<Processor, number | undefined>>;

let table: ReadonlyMap<string, Numbers> | undefined;

function numbersByName(): ReadonlyMap<string, Numbers> {
  table ??= new Map(
    NUMBERS.split(" ").map((row) => {
      const [name = "", x86 = "", arm = ""] = row.split(":");
      return [name, { x86_64: asNumber(x86), aarch64: asNumber(arm) }];
    }),
  );
  return table;
}

function asNumber(text: string): number | undefined {
  return text === "" ? undefined : Number(text);
}

/** Whether a processor has a call of this name. */
export function isSystemCall(name: string): boolean {
  return numbersByName().has(name);
}

/** @returns undefined when the processor has no such call, or nobody has. */
export function systemCallNumber(name: string, processor: Processor): number | undefined {
  return numbersByName().get(name)?.[processor];
}

/** All names, of every processor. */
export function systemCallNames(): readonly string[] {
  return [...numbersByName().keys()];
}

/** Names of groups, each with its `@`. */
export function groupNames(): readonly string[] {
  return Object.keys(GROUPS);
}

/**
 * The calls of a group, those of the groups in it included; of a call, itself.
 *
 * @throws {RangeError} For a group that there is not.
 */
export function callsOf(word: string): readonly string[] {
  if (!word.startsWith("@")) return [word];
  const text = Object.hasOwn(GROUPS, word) ? GROUPS[word] : undefined;
  if (text === undefined) throw new RangeError(`No group of system calls: ${word}`);
  return [...new Set(text.split(" ").flatMap(callsOf))];
}
