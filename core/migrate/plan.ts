/**
 * What moving a machine comes to: everything that its init does, and what becomes of each, with a
 * reason; and the files that `/etc/dinit.d` gets for it.
 */
import type { Problem } from "../description/mod.ts";

/**
 * `set`: a service of our set does it. `converted`: it becomes a description. `by-hand`: a person
 * has to see to it. `not-needed`: nothing is lost without it.
 */
export const STANDINGS = ["set", "converted", "by-hand", "not-needed"] as const;

export type Standing = (typeof STANDINGS)[number];

/** Init systems that a machine can be moved from. */
export const INIT_KINDS = ["systemd", "openrc", "dinit"] as const;

export type InitKind = (typeof INIT_KINDS)[number];

/** How many lines of a unit have no counterpart, by how much that matters. */
export interface Losses {
  readonly much: number;
  readonly some: number;
  readonly little: number;
}

/** One thing that the machine's init does. */
export interface PlanItem {
  /** What it is: a kind of unit, `init-script`, `file-system`, `login`, `network`, … */
  readonly kind: string;
  /** As the machine calls it: `nginx.service`, `/home`. */
  readonly name: string;
  readonly standing: Standing;
  /** The service that does it; undefined: there is none. */
  readonly service: string | undefined;
  /** A sentence without its end. */
  readonly why: string;
  /** Of what was converted and is not whole. */
  readonly losses: Losses | undefined;
}

/** What a file is to hold. */
export type PlannedContent =
  /** Mode: 0755 for what can be run, 0644 for all else. */
  | { readonly kind: "text"; readonly text: string; readonly mode: number }
  | { readonly kind: "link"; readonly target: string };

/** A file of `/etc/dinit.d`. */
export interface PlannedFile {
  /** Relative to that folder. */
  readonly path: string;
  readonly content: PlannedContent;
}

export interface MachinePlan {
  readonly from: InitKind;
  /** Name of the set that the services are added to. */
  readonly set: string;
  readonly items: readonly PlanItem[];
  /** Sorted by path. */
  readonly files: readonly PlannedFile[];
  /** What could not be read. */
  readonly problems: readonly Problem[];
}

/** What one look at the machine gives. */
export interface Finding {
  readonly items: readonly PlanItem[];
  readonly files: readonly PlannedFile[];
  readonly problems: readonly Problem[];
}

/** Several findings as one. */
export function joinedFindings(parts: readonly Finding[]): Finding {
  return {
    items: parts.flatMap(({ items }) => items),
    files: parts.flatMap(({ files }) => files),
    problems: parts.flatMap(({ problems }) => problems),
  };
}

/** An item that needs no more than a sentence. */
export function item(
  kind: string,
  name: string,
  standing: Standing,
  why: string,
  service?: string,
): PlanItem {
  return { kind, name, standing, service, why, losses: undefined };
}
