/** Writes the manual pages in docs/man from the tables of options, verbs and settings. */
import { manualFiles } from "./manual/pages.ts";

if (import.meta.main) {
  for (const [name, text] of manualFiles()) {
    Deno.writeTextFileSync(new URL(`../docs/man/${name}`, import.meta.url), text);
  }
}
