/**
 * Checks services without loading them into a manager: the ones named and everything they name.
 *
 * Unlike a load it goes on after faults, follows every kind of reference, and looks at programs and
 * folders. Pure but for the files and the probe it is given.
 */
import { LONGEST_CHAIN } from "../../graph/chain_limit.ts";
import type { ServiceName } from "../../types.ts";
import type { Abilities } from "../assemble/abilities.ts";
import type { Body } from "../assemble/assemble.ts";
import { consumerFindings } from "./consumers.ts";
import {
  type Entry,
  type Finding,
  newEntry,
  type Reference,
  type SecondaryFinding,
} from "./entry.ts";
import { findLongChain, firstCycle, type Node } from "./graph.ts";
import { type Report, unloadableServices, writtenCycle, type WrittenStep } from "./links.ts";
import { logFindings } from "./logs.ts";
import { decodeText, type DescriptionFiles, directoryPart } from "../contract/files.ts";
import { lint } from "./lint.ts";
import type { Probe } from "./probe.ts";
import { nameFault, splitName, TOML_SUFFIX } from "../contract/names.ts";
import { type Problem, problem, quote } from "../contract/problem.ts";
import { type Draft, readDescription } from "../load/read.ts";
import { AliasIndex } from "../load/aliases.ts";
import { DropInIndex } from "../load/drop_ins.ts";
import { findDescription, hasDescription, missingHint } from "../load/search.ts";
import type { UserDatabase } from "../contract/users.ts";
import { serviceOfEntry } from "../values/names.ts";
import { WatchedEnvironment } from "./watched_environment.ts";

/** What the check works with. */
export interface CheckContext {
  readonly directories: readonly string[];
  readonly files: DescriptionFiles;
  readonly users: UserDatabase;
  readonly managerUid: number;
  readonly environment: ReadonlyMap<string, string>;
  /** The environment is that of a running manager, so that variables are known to be right. */
  readonly isOnline: boolean;
  readonly probe: Probe;
  /** What is known of any manager on this system; undefined: nothing. */
  readonly abilities?: Abilities | undefined;
}

export interface CheckedService {
  readonly name: string;
  /** Its description; undefined when there is none. */
  readonly file: string | undefined;
  /** It has no description that can be read at all. */
  readonly isUnloadable: boolean;
  /** A manager would load it, as far as can be told without one. */
  readonly isLoadable: boolean;
  readonly findings: readonly Finding[];
  /** What it describes; undefined when that cannot be told. */
  readonly body: Body | undefined;
}

export interface CheckReport {
  /** In the order in which they were named first. */
  readonly services: readonly CheckedService[];
  /** Faults that only several services together have. */
  readonly secondary: readonly SecondaryFinding[];
  /** The first circle of dependencies and orderings. */
  readonly cycle: readonly WrittenStep[] | undefined;
  readonly isClean: boolean;
}

/** Checks services and all they refer to. */
export function checkServices(names: readonly string[], context: CheckContext): CheckReport {
  const checker = new Checker(context);
  for (const name of names) checker.name(name, undefined);
  checker.run();
  return checker.report();
}

class Checker {
  readonly #context: CheckContext;
  readonly #entries = new Map<string, Entry>();
  readonly #queue: Entry[] = [];
  readonly #secondary: SecondaryFinding[] = [];
  #cycle: readonly WrittenStep[] | undefined;
  readonly #aliases: AliasIndex;
  readonly #dropIns: DropInIndex;

  constructor(context: CheckContext) {
    this.#context = context;
    this.#aliases = new AliasIndex(context.directories, context.files);
    this.#dropIns = new DropInIndex(context.directories, context.files);
  }

  /** @returns The name of the service that is meant: this may be an alias. */
  name(name: string, reference: Reference): ServiceName {
    const real = this.#real(name);
    if (this.#entries.has(real)) return real;
    const entry = newEntry(real, reference);
    this.#entries.set(real, entry);
    this.#queue.push(entry);
    return real;
  }

  #real(name: string): ServiceName {
    const { directories, files } = this.#context;
    const isKnown = this.#entries.has(name) || nameFault(name) !== undefined ||
      hasDescription(name, directories, files);
    return isKnown ? name as ServiceName : this.#aliases.ownersOf(name)[0]?.name ??
      name as ServiceName;
  }

  run(): void {
    for (let entry = this.#queue.shift(); entry !== undefined; entry = this.#queue.shift()) {
      this.#check(entry);
    }
    this.#secondary.push(
      ...consumerFindings(this.#entries),
      ...logFindings(this.#entries, this.#context.files),
    );
    this.#checkGraph();
  }

  report(): CheckReport {
    const services = [...this.#entries.values()];
    const found = [
      ...services.flatMap((entry) => entry.findings),
      ...this.#secondary.map(({ finding }) => finding),
    ];
    const faulty = this.#faulty();
    const unloadable = unloadableServices(services.map((entry) => ({
      name: entry.name,
      isFaulty: faulty.has(entry.name),
      dependencies: entry.dependencies,
    })));
    return {
      services: services.map(({ name, file, isUnloadable, findings, draft }) => ({
        name,
        file,
        isUnloadable,
        isLoadable: !unloadable.has(name),
        findings,
        body: draft?.body,
      })),
      secondary: this.#secondary,
      cycle: this.#cycle,
      isClean: this.#cycle === undefined && !found.some(({ counts }) => counts),
    };
  }

  /** Services with an error of their own, or together with others. */
  #faulty(): ReadonlySet<string> {
    const faulty = new Set<string>(this.#cycle?.map(({ name }) => name));
    for (const { name, findings } of this.#entries.values()) {
      if (findings.some(({ problem }) => problem.severity === "error")) faulty.add(name);
    }
    for (const { service, finding } of this.#secondary) {
      if (finding.problem.severity === "error") faulty.add(service);
    }
    return faulty;
  }

  #check(entry: Entry): void {
    const { directories, files } = this.#context;
    const fault = nameFault(entry.name);
    if (fault !== undefined) return this.#unloadable(entry, fault, pathHint(entry.name));
    const found = findDescription(entry.name, directories, files, this.#dropIns);
    if (found.kind === "missing") {
      const hint = missingHint(entry.name, directories, files);
      return this.#unloadable(entry, "there is no description of that name", hint);
    }
    if (found.kind === "unreadable") {
      entry.file = found.problem.file;
      entry.isUnloadable = true;
      entry.findings.push({ problem: found.problem, counts: true });
      return;
    }
    entry.file = found.source.file;
    this.#add(entry, found.problems);
    const { mask } = found.source;
    if (mask !== undefined) this.#add(entry, [maskedProblem(entry.name, mask)]);
    const decoded = decodeText(found.bytes, found.source.file);
    if (decoded.kind === "fault") return this.#add(entry, [decoded.problem]);
    const environment = new WatchedEnvironment(this.#context.environment);
    const read = readDescription(decoded.text, {
      ...this.#context,
      name: entry.name as ServiceName,
      source: found.source,
      dropIns: found.dropIns,
      environment,
    });
    this.#add(entry, read.kind === "faulty" ? read.problems : read.warnings);
    entry.draft = read.kind === "faulty" ? read.partial : read.draft;
    if (entry.draft === undefined) return;
    this.#add(entry, this.#aliasFaults(entry.draft));
    this.#add(entry, lint(entry.draft, this.#context.probe));
    if (environment.wasAsked && !this.#context.isOnline) this.#warnOfVariables(entry);
    this.#follow(entry, entry.draft);
  }

  /** Names that another file has, or claims before this one. */
  #aliasFaults({ body, reading, tree }: Draft): readonly Problem[] {
    const assignment = reading.given.get("aliases");
    if (assignment === undefined) return [];
    return body.aliases.flatMap((alias, at) => {
      const why = this.#aliasFault(alias, body.name);
      if (why === undefined) return [];
      const path = [reading.values.aliases?.[at]?.index ?? 0];
      const position = tree.locate(assignment, { part: "value", path });
      return [problem(position, `Cannot use the alias ${quote(alias)}: ${why}`)];
    });
  }

  #aliasFault(alias: ServiceName, name: ServiceName): string | undefined {
    const { directories, files } = this.#context;
    if (alias === name) return "it is the service's own name";
    const found = findDescription(alias, directories, files, this.#dropIns);
    if (found.kind === "found") return `${found.source.file} describes a service of that name`;
    const [owner] = this.#aliases.ownersOf(alias);
    return owner === undefined || owner.name === name ? undefined : `${owner.file} has it, too`;
  }

  #unloadable(entry: Entry, why: string, hint?: string): void {
    entry.isUnloadable = true;
    const options = { hint };
    const found = entry.reference?.(why, options) ?? problem(undefined, why, options);
    entry.findings.push({ problem: found, counts: true });
  }

  #warnOfVariables(entry: Entry): void {
    const message = "Variables were replaced from this environment; that of the manager may differ";
    const found = problem({ file: entry.file ?? "" }, message, {
      severity: "warning",
      hint: "Use --online to ask the running manager",
    });
    entry.findings.push({ problem: found, counts: false });
  }

  /** Names everything that a description refers to. */
  #follow(entry: Entry, draft: Draft): void {
    for (const dependency of draft.dependencies) {
      const { kind, target } = dependency;
      const reference: Report = (message, options) => dependency.problem(message, options);
      if (target.kind === "service") {
        const name = this.name(target.name, reference);
        entry.dependencies.push({ kind, name });
        entry.links.push({ via: "dependency", to: name, report: reference });
        continue;
      }
      for (const named of this.#directoryEntries(entry, target.path, reference)) {
        const name = this.name(named, reference);
        entry.dependencies.push({ kind, name });
        entry.links.push({ via: "dependency", to: name, report: reference });
      }
    }
    const { reading, tree } = draft;
    for (const { kind, name: named, assignment, index } of reading.order) {
      const reference: Report = (message, options) => {
        const spot = { part: "value", path: [index] } as const;
        return problem(tree.locate(assignment, spot), message, options);
      };
      entry.links.push({ via: kind, to: this.name(named, reference), report: reference });
    }
    for (const key of ["chain-to", "on-failure", "consumer-of"] as const) {
      const name = reading.values[key];
      const assignment = reading.given.get(key);
      if (name === undefined || assignment === undefined) continue;
      this.name(name, (message, options) => {
        const position = tree.locate(assignment, { part: "value", path: [] });
        return problem(position, message, options);
      });
    }
  }

  #directoryEntries(
    entry: Entry,
    path: string,
    reference: Report,
  ): readonly ServiceName[] {
    const listed = this.#context.files.list(path);
    if (listed.kind === "unreadable") {
      this.#add(entry, [reference(`Cannot read the directory ${quote(path)}: ${listed.why}`)]);
      return [];
    }
    const names = [...listed.names].sort().map(serviceOfEntry);
    return [...new Set(names.filter((name) => name !== undefined))];
  }

  #checkGraph(): void {
    const nodes = [...this.#entries.values()].flatMap((entry) =>
      nodeOf(entry, (name) => this.#real(name))
    );
    const cycle = firstCycle(nodes);
    if (cycle !== undefined) {
      this.#cycle = writtenCycle(cycle, (name) => this.#entries.get(name)?.links ?? []);
      return;
    }
    const chain = findLongChain(nodes);
    const first = chain === undefined ? undefined : this.#entries.get(chain[0] ?? "");
    if (chain === undefined || first === undefined) return;
    const message =
      `A chain of ${chain.length} services begins here, and the manager loads at most ` +
      `${LONGEST_CHAIN}: ${chain.join(" -> ")}`;
    const finding = { problem: problem({ file: first.file ?? "" }, message), counts: true };
    this.#secondary.push({ service: first.name, finding });
  }

  #add(entry: Entry, problems: readonly Problem[]): void {
    for (const found of problems) entry.findings.push({ problem: found, counts: true });
  }
}

/** For one who named a file. */
function pathHint(name: string): string | undefined {
  const slash = splitName(name).base.lastIndexOf("/");
  const { base, argument } = splitName(name.slice(slash + 1));
  const plain = base.endsWith(TOML_SUFFIX) ? base.slice(0, -TOML_SUFFIX.length) : base;
  const service = argument === undefined ? plain : `${plain}@${argument}`;
  if (slash < 0 || nameFault(service) !== undefined) return undefined;
  return `Name the directory and the service: -d ${
    directoryPart(name.slice(0, slash + 1))
  } ${service}`;
}

function nodeOf(entry: Entry, real: (name: string) => ServiceName): readonly Node[] {
  if (entry.draft === undefined) return [];
  const { body } = entry.draft;
  return [{
    name: body.name,
    dependencies: entry.dependencies,
    after: body.after.map(real),
    before: body.before.map(real),
  }];
}

function maskedProblem(name: string, mask: string): Problem {
  const message = `${quote(name)} is masked: nothing can start it`;
  return problem({ file: mask }, message, { severity: "warning", hint: `dinitctl unmask ${name}` });
}
