/**
 * Value: one kind of setting value. How it is read from TOML, what upstream's format writes for it,
 * and its JSON schema stand side by side, so that reader, converter, schema and manual cannot drift
 * apart.
 */
import { quote } from "../contract/problem.ts";
import type { UserDatabase } from "../contract/users.ts";

/** A JSON schema, as data. */
export type JsonSchema = { readonly [key: string]: unknown };

/**
 * How upstream's format writes the value, once quotes and comments are dealt with: `text` the words
 * joined by blanks, `words` each word for itself, `item` one more element of a list (the text).
 */
export type NativeForm =
  | "text"
  | "words"
  | "item"
  | "boolean"
  | "restart"
  | "integer"
  | "time"
  | "mode"
  | "user"
  | "env-file"
  | "none";

/** Which part of a value a fault is about, and what to do. */
export interface FaultOptions {
  /** Index of a list's element or key of a table; without it the whole value is meant. */
  readonly part?: string | number;
  /** Within a part that is a table or a list: the key or index meant. */
  readonly inner?: string | number;
  /** The key is meant, not what it is set to. */
  readonly isKey?: boolean;
  /** Index of the character meant, in a text. */
  readonly offset?: number;
  readonly hint?: string | undefined;
}

/** What a reader may ask and where it reports, for the setting being read. */
export interface ValueScope {
  readonly users: UserDatabase;
  /** Reports a fault in the value. @returns undefined, so that a reader can return the call. */
  fail(why: string, options?: FaultOptions): undefined;
  /** Reports a doubt; the value is used. */
  warn(why: string, options?: FaultOptions): void;
  /** Pre-load substitution; reports its own faults. */
  substitute(text: string, part?: string | number): string | undefined;
}

/** A kind of value whose reader gives a `T`. */
export interface Value<T> {
  /** What the manual calls it: "time", "list of service names". */
  readonly name: string;
  readonly native: NativeForm;
  readonly schema: JsonSchema;
  /** @returns undefined when a fault was reported. */
  read(raw: unknown, scope: ValueScope): T | undefined;
}

/** A value as it would be written in TOML, shortened, for messages. */
export function show(raw: unknown): string {
  if (typeof raw === "string") return quote(raw);
  if (typeof raw === "bigint") return String(raw);
  if (raw instanceof Date) return "a date";
  if (Array.isArray(raw)) {
    const shown = raw.slice(0, 4).map(show).join(", ");
    return raw.length > 4 ? `[${shown}, …]` : `[${shown}]`;
  }
  if (typeof raw === "object" && raw !== null) return "{ … }";
  return String(raw);
}
