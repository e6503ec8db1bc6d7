/**
 * Loads a part of the program, in the executable: what `import()` of its module becomes
 * (`program_parts.ts`).
 *
 * As a script and not as a module, because V8 takes a script's code from a cache: reading 600 kB of
 * text to the last line took 16 ms of the 81 from exec until ready, taking them from the cache
 * takes 3. The cache is in the executable, so nobody but the build can have written it; V8 refuses
 * one that another version or other flags made, and then reads the text.
 */
import { Script } from "node:vm";

/** The part's code, not yet run. @param name As the build named it. */
export function openPart(name: string): Script {
  const folder = import.meta.dirname;
  const bytes = Deno.readFileSync(`${folder}/${name}.js`);
  const text = new TextDecoder().decode(bytes);
  // The build always puts one there, empty where it cannot make it: a path that is not in the
  // executable would be looked for in the file system.
  const cachedData = Deno.readFileSync(`${folder}/${name}.cache`);
  const filename = `${name}.js`;
  const script = new Script(
    text,
    cachedData.length === 0 ? { filename } : { filename, cachedData },
  );
  // 1.2 MB, which nobody would collect for a long time.
  for (const { buffer } of [bytes, cachedData]) buffer.transfer(0);
  return script;
}

/** Runs the part's first lines. @returns What its module exports. */
export function loadPart(name: string): unknown {
  return openPart(name).runInThisContext();
}
