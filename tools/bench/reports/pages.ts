/** Loads whose figures are a table and a picture of their own, beside the common table. */
import { bootPage } from "./boot_report.ts";
import { growthPage } from "./growth_report.ts";
import type { Page, PageName } from "./page.ts";

/**
 * Makes each from the medians of our program, by the figures' ids; undefined: nothing of it was
 * measured.
 */
export const PAGES: Readonly<
  Record<PageName, (medians: ReadonlyMap<string, number>) => Page | undefined>
> = { growth: growthPage, boots: bootPage };
