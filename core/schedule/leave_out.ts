/**
 * Load with what is at fault left out: a circle, a chain that is too long or two readers of one
 * output show only in the whole set. What soft dependencies alone lead to must not keep the rest
 * from being loaded.
 */
import {
  type BrokenService,
  type Dependency,
  isSoftKind,
  type ServiceDescription,
} from "../description/contract/description.ts";
import type { ServiceRecord } from "../service/record/record.ts";
import type { LoadSet } from "./api.ts";
import { loadDescriptions, type LoadFault, loadFaultText } from "./load.ts";
import type { Registry } from "./registry.ts";

/** What a load made. */
export interface LoadedRecords {
  readonly services: readonly ServiceRecord[];
  readonly leftOut: readonly BrokenService[];
}

/** Loads a set; all of it, or without what `roots` allows to leave out, or nothing. */
export function loadLeavingOut(registry: Registry, set: LoadSet): LoadedRecords | LoadFault {
  let rest = set;
  for (;;) {
    const loaded = loadDescriptions(registry, rest);
    if (!("kind" in loaded)) {
      const given = new Set(set.broken);
      const leftOut = (rest.broken ?? []).filter((fault) => !given.has(fault));
      return { services: loaded, leftOut };
    }
    const culprit = findCulprit(loaded, rest);
    if (culprit === undefined) return loaded;
    rest = withoutService(rest, culprit, loadFaultText(loaded));
  }
}

/** The last of the services at fault that nothing needs. */
function findCulprit(
  fault: LoadFault,
  { descriptions, roots }: LoadSet,
): ServiceDescription | undefined {
  if (roots === undefined) return undefined;
  const needed = reachedFrom(roots, descriptions, (kind) => !isSoftKind(kind));
  const atFault = new Set(fault.kind === "refused" ? [fault.service] : fault.path);
  return descriptions.findLast(({ name }) => atFault.has(name) && !needed.has(name));
}

/**
 * Names of services that are reached over dependencies of some kinds, those of the roots included.
 */
function reachedFrom(
  roots: readonly Dependency[],
  descriptions: readonly ServiceDescription[],
  follows: (kind: Dependency["kind"]) => boolean,
): ReadonlySet<string> {
  const byName = new Map<string, ServiceDescription>();
  for (const description of descriptions) byName.set(description.name, description);
  const reached = new Set<string>();
  const pending = [...roots];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    if (!follows(next.kind) || reached.has(next.name)) continue;
    reached.add(next.name);
    pending.push(...byName.get(next.name)?.dependencies ?? []);
  }
  return reached;
}

/** The set without a service and without those that need it, and what is no longer reached. */
function withoutService(set: LoadSet, culprit: ServiceDescription, why: string): LoadSet {
  const { roots = [], broken = [] } = set;
  const whys = new Map<string, string>([[culprit.name, why]]);
  for (let size = 0; size < whys.size;) {
    size = whys.size;
    for (const { name, dependencies } of set.descriptions) {
      if (whys.has(name)) continue;
      const lost = dependencies.find((each) => !isSoftKind(each.kind) && whys.has(each.name));
      if (lost !== undefined) whys.set(name, `it needs "${lost.name}", which cannot be loaded`);
    }
  }
  const kept = set.descriptions.filter(({ name }) => !whys.has(name));
  const reached = reachedFrom(roots, kept, () => true);
  const dropped = set.descriptions.flatMap((description) => {
    const reason = whys.get(description.name);
    return reason === undefined ? [] : [brokenService(description, reason)];
  });
  return {
    descriptions: kept.filter(({ name }) => reached.has(name)),
    broken: [...broken, ...dropped].filter(({ name }) => reached.has(name)),
    roots,
  };
}

function brokenService({ name, source }: ServiceDescription, why: string): BrokenService {
  return {
    name,
    source,
    problems: [{
      severity: "error",
      message: `Cannot load "${name}": ${why}`,
      file: source.file,
      line: undefined,
      column: undefined,
      lineText: undefined,
      hint: `dinit check ${name} tells more`,
    }],
  };
}
