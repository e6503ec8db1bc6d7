/** Writes the completions of the shells in docs/completions from the tables of options and verbs. */
import { completionFiles } from "./completions/files.ts";

if (import.meta.main) {
  for (const [name, text] of completionFiles()) {
    Deno.writeTextFileSync(new URL(`../docs/completions/${name}`, import.meta.url), text);
  }
}
