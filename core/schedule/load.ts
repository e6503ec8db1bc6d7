/**
 * Load: makes records for descriptions, all or none, after checking what only the whole set shows.
 */
import { LONGEST_CHAIN } from "../graph/chain_limit.ts";
import { isSoftKind, type ServiceDescription } from "../description/contract/description.ts";
import type { ServiceRecord } from "../service/record/record.ts";
import { isOrderLink } from "../service/record/terms.ts";
import type { LoadAnswer, LoadSet } from "./api.ts";
import { consumerFault, producerFault } from "./consumer.ts";
import { measureHeights, type NamedGraph, namesAbove, namesRoundCycle } from "./graph.ts";
import { type Batch, findAliasFault, type RealName, realNames } from "./aliases.ts";
import type { Registry } from "./registry.ts";

/** A load that was refused: nothing has changed. */
export type LoadFault = Exclude<LoadAnswer, { readonly kind: "loaded" }>;

/** What a refused load says, without the name of what was to be loaded. */
export function loadFaultText(fault: LoadFault): string {
  switch (fault.kind) {
    case "cycle":
      return `services depend in a circle: ${fault.path.join(" → ")}`;
    case "too-deep":
      return `more than ${LONGEST_CHAIN} services in a chain: ${fault.path.join(" → ")}`;
    case "refused":
      return fault.why;
  }
}

/**
 * @returns The new records, in the order of the descriptions.
 */
export function loadDescriptions(
  registry: Registry,
  { descriptions, broken = [] }: LoadSet,
): readonly ServiceRecord[] | LoadFault {
  const batch = new Map<string, ServiceDescription>();
  for (const description of descriptions) {
    const present = registry.find(description.name);
    if (batch.has(description.name) || present?.name === description.name) {
      return refused(description, "it is loaded already");
    }
    if (present !== undefined) {
      return refused(description, `its name is an alias of the service "${present.name}"`);
    }
    batch.set(description.name, description);
  }
  const left = new Set<string>(broken.map(({ name }) => name));
  const alias = findAliasFault(registry, batch);
  if (alias !== undefined) return { kind: "refused", service: alias.name, why: alias.why };
  const real = realNames(registry, batch);
  const reference = findMissing(registry, batch, { left, real }) ??
    findConsumerFault(registry, batch);
  if (reference !== undefined) return reference;

  const graph = new GraphAfterLoad(registry, batch, real);
  const names = [...batch.keys()];
  const path = namesRoundCycle(names, (name) => graph.all(name));
  if (path !== undefined) return { kind: "cycle", path };
  const measured = measureHeights([...names, ...graph.raised], graph);
  if ("tooDeep" in measured) return { kind: "too-deep", path: measured.tooDeep };
  const services = makeRecords(registry, { descriptions, broken });
  for (const [name, height] of measured.heights) {
    const service = registry.findAny(name);
    if (service !== undefined) registry.setHeight(service, height);
  }
  return services;
}

function makeRecords(
  registry: Registry,
  { descriptions, broken = [] }: LoadSet,
): readonly ServiceRecord[] {
  const services = descriptions.map((description) => registry.add(description));
  for (const fault of broken) registry.addBroken(fault);
  for (const service of services) {
    // What others said of the placeholder comes after the lines of the description.
    const inherited = service.links.splice(0);
    linkDependencies(registry, service, service.description);
    registry.appendLinks(service, inherited);
  }
  for (const service of services) {
    for (const name of service.description.before) {
      registry.link("before", registry.findOrStandIn(name), service);
    }
    const { consumerOf } = service.description;
    if (consumerOf !== undefined) {
      registry.setConsumer(registry.namedOrStandIn(consumerOf), service);
    }
  }
  return services;
}

/**
 * Makes the links that the lines of a description ask for, in their order; `before` lines aside.
 */
export function linkDependencies(
  registry: Registry,
  service: ServiceRecord,
  description: ServiceDescription,
): void {
  for (const { kind, name } of description.dependencies) {
    registry.link(kind, service, registry.findOrStandIn(name));
  }
  for (const name of description.after) {
    registry.link("after", service, registry.findOrStandIn(name));
  }
}

function findMissing(
  registry: Registry,
  batch: ReadonlyMap<string, ServiceDescription>,
  { left, real }: { readonly left: ReadonlySet<string>; readonly real: RealName },
): LoadFault | undefined {
  for (const description of batch.values()) {
    for (const { kind, name: written } of description.dependencies) {
      const name = real(written);
      if (batch.has(name) || registry.find(name) !== undefined) continue;
      const isLeft = left.has(name) || registry.findListed(name) !== undefined;
      if (isLeft && isSoftKind(kind)) continue;
      return refused(description, `its dependency "${name}" is not loaded`);
    }
  }
  return undefined;
}

function findConsumerFault(
  registry: Registry,
  batch: ReadonlyMap<string, ServiceDescription>,
): LoadFault | undefined {
  const taken = new Map<string, string>();
  for (const description of batch.values()) {
    const known = registry.findAny(description.name)?.consumer;
    const why = known === undefined ? undefined : producerFault(description, known.name);
    if (why !== undefined) return refused(description, why);
  }
  for (const description of batch.values()) {
    const { consumerOf } = description;
    if (consumerOf === undefined) continue;
    const producer = batch.get(consumerOf) ?? registry.find(consumerOf)?.description;
    const rival = taken.get(consumerOf) ?? registry.findAny(consumerOf)?.consumer?.name;
    const why = consumerFault(description, producer, rival);
    if (why !== undefined) return refused(description, why);
    taken.set(consumerOf, description.name);
  }
  return undefined;
}

function refused(description: ServiceDescription, why: string): LoadFault {
  return { kind: "refused", service: description.name, why };
}

/** The graph as it will be when the batch is loaded. */
class GraphAfterLoad implements NamedGraph {
  readonly #registry: Registry;
  readonly #batch: ReadonlyMap<string, ServiceDescription>;
  /** Service → those that the batch puts before it. */
  readonly #before = new Map<string, string[]>();
  /** A loaded service can reach the batch; otherwise only the batch need be searched. */
  readonly #isReachable: boolean;
  /** Loaded services above a broken one that the batch mends: their chains become longer. */
  readonly raised: ReadonlySet<string>;
  readonly #real: RealName;

  constructor(registry: Registry, batch: Batch, real: RealName) {
    this.#registry = registry;
    this.#batch = batch;
    this.#real = real;
    this.raised = loadedAbove(registry, batch);
    let isReachable = false;
    for (const description of batch.values()) {
      const own = [description.name, ...description.aliases];
      if (own.some((name) => registry.findAny(name) !== undefined)) isReachable = true;
      for (const written of description.before) {
        const name = real(written);
        const names = this.#before.get(name);
        if (names === undefined) this.#before.set(name, [description.name]);
        else names.push(description.name);
        if (!batch.has(name)) isReachable = true;
      }
    }
    this.#isReachable = isReachable;
  }

  all(name: string): readonly string[] {
    const description = this.#batch.get(name);
    if (description === undefined && !this.#isReachable) return [];
    const names = this.#loadedLinks(name);
    if (description !== undefined) {
      for (const dependency of description.dependencies) names.push(dependency.name);
      names.push(...description.after);
    }
    return names.map(this.#real);
  }

  dependencies(name: string): readonly string[] {
    // A broken service has links of its own, too: those that orders made.
    const links = this.#registry.findAny(name)?.links ?? [];
    const linked = links.filter((link) => !isOrderLink(link)).map((link) => link.to.name);
    const described = this.#batch.get(name)?.dependencies ?? [];
    return [...described.map((dependency) => dependency.name), ...linked].map(this.#real);
  }

  knownHeight(name: string): number | undefined {
    if (this.#batch.has(name) || this.raised.has(name)) return undefined;
    return this.#registry.findAny(name)?.height ?? 1;
  }

  #loadedLinks(name: string): string[] {
    const names = (this.#registry.findAny(name)?.links ?? []).map((link) => link.to.name as string);
    names.push(...this.#before.get(name) ?? []);
    return names;
  }
}

/**
 * The loaded services that depend, over any number of others, on a broken one which the batch
 * mends.
 */
function loadedAbove(
  registry: Registry,
  batch: ReadonlyMap<string, ServiceDescription>,
): ReadonlySet<string> {
  return namesAbove([...batch.keys()].flatMap((name) => registry.findListed(name) ?? []));
}
