/** Forms that rows of unit files have in common. */
import {
  type Effect,
  type Fate,
  type Lost,
  lost,
  type Row,
  type TomlValue,
  type Weight,
} from "../../rows.ts";
import { literalText, parseBoolean, type UnitContext, variableText, withText } from "./context.ts";
import { parseTimeSpan } from "../text/time_span.ts";

export type UnitRow = Row<UnitContext>;
export type UnitFate = Fate<UnitContext>;

/** A row whose last value counts. */
export function one(section: string, name: string, fate: UnitFate): UnitRow {
  return { section, name, isList: false, fate };
}

/** A row whose values add up, and that an empty value empties. */
export function list(section: string, name: string, fate: UnitFate): UnitRow {
  return { section, name, isList: true, fate };
}

/** Rows of several directives with the same fate. */
export function each(section: string, names: string, fate: UnitFate): readonly UnitRow[] {
  return names.split(" ").map((name) => one(section, name, fate));
}

/** What a row that waits for settings says, and what becomes of the value. */
interface MappedOptions {
  readonly needs?: readonly string[];
  readonly until?: Lost;
}

/** @param to What it becomes, in Markdown. */
export function mapped(
  to: string,
  convert: (value: string, context: UnitContext) => readonly Effect[],
  { needs = [], until }: MappedOptions = {},
): UnitFate {
  return { kind: "mapped", to, needs, until, convert };
}

/** What a value comes to that may make no sense: undefined is told as lost. */
export function setting(
  key: string,
  read: (value: string, context: UnitContext) => TomlValue | undefined,
  options: Omit<MappedOptions, "needs"> = {},
): UnitFate {
  return mapped(`\`${key}\``, (value, context) => {
    const read_ = read(value, context);
    return read_ === undefined ? [notUnderstood(value)] : [{ kind: "set", key, value: read_ }];
  }, { ...options, needs: [key] });
}

/** A key of `[cgroup]`. */
export function cgroupKey(
  key: string,
  read: (value: string) => TomlValue | undefined | Lost,
): UnitFate {
  return mapped(`\`[cgroup] ${key}\``, (value) => {
    const found = read(value);
    if (found === undefined) return [notUnderstood(value)];
    if (isLost(found)) return [found];
    return [{ kind: "put", table: "cgroup", key, value: found }];
  });
}

function isLost(value: TomlValue | Lost): value is Lost {
  return typeof value === "object" && !Array.isArray(value) && "kind" in value &&
    value.kind === "lost";
}

/** A path, or another text in which our reader replaces variables. */
export function textSetting(key: string, options: Omit<MappedOptions, "needs"> = {}): UnitFate {
  return mapped(
    `\`${key}\``,
    (value, context) =>
      withText(variableText(value, context), (text) => [{ kind: "set", key, value: text }]),
    { ...options, needs: [key] },
  );
}

/** A text that our reader takes as it stands. */
export function literalSetting(key: string, options: Omit<MappedOptions, "needs"> = {}): UnitFate {
  return mapped(
    `\`${key}\``,
    (value, context) =>
      withText(literalText(value, context), (text) => [{ kind: "set", key, value: text }]),
    { ...options, needs: [key] },
  );
}

/** A time limit: `infinity` is none, which is 0 with us. */
export function timeLimit(key: string): UnitFate {
  return setting(key, (value) => {
    const seconds = parseTimeSpan(value);
    return seconds === Infinity ? 0 : seconds;
  });
}

/** Lost, unless it says no. */
export function lostIfTrue(what: string, weight: Weight): Lost {
  return {
    ...lost(what, weight),
    isVoid: (value) => value === "" || parseBoolean(value) === false,
  };
}

/** Lost, unless it is one of these words. */
export function lostUnless(words: readonly string[], what: string, weight: Weight): Lost {
  return { ...lost(what, weight), isVoid: (value) => words.includes(value) };
}

/** What to say of a value that makes no sense, or that we do not know. */
export function notUnderstood(value: string): Lost {
  return lost(`the value ${JSON.stringify(value)} is not understood`, "some");
}
