/**
 * Readers for JSON that another wrote: each takes a value of any kind and gives one of its own
 * kind, or throws. They are put together into the reader of a whole (`plan_text.ts`, for example).
 */

export type Members = Readonly<Record<string, unknown>>;
export type Reader<Value> = (value: unknown) => Value;

/** @throws {RangeError} When it is no JSON. Likewise the others, for what is none of theirs. */
export function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw misread("JSON");
  }
}

export function members(value: unknown): Members {
  if (typeof value === "object" && value !== null) return value as Members;
  throw misread("members");
}

export function list<Value>(value: unknown, read: Reader<Value>): readonly Value[] {
  if (Array.isArray(value)) return value.map((item) => read(item));
  throw misread("a list");
}

export function textOf(value: unknown): string {
  if (typeof value === "string") return value;
  throw misread("a text");
}

export function numberOf(value: unknown): number {
  if (typeof value === "number") return value;
  throw misread("a number");
}

/** JSON has no word for what is undefined: the member is missing then. */
export function optional<Value>(value: unknown, read: Reader<Value>): Value | undefined {
  return value === undefined ? undefined : read(value);
}

export function oneOf<Word extends string>(value: unknown, words: readonly Word[]): Word {
  const word = words.find((each) => each === value);
  if (word === undefined) throw misread(words.join(" or "));
  return word;
}

function misread(what: string): RangeError {
  return new RangeError(`An answer has something else in place of ${what}`);
}
