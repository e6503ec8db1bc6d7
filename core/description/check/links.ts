/**
 * What the links of checked services mean together: where a circle is written, and what a manager
 * would load in spite of what is wrong elsewhere.
 */
import type { CycleStep } from "./graph.ts";
import { type Dependency, isSoftKind } from "../contract/description.ts";
import { type Problem, type ProblemOptions, quote } from "../contract/problem.ts";

/** A report at the place where a service is named. */
export type Report = (message: string, options?: ProblemOptions) => Problem;

/** A dependency or ordering as one description has it. */
export interface CheckedLink {
  readonly via: CycleStep["via"];
  readonly to: string;
  readonly report: Report;
}

/** A step of a circle, and where it is written. */
export interface WrittenStep extends CycleStep {
  /** Its message tells the step in words; undefined when the place is not known. */
  readonly where: Problem | undefined;
}

const WORDS: Readonly<Record<CycleStep["via"], string>> = {
  dependency: "depends on",
  after: "comes after",
  before: "comes before",
};

/**
 * Adds to each step of a circle where it is written.
 *
 * @param linksOf The links that the description of a service has.
 */
export function writtenCycle(
  cycle: readonly CycleStep[],
  linksOf: (name: string) => readonly CheckedLink[],
): readonly WrittenStep[] {
  return cycle.map(({ name, via }, index) => {
    const next = cycle[(index + 1) % cycle.length]?.name ?? name;
    // An ordering "before" is written by the one that comes first, for which the other waits.
    const [writer, other] = via === "before" ? [next, name] : [name, next];
    const link = linksOf(writer).find((each) => each.via === via && each.to === other);
    const where = link?.report(`${quote(writer)} ${WORDS[via]} ${quote(other)}`);
    return { name, via, where };
  });
}

/** What decides whether a manager would load a service. */
export interface Loadable {
  readonly name: string;
  /** Something is wrong with the service itself. */
  readonly isFaulty: boolean;
  readonly dependencies: readonly Dependency[];
}

/** Names of the services that cannot be loaded, for their own faults or those of what they need. */
export function unloadableServices(services: readonly Loadable[]): ReadonlySet<string> {
  const needers = new Map<string, string[]>();
  for (const { name, dependencies } of services) {
    for (const dependency of dependencies) {
      if (isSoftKind(dependency.kind)) continue;
      const list = needers.get(dependency.name);
      if (list === undefined) needers.set(dependency.name, [name]);
      else list.push(name);
    }
  }
  const unloadable = new Set<string>();
  const pending = services.filter(({ isFaulty }) => isFaulty).map(({ name }) => name);
  for (let name = pending.pop(); name !== undefined; name = pending.pop()) {
    if (unloadable.has(name)) continue;
    unloadable.add(name);
    pending.push(...needers.get(name) ?? []);
  }
  return unloadable;
}
