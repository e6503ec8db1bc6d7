/**
 * A service and everything it needs: its description, those of its dependencies, theirs, and so on.
 * What it depends on only softly and cannot be loaded is left out, and told.
 *
 * The descriptions come in the order in which loading of them began, so that a service stands
 * before the dependencies it pulled in. `after`, `before`, `chain-to`, `on-failure` and
 * `consumer-of` pull nothing in.
 */
import { LONGEST_CHAIN } from "../../graph/chain_limit.ts";
import type { ServiceName } from "../../types.ts";
import type { Abilities } from "../assemble/abilities.ts";
import {
  type BrokenService,
  type Dependency,
  type DescriptionSource,
  isSoftKind,
  type ServiceDescription,
} from "../contract/description.ts";
import { AliasIndex } from "./aliases.ts";
import { DropInIndex } from "./drop_ins.ts";
import { directoryEntries } from "./directory_entries.ts";
import { decodeText, type DescriptionFiles } from "../contract/files.ts";
import { nameFault } from "../contract/names.ts";
import { namesReached } from "./names_reached.ts";
import { type Problem, problem, quote } from "../contract/problem.ts";
import { ProblemList } from "../contract/problem_list.ts";
import { type Draft, type DraftDependency, readDescription } from "./read.ts";
import { findDescription, hasDescription, missingHint, type SearchResult } from "./search.ts";
import type { UserDatabase } from "../contract/users.ts";

/** What loading depends on. */
export interface LoadContext {
  /** In the order of the search. */
  readonly directories: readonly string[];
  readonly files: DescriptionFiles;
  readonly users: UserDatabase;
  /** User that the manager runs as. */
  readonly managerUid: number;
  /** The manager's environment at this moment. */
  readonly environment: ReadonlyMap<string, string>;
  /** What the manager can do for its services; undefined: everything. */
  readonly abilities?: Abilities | undefined;
  /** Services that have a description already, broken ones aside; they are not read again. */
  isLoaded(name: string): boolean;
  /** The name of a loaded service, of which this may be an alias; absent: there are no aliases. */
  nameOf?(name: string): ServiceName;
}

export type LoadResult =
  | {
    readonly kind: "loaded";
    /** The service named first, then what it pulled in. */
    readonly descriptions: readonly ServiceDescription[];
    /** What cannot be loaded and only soft dependencies of these lead to. */
    readonly broken: readonly BrokenService[];
    /** Warnings, and the errors of what is broken. */
    readonly problems: readonly Problem[];
  }
  | { readonly kind: "not-found"; readonly name: string; readonly searched: readonly string[] }
  | {
    readonly kind: "faulty";
    /**
     * Errors and warnings of all files that were read, dependencies before those that need them.
     */
    readonly problems: readonly Problem[];
    /** The service asked for. */
    readonly service: string;
    /** Its file; undefined when there is none that could be read. */
    readonly source: DescriptionSource | undefined;
    /** A line of its own description is wrong, rather than anything else. */
    readonly own: boolean;
  };

/** A load that went well. */
type LoadedClosure = Extract<LoadResult, { readonly kind: "loaded" }>;

/** Problems of each severity that one load reports. */
const MAX_PROBLEMS = 1000;

/**
 * Loads a service with everything it needs that is not loaded. The service itself is read in any
 * case. All faults of all files are reported, not only the first.
 */
export function loadClosure(name: string, context: LoadContext): LoadResult {
  const fault = nameFault(name);
  if (fault !== undefined) {
    const message = `Cannot load service ${quote(name)}: ${fault}`;
    const problems = [problem(undefined, message)];
    return { kind: "faulty", problems, service: name, source: undefined, own: false };
  }
  const closure = new Closure(context);
  const real = closure.resolve(name as ServiceName);
  if (real !== name && context.isLoaded(real)) return aliasSinceLoaded(name, real);
  const outcome = closure.visit(real);
  if (outcome === "missing") return { kind: "not-found", name, searched: context.directories };
  if (outcome === "loaded") {
    return { kind: "loaded", ...closure.reached(), problems: closure.problems };
  }
  return {
    kind: "faulty",
    problems: closure.problems,
    service: name,
    source: closure.sourceOf(real),
    own: outcome === "line-fault",
  };
}

/** The loaded description is an older one, which does not have the alias. */
function aliasSinceLoaded(name: string, real: ServiceName): LoadResult {
  const message = `Cannot load ${quote(name)}: it is an alias of ${quote(real)} only in its file`;
  const problems = [problem(undefined, message, { hint: `dinitctl reload ${real}` })];
  return { kind: "faulty", problems, service: name, source: undefined, own: false };
}

/** `barred`: it may be in order, but must not be a dependency here. */
type Outcome = "loaded" | "missing" | "line-fault" | "faulty" | "barred";

class Closure {
  readonly #problems = new ProblemList(MAX_PROBLEMS);
  readonly #context: LoadContext;
  /** In pre-order; a place is empty until its service's dependencies are done. */
  readonly #places: (ServiceDescription | undefined)[] = [];
  /** Services met so far; "open" ones are in the chain being followed. */
  readonly #met = new Map<ServiceName, Outcome | "open">();
  /** What is wrong with those that are faulty. */
  readonly #faults = new Map<ServiceName, BrokenService>();
  /** Faulty and missing ones that something depends on softly. */
  readonly #broken = new Map<ServiceName, BrokenService>();
  readonly #chain: ServiceName[] = [];
  /** Searches whose outcome is to be used. */
  readonly #searches = new Map<ServiceName, SearchResult>();
  readonly #aliasIndex: AliasIndex;
  readonly #dropInIndex: DropInIndex;
  /** Aliases of what was read, and where each is written. */
  readonly #aliases = new Map<
    ServiceName,
    { readonly name: ServiceName; readonly where: string }
  >();

  constructor(context: LoadContext) {
    this.#context = context;
    this.#aliasIndex = new AliasIndex(context.directories, context.files);
    this.#dropInIndex = new DropInIndex(context.directories, context.files);
  }

  /** The service that has a name, which may be an alias. */
  resolve(name: ServiceName): ServiceName {
    if (this.#met.has(name)) return name;
    const { isLoaded, nameOf } = this.#context;
    if (isLoaded(name)) return nameOf?.(name) ?? name;
    const known = this.#aliases.get(name);
    if (known !== undefined) return known.name;
    const search = this.#find(name);
    this.#searches.set(name, search);
    if (search.kind !== "missing") return name;
    const [owner, other] = this.#aliasIndex.ownersOf(name);
    if (owner === undefined) return name;
    if (other !== undefined) {
      const message = `${quote(name)} is an alias of ${quote(owner.name)} (${owner.file}), ` +
        `and of ${quote(other.name)} as well; the first is taken`;
      this.#problems.addAll([problem({ file: other.file }, message, { severity: "warning" })]);
    }
    return owner.name;
  }

  #find(name: ServiceName): SearchResult {
    const { directories, files } = this.#context;
    return findDescription(name, directories, files, this.#dropInIndex);
  }

  get problems(): readonly Problem[] {
    return this.#problems.all;
  }

  /** The file of a faulty service. */
  sourceOf(name: ServiceName): DescriptionSource | undefined {
    const source = this.#faults.get(name)?.source;
    return source?.file === "" ? undefined : source;
  }

  /** All that the first service leads to. */
  reached(): Pick<LoadedClosure, "descriptions" | "broken"> {
    const descriptions = this.#places.filter((place) => place !== undefined);
    const [first] = descriptions;
    if (this.#broken.size === 0 || first === undefined) return { descriptions, broken: [] };
    const reached = namesReached(first, descriptions);
    return {
      descriptions: descriptions.filter(({ name }) => reached.has(name)),
      broken: [...this.#broken.values()].filter(({ name }) => reached.has(name)),
    };
  }

  visit(name: ServiceName): Outcome {
    this.#met.set(name, "open");
    this.#chain.push(name);
    const before = this.#problems.all.length;
    const search = this.#searches.get(name) ??
      this.#find(name);
    this.#searches.delete(name);
    const outcome = this.#load(name, search);
    this.#chain.pop();
    this.#met.set(name, outcome);
    if (outcome === "line-fault" || outcome === "faulty") {
      const source = search.kind === "found" ? search.source : this.#noSource();
      this.#faults.set(name, { name, source, problems: this.#problems.all.slice(before) });
    }
    return outcome;
  }

  #load(name: ServiceName, found: SearchResult): Outcome {
    if (found.kind === "missing") return "missing";
    if (found.kind === "unreadable") {
      this.#problems.addAll([found.problem]);
      return "faulty";
    }
    this.#problems.addAll(found.problems);
    if (found.problems.some(({ severity }) => severity === "error")) return "faulty";
    const decoded = decodeText(found.bytes, found.source.file);
    if (decoded.kind === "fault") {
      this.#problems.addAll([decoded.problem]);
      return "line-fault";
    }
    const { source, dropIns } = found;
    const read = readDescription(decoded.text, { ...this.#context, name, source, dropIns });
    if (read.kind === "faulty") {
      this.#problems.addAll(read.problems);
      return read.isLineFault ? "line-fault" : "faulty";
    }
    this.#problems.addAll(read.warnings);
    this.#checkHandler(read.draft);
    const faults = this.#aliasFaults(name, read.draft);
    this.#problems.addAll(faults);
    return faults.length > 0 ? "line-fault" : this.#complete(name, read.draft);
  }

  /** The service for a failure is loaded when it is needed; that it is missing is told before. */
  #checkHandler({ body: { onFailure }, reading, tree }: Draft): void {
    const assignment = reading.given.get("on-failure");
    if (onFailure === undefined || assignment === undefined) return;
    const { directories, files, isLoaded } = this.#context;
    if (isLoaded(onFailure) || hasDescription(onFailure, directories, files)) return;
    if (this.#aliasIndex.ownersOf(onFailure).length > 0) return;
    this.#problems.add("warning", () => {
      const message = `There is no service ${quote(onFailure)}: a failure would start nothing`;
      const hint = missingHint(onFailure, directories, files);
      const position = tree.locate(assignment, { part: "value", path: [] });
      return problem(position, message, { hint, severity: "warning" });
    });
  }

  /** What is wrong with a description's other names; those that are in order are noted. */
  #aliasFaults(name: ServiceName, { body, reading, tree }: Draft): readonly Problem[] {
    const faults: Problem[] = [];
    const assignment = reading.given.get("aliases");
    if (assignment === undefined) return faults;
    for (const [at, alias] of body.aliases.entries()) {
      const index = reading.values.aliases?.[at]?.index ?? 0;
      const position = tree.locate(assignment, { part: "value", path: [index] });
      const why = this.#aliasFault(name, alias);
      if (why !== undefined) {
        faults.push(problem(position, `Cannot use the alias ${quote(alias)}: ${why}`));
        continue;
      }
      const { file, line, column } = position;
      this.#aliases.set(alias, { name, where: `${file}:${line}:${column}` });
    }
    return faults;
  }

  #aliasFault(name: ServiceName, alias: ServiceName): string | undefined {
    const { isLoaded, nameOf } = this.#context;
    if (alias === name) return "it is the service's own name";
    const other = this.#aliases.get(alias);
    if (other !== undefined && other.name !== name) {
      return `${quote(other.name)} has it, too: ${other.where}`;
    }
    const found = this.#find(alias);
    if (found.kind === "found") return `${found.source.file} describes a service of that name`;
    if (!isLoaded(alias)) return undefined;
    const owner = nameOf?.(alias) ?? alias;
    return owner === name ? undefined : `the loaded service ${quote(owner)} has that name`;
  }

  #complete(name: ServiceName, draft: Draft): Outcome {
    const place = this.#places.push(undefined) - 1;
    const dependencies: Dependency[] = [];
    let isWhole = true;
    for (const dependency of draft.dependencies) {
      const { kind, target } = dependency;
      if (target.kind === "service") {
        const needed = this.resolve(target.name);
        isWhole = this.#depend(name, needed, dependency) && isWhole;
        dependencies.push({ kind, name: needed });
        continue;
      }
      for (const named of this.#entries(target.path, dependency)) {
        const entry = this.resolve(named);
        const answer = this.#offer(name, entry, dependency, target.path);
        if (answer === "use") dependencies.push({ kind, name: entry });
        if (answer === "faulty") isWhole = false;
      }
    }
    if (!isWhole) return "faulty";
    this.#places[place] = { ...draft.body, dependencies };
    return "loaded";
  }

  /**
   * A dependency on a service that is named. @returns Whether the one that has it may be loaded.
   */
  #depend(name: ServiceName, needed: ServiceName, dependency: DraftDependency): boolean {
    const outcome = this.#need(name, needed, dependency);
    if (outcome === "missing") {
      const problems: Problem[] = [];
      this.#problems.add("error", () => {
        const { directories, files } = this.#context;
        const hint = missingHint(needed, directories, files);
        const fault = dependency.problem(`There is no service ${quote(needed)}`, { hint });
        problems.push(fault);
        return fault;
      });
      this.#faults.set(needed, { name: needed, source: this.#noSource(), problems });
    }
    return outcome === "loaded" || this.#mayGoWithout(needed, outcome, dependency);
  }

  /** Leaves a service out that cannot be loaded, if the dependency is soft. */
  #mayGoWithout(
    needed: ServiceName,
    outcome: Outcome,
    { kind, problem }: DraftDependency,
  ): boolean {
    const fault = this.#faults.get(needed);
    if (fault === undefined || outcome === "barred" || !isSoftKind(kind)) return false;
    this.#broken.set(needed, fault);
    // Of one that is missing it was said at the same place.
    if (outcome === "missing") return true;
    const message = `${quote(needed)} is left out: it cannot be loaded`;
    this.#problems.add("warning", () => problem(message, { severity: "warning" }));
    return true;
  }

  #entries(path: string, dependency: DraftDependency): readonly ServiceName[] {
    const entries = directoryEntries(path, this.#context.files);
    if (entries.kind === "names") return entries.names;
    const message = `Cannot read the directory ${quote(path)}: ${entries.why}; ` +
      "no service is taken from it";
    this.#problems.add("warning", () => dependency.problem(message, { severity: "warning" }));
    return [];
  }

  /** Where a service would be that has no file. */
  #noSource(): DescriptionSource {
    const directory = this.#context.directories[0] ?? "";
    return { file: "", directory, format: "toml", modifiedSeconds: 0, modifiedNanoseconds: 0 };
  }

  /** A service that an entry of a directory names; without a description it is left out. */
  #offer(
    name: ServiceName,
    entry: ServiceName,
    dependency: DraftDependency,
    directory: string,
  ): "use" | "skip" | "faulty" {
    const outcome = this.#need(name, entry, dependency);
    if (outcome === "loaded") return "use";
    if (outcome !== "missing") {
      return this.#mayGoWithout(entry, outcome, dependency) ? "use" : "faulty";
    }
    const message = `${quote(entry)} in ${directory} is left out: there is no such service`;
    this.#problems.add("warning", () => dependency.problem(message, { severity: "warning" }));
    return "skip";
  }

  #need(name: ServiceName, needed: ServiceName, dependency: DraftDependency): Outcome {
    const met = this.#met.get(needed);
    if (met === "open") {
      const cycle = [...this.#chain.slice(this.#chain.indexOf(needed)), needed];
      const message = `Cannot load ${quote(needed)}: it would need itself: ${cycle.join(" -> ")}`;
      this.#problems.add("error", () => dependency.problem(message));
      return "barred";
    }
    if (met === undefined && this.#context.isLoaded(needed)) return "loaded";
    if (met === undefined && this.#chain.length >= LONGEST_CHAIN) {
      const message = `Cannot load ${quote(needed)}: a chain of dependencies has at most ` +
        `${LONGEST_CHAIN} services`;
      const hint = `This one begins ${this.#chain.slice(0, 4).join(" -> ")} -> …`;
      this.#problems.add("error", () => dependency.problem(message, { hint }));
      return "barred";
    }
    const outcome = met ?? this.visit(needed);
    const isFaulty = outcome === "faulty" || outcome === "line-fault";
    if (isFaulty && !isSoftKind(dependency.kind)) {
      const message = `Cannot load ${quote(name)}, because ${quote(needed)} cannot be loaded`;
      this.#problems.add("error", () => dependency.problem(message));
    }
    return outcome;
  }
}
