/**
 * Fails when a module imports what its layer may not, or a rule on imports has lost what it was
 * for: `deno run -A tools/check_imports.ts`. The rules are in `tools/imports/`.
 */
import { readModules } from "./imports/graph.ts";
import { findBreaches, findIdleRules } from "./imports/rules.ts";

if (import.meta.main) {
  const modules = await readModules(new URL("..", import.meta.url).pathname.replace(/\/$/, ""));
  const breaches = [...findIdleRules(modules), ...findBreaches(modules)];
  for (const { path, line, message } of breaches) console.error(`${path}:${line}: ${message}`);
  if (breaches.length > 0) Deno.exit(1);
}
