/**
 * Puts the tables of phases into a page, in place of what stands between the two marks.
 */
import { observe } from "./observe.ts";
import { phaseTables } from "./table.ts";

const BEGIN = "<!-- Made by `npm run generate`, from simulated runs. -->";
const END = "<!-- So far made. -->";

/**
 * @returns The page with the tables of today.
 * @throws {Error} When the marks are missing.
 */
export function withPhaseTables(page: string): string {
  const [begin, end] = [page.indexOf(BEGIN), page.indexOf(END)];
  if (begin < 0 || end < begin) throw new Error(`The page lacks "${BEGIN}" or, after it, "${END}"`);
  return `${page.slice(0, begin)}${BEGIN}\n\n${phaseTables(observe())}\n${page.slice(end)}`;
}
