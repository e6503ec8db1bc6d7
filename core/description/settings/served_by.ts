/**
 * Who can serve a setting: which systems have what it takes, and which ways to make children can
 * give it to one. Each row of the table of settings says it; `unserved_settings.ts` turns it into
 * what a certain manager cannot do.
 */
import type { System } from "../../types.ts";

/**
 * How a manager makes its children. `stub`: they run calls of ours before their program.
 * `posix_spawn`: the system makes them, and knows of no more than posix_spawn(3) does.
 */
export type Making = "stub" | "posix_spawn";

/** A setting is served where both hold. */
export interface ServedBy {
  readonly systems: readonly System[];
  readonly making: readonly Making[];
}

/** A manager, as far as settings need to know it. */
export interface ChildMaker {
  readonly os: System;
  readonly processMaking:
    | { readonly kind: "stub" }
    /** `why`: why there is no stub. */
    | { readonly kind: "posix_spawn"; readonly why: string };
}

const SYSTEMS = ["linux", "freebsd", "darwin"] as const;
const MAKING = ["stub", "posix_spawn"] as const;

/** What the manager does itself, or what posix_spawn has a term for. */
export const BY_ALL: ServedBy = { systems: SYSTEMS, making: MAKING };
/** What a child has to do itself, on any system. */
export const BY_STUB: ServedBy = { systems: SYSTEMS, making: ["stub"] };
/** What a child has to do itself, and only Linux's kernel has. */
export const BY_STUB_ON_LINUX: ServedBy = { systems: ["linux"], making: ["stub"] };
/** What the manager does itself, by what only Linux tells it. */
export const ON_LINUX: ServedBy = { systems: ["linux"], making: MAKING };
/** What needs to be told which process sent a message. */
export const WHERE_SENDERS_ARE_KNOWN: ServedBy = { systems: ["linux", "freebsd"], making: MAKING };

const SYSTEM_NAMES: Readonly<Record<System, string>> = {
  linux: "Linux",
  freebsd: "FreeBSD",
  darwin: "macOS",
};

/** How managers on a system make children where nothing is in the way. */
export function usualMaker(os: System): ChildMaker {
  return os === "darwin"
    ? { os, processMaking: { kind: "posix_spawn", why: "macOS has nothing else" } }
    : { os, processMaking: { kind: "stub" } };
}

/** Whether a manager can serve the whole table: no row asks for more (a test looks). */
export function servesAll({ os, processMaking }: ChildMaker): boolean {
  return os === "linux" && processMaking.kind === "stub";
}

/** Why a manager cannot serve it, a sentence without its end; undefined: it can. */
export function whyUnserved(servedBy: ServedBy, maker: ChildMaker): string | undefined {
  const { os, processMaking } = maker;
  if (processMaking.kind === "posix_spawn" && !servedBy.making.includes("posix_spawn")) {
    return `It can only use posix_spawn: ${processMaking.why}`;
  }
  if (servedBy.systems.includes(os)) return undefined;
  return `${SYSTEM_NAMES[os]} has nothing like it: leave the setting out there`;
}

/**
 * Systems that serve a setting or a word of `options`, for people: "Linux"; undefined: all that
 * there are.
 */
export function systemsText(
  { servedBy, form }: {
    readonly servedBy: ServedBy;
    readonly form?: { readonly text: string; readonly servedBy: ServedBy } | undefined;
  },
): string | undefined {
  const partly = form === undefined ? undefined : namesOf(form.servedBy);
  const most = namesOf(servedBy);
  return partly === undefined ? most : `${most ?? "all"}; for ${form?.text}: ${partly}`;
}

function namesOf(servedBy: ServedBy): string | undefined {
  const systems = SYSTEMS.filter((os) => whyUnserved(servedBy, usualMaker(os)) === undefined);
  if (systems.length === SYSTEMS.length) return undefined;
  return systems.map((os) => SYSTEM_NAMES[os]).join(", ");
}
