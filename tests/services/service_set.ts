/**
 * A folder of service descriptions: what it holds, how the check judges it,
 * and what waits for what in it.
 */
import { checkServices } from "../../core/description/check/check.ts";
import { loadClosure } from "../../core/description/load/closure.ts";
import type { ServiceDescription } from "../../core/description/contract/description.ts";
import type { DescriptionFiles } from "../../core/description/contract/files.ts";
import type { Probe } from "../../core/description/check/probe.ts";
import { formatProblem } from "../../core/description/contract/problem.ts";
import { parseUserDatabase } from "../../core/description/contract/users.ts";

/** Files as they are. */
const FILES: DescriptionFiles = {
  read(path) {
    try {
      const bytes = Deno.readFileSync(path);
      return { kind: "contents", bytes, modifiedSeconds: 0, modifiedNanoseconds: 0 };
    } catch {
      return { kind: "missing" };
    }
  },
  list(path) {
    try {
      return { kind: "names", names: [...Deno.readDirSync(path)].map((entry) => entry.name) };
    } catch (error) {
      return { kind: "unreadable", why: String(error) };
    }
  },
  exists(path) {
    try {
      Deno.statSync(path);
      return true;
    } catch {
      return false;
    }
  },
  realDirectory: () => undefined,
};

const USERS = parseUserDatabase("root:x:0:0:root:/root:/bin/sh\n", "root:x:0:\n");

/** One set, and what the system has that it is made for. */
export interface ServiceSet {
  /** Where it is complete. */
  readonly folder: string;
  /** Services that nothing of the set names, and which begin a start. */
  readonly roots: readonly string[];
  /**
   * Programs that the descriptions may name: they are there on that system, not necessarily here.
   */
  readonly programs: readonly string[];
}

/**
 * Everything `dinit check` would say about the set on its own system, as text; empty when nothing.
 */
export function complaints(set: ServiceSet): string[] {
  const report = checkServices(set.roots, {
    directories: [set.folder],
    files: FILES,
    users: USERS,
    managerUid: 0,
    environment: new Map(),
    isOnline: false,
    probe: probeOf(set),
  });
  const found = [
    ...report.services.flatMap((service) => service.findings),
    ...report.secondary.map(({ finding }) => finding),
  ].map(({ problem }) => formatProblem(problem));
  const cycle = report.cycle?.map(({ name }) => name).join(" -> ");
  return cycle === undefined ? found : [...found, `Circle: ${cycle}`];
}

/** Paths of the set are looked at; programs are as the set says; other folders are there. */
function probeOf(set: ServiceSet): Probe {
  return (path) => {
    if (set.programs.includes(path)) return { kind: "file", isExecutable: true };
    if (path === "/" || isDirectory(path)) return { kind: "directory" };
    return { kind: "none", why: "the set's system has no such program" };
  };
}

/** All descriptions that the roots lead to, loaded as the manager loads them. */
export function load(set: ServiceSet): ReadonlyMap<string, ServiceDescription> {
  const loaded = new Map<string, ServiceDescription>();
  for (const root of set.roots) {
    const result = loadClosure(root, {
      directories: [set.folder],
      files: FILES,
      users: USERS,
      managerUid: 0,
      environment: new Map(),
      isLoaded: (name) => loaded.has(name),
    });
    if (result.kind !== "loaded") throw new Error(JSON.stringify(result, undefined, 2));
    for (const description of result.descriptions) loaded.set(description.name, description);
  }
  return loaded;
}

/** Services that are started when this one is: itself and all its dependencies. */
export function startedBy(
  root: string,
  loaded: ReadonlyMap<string, ServiceDescription>,
): ReadonlySet<string> {
  return reach(root, (name) => loaded.get(name)?.dependencies.map((each) => each.name) ?? []);
}

/** Services that a start of this one waits for, orderings included. */
export function waitedForBy(
  name: string,
  loaded: ReadonlyMap<string, ServiceDescription>,
): ReadonlySet<string> {
  return reach(name, (each) => {
    const description = loaded.get(each);
    if (description === undefined) return [];
    const ordered = [...loaded.values()].filter(({ before }) => before.includes(description.name));
    return [
      ...description.dependencies.map((dependency) => dependency.name),
      ...description.after,
      ...ordered.map((other) => other.name),
    ];
  });
}

function reach(start: string, next: (name: string) => readonly string[]): ReadonlySet<string> {
  const met = new Set<string>();
  const open = [start];
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    if (met.has(name)) continue;
    met.add(name);
    open.push(...next(name));
  }
  return met;
}

/** Names of the files in a folder, sorted; empty when it is not there. */
export function filesIn(folder: string): string[] {
  if (!isDirectory(folder)) return [];
  return [...Deno.readDirSync(folder)]
    .filter((entry) => entry.isFile)
    .map((entry) => entry.name)
    .sort();
}

function isDirectory(path: string): boolean {
  try {
    return Deno.statSync(path).isDirectory;
  } catch {
    return false;
  }
}
