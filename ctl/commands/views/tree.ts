/**
 * `tree` and `list-dependencies`: what services depend on, as their files say, with the states that
 * the manager tells; or, the other way round, what depends on them.
 */
import type { ReportedStatus } from "../../../core/protocol/mod.ts";
import { serviceOfEntry } from "../../../core/description/mod.ts";
import type { TreeRow } from "../../interface/report.ts";
import { eachInTurns, filterInTurns, PAUSE, type Waiting } from "../../interface/waits.ts";
import type { Command } from "../lookup/context.ts";
import { serviceDirectories } from "../lookup/description_file.ts";
import { namedServices } from "../lookup/named_services.ts";
import {
  type ReadingContext,
  readingContext,
  readService,
  visibleEnvironment,
} from "../lookup/read_service.ts";

/** One dependency of a service, or a service at the top. */
interface Dependency {
  /** undefined: at the top. */
  readonly link: string | undefined;
  readonly name: string;
}

type DependenciesOf = (name: string) => readonly Dependency[] | "missing";

export const tree: Command = function* (context) {
  const { session, operands, options, io } = context;
  const { names, exit } = yield* namedServices(context);
  if (operands.length > 0 && names.size === 0) return exit;
  const statuses = new Map<string, ReportedStatus>();
  yield* eachInTurns(yield* session.list(), ({ name, status }) => statuses.set(name, status));
  const directories = yield* serviceDirectories({ session });
  const reading = readingContext(yield* visibleEnvironment(session), io);
  // Whatever is loaded may depend on a service.
  const looked = options.isReverse ? [...names, ...statuses.keys()] : names;
  const read = yield* dependenciesFrom(
    operands.length > 0 ? looked : statuses.keys(),
    (name) => readDependencies(name, directories, reading),
  );
  const known = options.isReverse ? yield* reversed(read) : read;
  const dependenciesOf: DependenciesOf = (name) => known.get(name) ?? "missing";

  const tops = operands.length > 0 ? names : yield* topServices(statuses, dependenciesOf);
  const roots: Dependency[] = [];
  yield* eachInTurns(tops, (name) => roots.push({ link: undefined, name }));
  yield { kind: "tree", rows: treeRows(roots, { statuses, dependenciesOf }) };
  const missing = yield* filterInTurns(names, (name) => dependenciesOf(name) === "missing");
  for (const service of missing) {
    yield {
      kind: "error",
      lines: [`no service '${service}' (looked in ${directories.join(", ")})`],
    };
  }
  return missing.length === 0 ? exit : 1;
};

/** Reads those of services and of all that they need in turn, each once. */
function* dependenciesFrom(
  names: Iterable<string>,
  read: (name: string) => Waiting<readonly Dependency[] | "missing">,
): Waiting<ReadonlyMap<string, readonly Dependency[] | "missing">> {
  const known = new Map<string, readonly Dependency[] | "missing">();
  // Those that are added in the loop are visited, too.
  const found = new Set(names);
  for (const name of found) {
    const dependencies = yield* read(name);
    known.set(name, dependencies);
    if (dependencies === "missing") continue;
    yield* eachInTurns(dependencies, (dependency) => found.add(dependency.name));
  }
  return known;
}

/** The other way round: of each service those that depend on it, each with its link. */
function* reversed(
  known: ReadonlyMap<string, readonly Dependency[] | "missing">,
): Waiting<ReadonlyMap<string, readonly Dependency[] | "missing">> {
  const dependents = new Map<string, Dependency[] | "missing">();
  yield* eachInTurns(known, ([name, dependencies]) => {
    dependents.set(name, dependencies === "missing" ? "missing" : []);
  });
  for (const [name, dependencies] of known) {
    if (dependencies === "missing") continue;
    yield* eachInTurns(dependencies, (on) => {
      const list = dependents.get(on.name);
      if (list === undefined || list === "missing") dependents.set(on.name, [{ ...on, name }]);
      else list.push({ link: on.link, name });
    });
  }
  return dependents;
}

/** Dependencies of a description that has a fault cannot be told: it counts as having none. */
function* readDependencies(
  name: string,
  directories: readonly string[],
  reading: ReadingContext,
): Waiting<readonly Dependency[] | "missing"> {
  const read = yield* readService(name, directories, reading);
  if (read.kind === "missing") return "missing";
  if (read.kind === "faulty") return [];
  const dependencies: Dependency[] = [];
  for (const { kind, target } of read.draft.dependencies) {
    if (target.kind === "service") dependencies.push({ link: kind, name: target.name });
    else {
      yield* eachInTurns(entriesOf(target.path, reading), (entry) => {
        const name = serviceOfEntry(entry);
        if (name !== undefined) dependencies.push({ link: kind, name });
      });
    }
  }
  return dependencies;
}

function entriesOf(path: string, { io }: ReadingContext): readonly string[] {
  const listed = io.files.list(path);
  return listed.kind === "unreadable" ? [] : [...listed.names].sort();
}

/**
 * Loaded services on which no other loaded one depends; all of them when they go round in circles.
 */
function* topServices(
  loaded: ReadonlyMap<string, unknown>,
  dependenciesOf: DependenciesOf,
): Waiting<Iterable<string>> {
  const needed = new Set<string>();
  for (const name of loaded.keys()) {
    const dependencies = dependenciesOf(name);
    if (dependencies !== "missing") yield* eachInTurns(dependencies, (on) => needed.add(on.name));
    yield PAUSE;
  }
  const top = yield* filterInTurns(loaded.keys(), (name) => !needed.has(name));
  return top.length > 0 ? top : loaded.keys();
}

interface Growing {
  readonly statuses: ReadonlyMap<string, ReportedStatus>;
  readonly dependenciesOf: DependenciesOf;
}

/** A service's dependencies, some of which have been shown. */
interface Branch {
  readonly dependencies: readonly Dependency[];
  next: number;
}

/** Without calling itself: services may depend on each other more deeply than a stack is. */
function* treeRows(
  roots: readonly Dependency[],
  { statuses, dependenciesOf }: Growing,
): Iterable<TreeRow> {
  const shown = new Set<string>();
  const branches: Branch[] = [{ dependencies: roots, next: 0 }];
  for (let branch = branches.at(-1); branch !== undefined; branch = branches.at(-1)) {
    const dependency = branch.dependencies[branch.next];
    if (dependency === undefined) {
      branches.pop();
      continue;
    }
    branch.next += 1;
    const { name, link } = dependency;
    const dependencies = dependenciesOf(name);
    const isRepeated = dependencies.length > 0 && shown.has(name);
    shown.add(name);
    yield {
      ...{ name, link, status: statuses.get(name) },
      depth: branches.length - 1,
      isLast: branch.next === branch.dependencies.length,
      note: dependencies === "missing" ? "missing" : isRepeated ? "repeated" : undefined,
    };
    if (dependencies !== "missing" && !isRepeated) branches.push({ dependencies, next: 0 });
  }
}
