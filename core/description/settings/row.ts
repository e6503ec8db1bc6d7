/**
 * What a row of the table of settings says, and what many rows have in common. The rows are in
 * `rows/`, a file for each subject.
 */
import type { ServiceType } from "../contract/description.ts";
import { BY_ALL, type ServedBy } from "./served_by.ts";
import type { Value } from "../values/value.ts";

/** One row of the table. */
export interface Setting<T = unknown> {
  readonly value: Value<T>;
  /** The default in words; undefined: none. */
  readonly default: string | undefined;
  /** Service types on which it has an effect. */
  readonly types: readonly ServiceType[];
  /**
   * Set on another type: the check says so (lint), nobody does (ignored), or the load fails
   * (error).
   */
  readonly elsewhere: "ignored" | "lint" | "error" | "none";
  /** When variables are replaced: while reading, after the whole description is read, never. */
  readonly substitution: "pre" | "post" | "none";
  /** What a relative path is resolved against. */
  readonly base: PathBase | undefined;
  /** Given twice in upstream's format: replaces, adds, or replaces with `+=` allowed to append. */
  readonly repeated: "replaces" | "adds" | "appends";
  /** When a reload of a service that is not stopped takes effect, in words. */
  readonly reload: string;
  /** Other managers refuse to load a service that has it. */
  readonly servedBy: ServedBy;
  /** A form of the value that fewer can serve than the setting. */
  readonly form: SettingForm | undefined;
  readonly section: Section;
  /** One paragraph for the manual. */
  readonly about: string;
}

/**
 * A form of a setting's value, one `kind` of it, that not everybody can serve who serves the
 * setting.
 */
export interface SettingForm {
  readonly kind: string;
  /** As it is written. */
  readonly text: string;
  readonly servedBy: ServedBy;
  /** Why others cannot, a sentence without its end, and what to write instead. */
  readonly why: string;
  readonly hint: string;
}

/**
 * `cwd`: working directory of the manager. `real`: directory of the file, links resolved. `text`:
 * directory part of the file's path. `wd`: working directory of the service's process.
 */
export type PathBase = "cwd" | "real" | "text" | "wd";

/** Chapters of the manual, in order. */
export const SECTIONS = [
  "What is run",
  "Restart and time limits",
  "Readiness",
  "Health",
  "Dependencies and order",
  "Conditions",
  "Output",
  "Activation socket",
  "Timer",
  "Options",
  "Process attributes",
  "Sandbox",
  "For tools",
] as const;

export type Section = (typeof SECTIONS)[number];

/** All types of service. */
export const ALL = ["process", "bgprocess", "scripted", "internal", "triggered"] as const;
/** Types that have processes. */
export const RUN = ["process", "bgprocess", "scripted"] as const;
/** Types whose process is supervised. */
export const SUPERVISED = ["process", "bgprocess"] as const;

/** Rows by their keys: each is made when its setting is first met. */
export type Rows = Readonly<Record<string, () => Setting>>;

/** What differs from a usual row. */
export type Rest = Partial<Omit<Setting, "value" | "about" | "section">>;

/** A row of the table, usual but for `rest`. */
export function row<T>(section: Section, value: Value<T>, rest: Rest, about: string): Setting<T> {
  return {
    default: undefined,
    types: ALL,
    elsewhere: "none",
    substitution: "none",
    base: undefined,
    repeated: "replaces",
    reload: "at the next launch",
    servedBy: BY_ALL,
    form: undefined,
    ...rest,
    section,
    value,
    about,
  };
}

/** With an effect on types that have processes; the check says so of others. */
export const RUN_LINT: Rest = { types: RUN, elsewhere: "lint" };
/** The same, and nobody says so. */
export const RUN_IGNORED: Rest = { types: RUN, elsewhere: "ignored" };
/** The same for supervised processes. */
export const SUPERVISED_LINT: Rest = { types: SUPERVISED, elsewhere: "lint" };
/** The same for supervised processes, and nobody says so. */
export const SUPERVISED_IGNORED: Rest = { types: SUPERVISED, elsewhere: "ignored" };
/** A value that upstream's format does not have. */
export function tomlOnly<T>(value: Value<T>): Value<T> {
  return { ...value, native: "none" };
}

/** Largest number of the protocol's and the kernel's signed 32-bit fields. */
export const MAX_INT = 2147483647;
