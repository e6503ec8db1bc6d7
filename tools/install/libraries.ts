/**
 * Whether the program's shared libraries are on the root file system: process 1 is started before
 * others are mounted.
 */
import { readDynamic } from "../build/elf/dynamic.ts";

/**
 * On the root file system. The first is for copies; the executable names it
 * (`tools/build/freebsd_image.ts`).
 */
const EARLY_FOLDERS: readonly string[] = ["/lib/dinit", "/lib"];
const LATE_FOLDERS: readonly string[] = ["/usr/lib", "/usr/local/lib"];

/** A library that may be missing when the machine starts. */
export interface LateLibrary {
  readonly name: string;
  /** Where it is now; undefined: nowhere that was looked at. */
  readonly path: string | undefined;
}

/**
 * Of the program, and of the libraries that it uses.
 *
 * @param read The bytes of a file; undefined when there is none.
 */
export function lateLibraries(
  program: string,
  read: (path: string) => Uint8Array | undefined,
): readonly LateLibrary[] {
  const late: LateLibrary[] = [];
  const seen = new Set<string>();
  const waiting = [program];
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    const bytes = read(path);
    if (bytes === undefined) continue;
    for (const name of readDynamic(bytes, path)?.needed ?? []) {
      if (seen.has(name)) continue;
      seen.add(name);
      const found = [...EARLY_FOLDERS, ...LATE_FOLDERS].map((folder) => `${folder}/${name}`)
        .find((candidate) => read(candidate) !== undefined);
      if (!EARLY_FOLDERS.some((folder) => found === `${folder}/${name}`)) {
        late.push({ name, path: found });
      }
      if (found !== undefined) waiting.push(found);
    }
  }
  return late;
}

/** Lines for the person who installs; none when all is well. */
export function libraryAdvice(late: readonly LateLibrary[]): readonly string[] {
  if (late.length === 0) return [];
  const missing = late.filter(({ path }) => path === undefined).map(({ name }) => name);
  const found = late.flatMap(({ path }) => path ?? []);
  return [
    "As process 1 the program needs its shared libraries on the root file system:",
    ...missing.map((name) => `  ${name} is not there at all`),
    ...(found.length === 0
      ? []
      : [`  mkdir -p ${EARLY_FOLDERS[0]} && cp ${found.join(" ")} ${EARLY_FOLDERS[0]}/`]),
  ];
}
