/**
 * Fails when a module imports what its layer may not, or does what its layer may not:
 * `deno run -A tools/check_imports.ts [DIRECTORY]`. The rules are in `tools/imports/`.
 */
import { type Module, readModule } from "./imports/module.ts";
import { findBreaches } from "./imports/rules.ts";

/** Folders that hold no modules of ours. */
const SKIPPED = new Set(["node_modules", "dist"]);

/**
 * Reads all modules below a directory; folders whose names begin with a dot are left out.
 *
 * @param root Directory without a slash at the end; the modules' paths are relative to it.
 */
export async function readModules(root: string, folder = ""): Promise<readonly Module[]> {
  const modules: Module[] = [];
  for await (const entry of Deno.readDir(`${root}/${folder}`)) {
    const path = `${folder}${entry.name}`;
    if (entry.isDirectory && !entry.name.startsWith(".") && !SKIPPED.has(entry.name)) {
      modules.push(...await readModules(root, `${path}/`));
    } else if (entry.isFile && entry.name.endsWith(".ts")) {
      modules.push(readModule(path, await Deno.readTextFile(`${root}/${path}`)));
    }
  }
  return modules;
}

if (import.meta.main) {
  const root = Deno.args[0] ?? new URL("..", import.meta.url).pathname;
  const breaches = findBreaches(await readModules(root.replace(/\/$/, "")));
  for (const { path, line, message } of breaches) console.error(`${path}:${line}: ${message}`);
  if (breaches.length > 0) Deno.exit(1);
}
