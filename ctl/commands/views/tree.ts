/**
 * `tree`: what services depend on, as their files say, with the states that the manager tells.
 */
import type { ReportedStatus } from "../../../core/protocol/mod.ts";
import { serviceOfEntry } from "../../../core/description/mod.ts";
import type { TreeNode } from "../../interface/report.ts";
import { PAUSE, type Waiting } from "../../interface/waits.ts";
import type { Command } from "../lookup/context.ts";
import { serviceDirectories } from "../lookup/description_file.ts";
import { namedServices } from "../lookup/named_services.ts";
import {
  managerEnvironment,
  type ReadingContext,
  readingContext,
  readService,
} from "../lookup/read_service.ts";

/** One dependency of a service. */
interface Dependency {
  readonly kind: string;
  readonly name: string;
}

export const tree: Command = function* (context) {
  const { session, operands, io } = context;
  const named = yield* namedServices(context);
  if (operands.length > 0 && named.names.length === 0) return named.exit;
  const statuses = new Map((yield* session.list()).map(({ name, status }) => [name, status]));
  const directories = yield* serviceDirectories({ session });
  const reading = readingContext(yield* managerEnvironment(session), io);
  const loaded = [...statuses.keys()];
  const known = yield* dependenciesFrom(
    operands.length > 0 ? named.names : loaded,
    (name) => readDependencies(name, directories, reading),
  );
  const dependenciesOf = (name: string) => known.get(name) ?? "missing";

  const roots = operands.length > 0 ? named.names : topServices(loaded, dependenciesOf);
  const shown = new Set<string>();
  yield {
    kind: "tree",
    roots: roots.map((name) => node(name, undefined, { statuses, dependenciesOf, shown })),
  };
  const missing = named.names.filter((name) => dependenciesOf(name) === "missing");
  for (const service of missing) {
    yield {
      kind: "error",
      lines: [`no service '${service}' (looked in ${directories.join(", ")})`],
    };
  }
  return missing.length === 0 ? named.exit : 1;
};

/** Reads those of services and of all that they need in turn, each once. */
function* dependenciesFrom(
  names: readonly string[],
  read: (name: string) => readonly Dependency[] | "missing",
): Waiting<ReadonlyMap<string, readonly Dependency[] | "missing">> {
  const known = new Map<string, readonly Dependency[] | "missing">();
  const waiting = [...names];
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    if (known.has(name)) continue;
    const dependencies = read(name);
    known.set(name, dependencies);
    if (dependencies !== "missing") waiting.push(...dependencies.map((found) => found.name));
    yield PAUSE;
  }
  return known;
}

/** Dependencies of a description that has a fault cannot be told: it counts as having none. */
function readDependencies(
  name: string,
  directories: readonly string[],
  reading: ReadingContext,
): readonly Dependency[] | "missing" {
  const read = readService(name, directories, reading);
  if (read.kind === "missing") return "missing";
  if (read.kind === "faulty") return [];
  const dependencies: Dependency[] = [];
  for (const { kind, target } of read.draft.dependencies) {
    if (target.kind === "service") dependencies.push({ kind, name: target.name });
    else dependencies.push(...directoryDependencies(kind, target.path, reading));
  }
  return dependencies;
}

function directoryDependencies(
  kind: string,
  path: string,
  { io }: ReadingContext,
): readonly Dependency[] {
  const listed = io.files.list(path);
  if (listed.kind === "unreadable") return [];
  return [...listed.names].sort().flatMap((entry) => {
    const name = serviceOfEntry(entry);
    return name === undefined ? [] : [{ kind, name }];
  });
}

/**
 * Loaded services on which no other loaded one depends; all of them when they go round in circles.
 */
function topServices(
  loaded: readonly string[],
  dependenciesOf: (name: string) => readonly Dependency[] | "missing",
): readonly string[] {
  const needed = new Set<string>();
  for (const name of loaded) {
    const dependencies = dependenciesOf(name);
    if (dependencies !== "missing") { for (const { name } of dependencies) needed.add(name); }
  }
  const top = loaded.filter((name) => !needed.has(name));
  return top.length > 0 ? top : loaded;
}

interface Growing {
  readonly statuses: ReadonlyMap<string, ReportedStatus>;
  readonly dependenciesOf: (name: string) => readonly Dependency[] | "missing";
  /** Services whose dependencies have been shown. */
  readonly shown: Set<string>;
}

function node(name: string, kind: string | undefined, growing: Growing): TreeNode {
  const status = growing.statuses.get(name);
  const dependencies = growing.dependenciesOf(name);
  if (dependencies === "missing") return { name, kind, status, note: "missing", children: [] };
  if (dependencies.length > 0 && growing.shown.has(name)) {
    return { name, kind, status, note: "repeated", children: [] };
  }
  growing.shown.add(name);
  const children = dependencies.map((child) => node(child.name, child.kind, growing));
  return { name, kind, status, note: undefined, children };
}
