/** Descriptions from text for tests: files in a map, a small user database, no real file system. */
import type { Abilities } from "../../../core/description/assemble/abilities.ts";
import { loadClosure, type LoadResult } from "../../../core/description/load/closure.ts";
import type { ServiceDescription } from "../../../core/description/contract/description.ts";
import { type DescriptionFiles, directoryPart } from "../../../core/description/contract/files.ts";
import { formatProblem, problemLine } from "../../../core/description/contract/problem.ts";
import { parseUserDatabase } from "../../../core/description/contract/users.ts";
import type { ServiceName } from "../../../core/types.ts";
import { fail } from "../../assert.ts";

export const USERS = parseUserDatabase(
  "root:x:0:0:root:/root:/bin/bash\nwww:x:33:34:www:/var/www:/bin/false\nalice:x:1000:1000::/home/alice:\n",
  "root:x:0:\nwww:x:34:\nadm:x:4:alice,www\naudio:x:29:www\nalice:x:1000:\n",
);

/** Text of a file; `null` a file that cannot be read; a list the names in a directory. */
export type FileMap = Readonly<Record<string, string | Uint8Array | null | readonly string[]>>;

export function memoryFiles(
  map: FileMap,
  links: Readonly<Record<string, string>> = {},
): DescriptionFiles {
  const at = (path: string) => map[links[path] ?? path];
  return {
    read(path) {
      const content = at(path);
      if (content === undefined) return { kind: "missing" };
      if (content === null) return { kind: "unreadable", why: "permission denied (EACCES)" };
      if (typeof content !== "string" && !(content instanceof Uint8Array)) {
        return { kind: "unreadable", why: "is a directory (EISDIR)" };
      }
      const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
      return { kind: "contents", bytes, modifiedSeconds: 1, modifiedNanoseconds: 2 };
    },
    list(path) {
      const content = at(path);
      if (Array.isArray(content)) return { kind: "names", names: content };
      const names = Object.keys(map).filter((file) => directoryPart(file) === path);
      if (names.length === 0) {
        return { kind: "unreadable", why: "no such file or directory (ENOENT)" };
      }
      return { kind: "names", names: names.map((file) => file.slice(path.length + 1)) };
    },
    exists: (path) => at(path) !== undefined,
    realDirectory: (path) => directoryPart(links[path] ?? path),
  };
}

export interface LoadOptions {
  readonly environment?: Readonly<Record<string, string>>;
  readonly directories?: readonly string[];
  readonly loaded?: readonly string[];
  /** Other names of what is loaded. */
  readonly aliases?: Readonly<Record<string, string>>;
  readonly links?: Readonly<Record<string, string>>;
  readonly managerUid?: number;
  readonly abilities?: Abilities;
}

function realName(name: string, { aliases }: LoadOptions): string {
  return aliases?.[name] ?? name;
}

/** Loads a service from files in memory; the search path is `/d` unless told. */
export function load(name: string, map: FileMap, options: LoadOptions = {}): LoadResult {
  return loadClosure(name, {
    directories: options.directories ?? ["/d"],
    files: memoryFiles(map, options.links),
    users: USERS,
    managerUid: options.managerUid ?? 0,
    environment: new Map(Object.entries(options.environment ?? {})),
    abilities: options.abilities,
    isLoaded: (service) => options.loaded?.includes(realName(service, options)) === true,
    nameOf: (service) => realName(service, options) as ServiceName,
  });
}

/** The description of a service `s` whose TOML file has this text. */
export function describe(
  text: string,
  options: LoadOptions & { name?: string } = {},
): ServiceDescription {
  return only(load(options.name ?? "s", { "/d/s.toml": text }, options));
}

/** The first description of a load that must go well. */
export function only(result: LoadResult): ServiceDescription {
  if (result.kind === "not-found") fail(`${result.name} was not found`);
  if (result.kind === "faulty") fail(result.problems.map((each) => formatProblem(each)).join("\n"));
  return result.descriptions[0] ?? fail("no description");
}

/** `LINE:COLUMN: severity: message` of each problem of a service `s` with this text. */
export function problems(
  text: string,
  options: LoadOptions & { name?: string; others?: FileMap } = {},
): string[] {
  return problemsOf(load(options.name ?? "s", { "/d/s.toml": text, ...options.others }, options));
}

export function problemsOf(result: LoadResult): string[] {
  if (result.kind === "not-found") return [`${result.name} was not found`];
  return result.problems.map((each) => problemLine(each).replace(/^\/d\/s(\.toml)?:/, ""));
}

/** The hints of each problem. */
export function hints(text: string): (string | undefined)[] {
  const result = load("s", { "/d/s.toml": text });
  return result.kind === "faulty" ? result.problems.map((each) => each.hint) : [];
}
