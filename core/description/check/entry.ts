/** One service while it is checked, and what was found. */
import type { CheckedLink, Report } from "./links.ts";
import type { Dependency } from "../contract/description.ts";
import type { Problem } from "../contract/problem.ts";
import type { Draft } from "../load/read.ts";

/** One thing found, and whether it makes the check fail. */
export interface Finding {
  readonly problem: Problem;
  readonly counts: boolean;
}

/** A finding that only several services together have. */
export interface SecondaryFinding {
  readonly service: string;
  readonly finding: Finding;
}

/** Where a service was named first; undefined: on the command line. */
export type Reference = Report | undefined;

/** A service that is checked. */
export interface Entry {
  readonly name: string;
  readonly reference: Reference;
  readonly findings: Finding[];
  file: string | undefined;
  draft: Draft | undefined;
  isUnloadable: boolean;
  /** With the services of its directories. */
  dependencies: Dependency[];
  readonly links: CheckedLink[];
}

/** An entry about which nothing is known yet. */
export function newEntry(name: string, reference: Reference): Entry {
  return {
    name,
    reference,
    findings: [],
    file: undefined,
    draft: undefined,
    isUnloadable: false,
    dependencies: [],
    links: [],
  };
}
