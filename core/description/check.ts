/**
 * Checks services without loading them into a manager: the ones named and everything they name.
 *
 * Unlike a load it goes on after faults, follows every kind of reference, and looks at programs and
 * folders. Pure but for the files and the probe it is given.
 */
import type { ServiceName } from "../types.ts";
import { type CycleStep, findCycle, findLongChain, type Node } from "./check_graph.ts";
import { MAX_CHAIN } from "./closure.ts";
import type { Dependency } from "./description.ts";
import { decodeText, type DescriptionFiles, directoryPart } from "./files.ts";
import { lint, type Probe } from "./lint.ts";
import { nameFault, TOML_SUFFIX } from "./names.ts";
import { type Problem, problem, type ProblemOptions, quote } from "./problem.ts";
import { type Draft, readDescription } from "./read.ts";
import { findDescription, missingHint } from "./search.ts";
import type { UserDatabase } from "./users.ts";
import { serviceOfEntry } from "./values_names.ts";

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
}

/** One thing found, and whether it makes the check fail. */
export interface Finding {
  readonly problem: Problem;
  readonly counts: boolean;
}

export interface CheckedService {
  readonly name: string;
  /** Its description; undefined when there is none. */
  readonly file: string | undefined;
  /** It has no description that can be read at all. */
  readonly isUnloadable: boolean;
  readonly findings: readonly Finding[];
}

export interface CheckReport {
  /** In the order in which they were named first. */
  readonly services: readonly CheckedService[];
  /** Faults that only several services together have. */
  readonly secondary: readonly { readonly service: string; readonly finding: Finding }[];
  /** The first circle of dependencies and orderings. */
  readonly cycle: readonly CycleStep[] | undefined;
  readonly isClean: boolean;
}

/** Checks services and all they refer to. */
export function checkServices(names: readonly string[], context: CheckContext): CheckReport {
  const checker = new Checker(context);
  for (const name of names) checker.name(name, undefined);
  checker.run();
  return checker.report();
}

/** Where a service was named first; undefined: on the command line. */
type Reference = ((message: string, options?: ProblemOptions) => Problem) | undefined;

interface Entry {
  readonly name: string;
  readonly reference: Reference;
  readonly findings: Finding[];
  file: string | undefined;
  draft: Draft | undefined;
  isUnloadable: boolean;
  /** With the services of its directories. */
  dependencies: Dependency[];
}

class Checker {
  readonly #context: CheckContext;
  readonly #entries = new Map<string, Entry>();
  readonly #queue: Entry[] = [];
  readonly #secondary: { readonly service: string; readonly finding: Finding }[] = [];
  #cycle: readonly CycleStep[] | undefined;

  constructor(context: CheckContext) {
    this.#context = context;
  }

  name(name: string, reference: Reference): void {
    if (this.#entries.has(name)) return;
    const entry: Entry = {
      name,
      reference,
      findings: [],
      file: undefined,
      draft: undefined,
      isUnloadable: false,
      dependencies: [],
    };
    this.#entries.set(name, entry);
    this.#queue.push(entry);
  }

  run(): void {
    for (let entry = this.#queue.shift(); entry !== undefined; entry = this.#queue.shift()) {
      this.#check(entry);
    }
    this.#checkConsumers();
    this.#checkGraph();
  }

  report(): CheckReport {
    const services = [...this.#entries.values()];
    const found = [
      ...services.flatMap((entry) => entry.findings),
      ...this.#secondary.map(({ finding }) => finding),
    ];
    return {
      services: services.map(({ name, file, isUnloadable, findings }) => ({
        name,
        file,
        isUnloadable,
        findings,
      })),
      secondary: this.#secondary,
      cycle: this.#cycle,
      isClean: this.#cycle === undefined && !found.some(({ counts }) => counts),
    };
  }

  #check(entry: Entry): void {
    const { directories, files } = this.#context;
    const fault = nameFault(entry.name);
    if (fault !== undefined) return this.#unloadable(entry, fault, pathHint(entry.name));
    const found = findDescription(entry.name, directories, files);
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
    this.#add(entry, found.warnings);
    const decoded = decodeText(found.bytes, found.source.file);
    if (decoded.kind === "fault") return this.#add(entry, [decoded.problem]);
    const environment = new WatchedEnvironment(this.#context.environment);
    const read = readDescription(decoded.text, {
      ...this.#context,
      name: entry.name as ServiceName,
      source: found.source,
      environment,
    });
    this.#add(entry, read.kind === "faulty" ? read.problems : read.warnings);
    entry.draft = read.kind === "faulty" ? read.partial : read.draft;
    if (entry.draft === undefined) return;
    this.#add(entry, lint(entry.draft, this.#context.probe));
    if (environment.wasAsked && !this.#context.isOnline) this.#warnOfVariables(entry);
    this.#follow(entry, entry.draft);
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
      const reference: Reference = (message, options) => dependency.problem(message, options);
      if (target.kind === "service") {
        entry.dependencies.push({ kind, name: target.name });
        this.name(target.name, reference);
        continue;
      }
      for (const name of this.#directoryEntries(entry, target.path, reference)) {
        entry.dependencies.push({ kind, name });
        this.name(name, reference);
      }
    }
    const { reading, tree } = draft;
    for (const { name, assignment, index } of reading.order) {
      this.name(name, (message, options) => {
        const spot = { part: "value", path: [index] } as const;
        return problem(tree.locate(assignment, spot), message, options);
      });
    }
    for (const key of ["chain-to", "consumer-of"] as const) {
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
    reference: NonNullable<Reference>,
  ): readonly ServiceName[] {
    const listed = this.#context.files.list(path);
    if (listed.kind === "unreadable") {
      this.#add(entry, [reference(`Cannot read the directory ${quote(path)}: ${listed.why}`)]);
      return [];
    }
    const names = [...listed.names].sort().map(serviceOfEntry);
    return [...new Set(names.filter((name) => name !== undefined))];
  }

  #checkConsumers(): void {
    const consumers = new Map<string, string>();
    for (const entry of this.#entries.values()) {
      const producer = entry.draft?.reading.values["consumer-of"];
      if (producer === undefined) continue;
      this.#checkConsumer(entry, producer);
      const other = consumers.get(producer);
      consumers.set(producer, entry.name);
      if (other === undefined) continue;
      this.#addSecondary(entry, `${quote(producer)} has a consumer already: ${quote(other)}`);
    }
  }

  #checkConsumer(entry: Entry, producer: string): void {
    const body = this.#entries.get(producer)?.draft?.body;
    if (body === undefined) {
      this.#addSecondary(entry, `The service ${quote(producer)} was not found`, "warning");
      return;
    }
    const runs = body.type !== "internal" && body.type !== "triggered";
    if (!runs) {
      this.#addSecondary(entry, `${quote(producer)} has no processes whose output could be read`);
    } else if (body.log.kind !== "pipe") {
      const message = `${quote(producer)} has log-type = "${body.log.kind}"; it must be "pipe"`;
      this.#addSecondary(entry, message);
    }
  }

  #checkGraph(): void {
    const nodes = [...this.#entries.values()].flatMap((entry) => nodeOf(entry));
    this.#cycle = findCycle(nodes);
    if (this.#cycle !== undefined) return;
    const chain = findLongChain(nodes);
    const first = chain === undefined ? undefined : this.#entries.get(chain[0] ?? "");
    if (chain === undefined || first === undefined) return;
    const message =
      `A chain of ${chain.length} services begins here, and the manager loads at most ` +
      `${MAX_CHAIN}: ${chain.join(" -> ")}`;
    const finding = { problem: problem({ file: first.file ?? "" }, message), counts: true };
    this.#secondary.push({ service: first.name, finding });
  }

  #add(entry: Entry, problems: readonly Problem[]): void {
    for (const found of problems) entry.findings.push({ problem: found, counts: true });
  }

  #addSecondary(entry: Entry, message: string, severity: Problem["severity"] = "error"): void {
    const assignment = entry.draft?.reading.given.get("consumer-of");
    const where = assignment === undefined
      ? undefined
      : entry.draft?.tree.locate(assignment, { part: "value", path: [] });
    const finding = {
      problem: problem(where, message, { severity }),
      counts: severity === "error",
    };
    this.#secondary.push({ service: entry.name, finding });
  }
}

/** For one who named a file. */
function pathHint(name: string): string | undefined {
  const slash = name.lastIndexOf("/");
  const base = name.slice(slash + 1);
  const service = base.endsWith(TOML_SUFFIX) ? base.slice(0, -TOML_SUFFIX.length) : base;
  if (slash < 0 || nameFault(service) !== undefined) return undefined;
  return `Name the directory and the service: -d ${directoryPart(name)} ${service}`;
}

function nodeOf(entry: Entry): readonly Node[] {
  if (entry.draft === undefined) return [];
  const { body } = entry.draft;
  return [{
    name: body.name,
    dependencies: entry.dependencies,
    after: body.after,
    before: body.before,
  }];
}

/** An environment that notes whether a variable was looked up in it. */
class WatchedEnvironment extends Map<string, string> {
  wasAsked = false;
  readonly #inner: ReadonlyMap<string, string>;

  constructor(inner: ReadonlyMap<string, string>) {
    super();
    this.#inner = inner;
  }

  override get(name: string): string | undefined {
    this.wasAsked = true;
    return this.#inner.get(name);
  }

  override has(name: string): boolean {
    return this.#inner.has(name);
  }
}
