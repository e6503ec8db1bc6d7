/** A table and a picture of some loads' own, beside the common table. */

/** What stands in docs/benchmarks.md for them. */
export interface Page {
  readonly text: string;
  /** An SVG. */
  readonly chart: string;
}

export type PageName = "growth" | "boots";
