/**
 * What becomes of a directive of another init system: one row each, for the converter, its report
 * and the table in docs/coming-from-systemd.md.
 *
 * A row that needs settings which this program does not have is "lost" until it has them: the
 * setting's row in the table of settings is all that must be added.
 */
import { SETTING_NAMES } from "./setting_names.ts";

/** How much is lost: nobody will notice; somebody may; the service is another one without it. */
export type Weight = "little" | "some" | "much";

/** A value in TOML. */
export type TomlValue =
  | (string | number | boolean)
  | readonly TomlValue[]
  | { readonly [key: string]: TomlValue };

/** What a directive does to the description. */
export type Effect =
  /** A setting; a later one of the same key replaces the value where it stands. */
  | { readonly kind: "set"; readonly key: string; readonly value: TomlValue }
  /** Elements of a list; those that it has already are left out. */
  | { readonly kind: "add"; readonly key: string; readonly values: readonly TomlValue[] }
  /** A key of a table, which comes after all settings. */
  | {
    readonly kind: "put";
    readonly table: string;
    readonly key: string;
    readonly value: TomlValue;
  }
  /** A table of a list of tables, such as `[[socket]]`. */
  | {
    readonly kind: "append";
    readonly table: string;
    readonly entries: { readonly [key: string]: TomlValue };
  }
  /** A comment line. */
  | { readonly kind: "comment"; readonly text: string }
  | Lost;

/** It has no counterpart. */
export interface Lost {
  readonly kind: "lost";
  /** What is lost, a sentence without its end that may follow a colon. */
  readonly what: string;
  readonly weight: Weight;
  /** Of a row: values that ask for nothing, so that nothing is lost. */
  readonly isVoid?: (value: string) => boolean;
}

/** Nothing is lost without it. */
export interface Irrelevant {
  readonly kind: "irrelevant";
  /** Why, likewise. */
  readonly why: string;
}

export interface Mapped<Context, Value = string> {
  readonly kind: "mapped";
  /** What it becomes, in Markdown, for people. */
  readonly to: string;
  /** Settings without which it is lost: `umask`. */
  readonly needs: readonly string[];
  /** What is lost while one of them is missing. */
  readonly until: Lost | undefined;
  /** One assignment → what it does. No effect at all: the value asks for nothing. */
  convert(value: Value, context: Context): readonly Effect[];
}

export type Fate<Context, Value = string> = Mapped<Context, Value> | Irrelevant | Lost;

/** A row of the table of a kind of file. */
export interface Row<Context, Value = string> {
  /** Section that it stands in, without brackets; "" where there are none. */
  readonly section: string;
  readonly name: string;
  /** Given again it adds, and an empty value empties the list; otherwise the last one counts. */
  readonly isList: boolean;
  readonly fate: Fate<Context, Value>;
}

/** What a row comes to with the settings that there are. */
export function settledFate<Context, Value>(
  { fate }: { readonly fate: Fate<Context, Value> },
): Fate<Context, Value> {
  if (fate.kind !== "mapped" || fate.needs.every((key) => SETTING_NAMES.has(key))) return fate;
  return fate.until ?? lost(`there is no ${fate.needs.join(", ")}`, "some");
}

/** Makes a {@link Lost}. */
export function lost(what: string, weight: Weight): Lost {
  return { kind: "lost", what, weight };
}

/** Makes an {@link Irrelevant}. */
export function irrelevant(why: string): Irrelevant {
  return { kind: "irrelevant", why };
}
