/**
 * What is wrong with a reload, of one service or of several at once: looked at as if all had their
 * new descriptions.
 */
import { isSoftKind, type ServiceDescription } from "../../description/contract/description.ts";
import type { Answer } from "../../event.ts";
import type { Link, ServiceRecord } from "../../service/record/record.ts";
import { isOrderLink } from "../../service/record/terms.ts";
import { type Batch, findAliasFault, type RealName, realNames } from "../aliases.ts";
import { consumerFault, producerFault } from "../consumer.ts";
import {
  CHAIN_TOO_LONG,
  measureHeights,
  type NamedGraph,
  namesAbove,
  namesRoundCycle,
} from "../graph.ts";
import type { Registry } from "../registry.ts";
import { conflictAfterReload } from "./reload_conflicts.ts";

/** A service and what is to be its description. */
export interface Reload {
  readonly service: ServiceRecord;
  readonly description: ServiceDescription;
}

/** What is right. */
export interface CheckedReloads {
  readonly kind: "checked";
  /** The heights of all whose chains change, by name. */
  readonly heights: ReadonlyMap<string, number>;
}

/** Whether all may be reloaded in one step. */
export function checkReloads(
  registry: Registry,
  reloads: readonly Reload[],
): CheckedReloads | Extract<Answer, { readonly kind: "refused" }> {
  const batch = new Map(
    reloads.map(({ service, description }) => [service.name as string, description]),
  );
  if (batch.size < reloads.length) return refused("a service is to be reloaded twice");
  for (const { service, description } of reloads) {
    const why = findFault(registry, service, description) ??
      findConsumerFault(registry, service, description, batch);
    if (why !== undefined) {
      return refused(reloads.length === 1 ? why : `"${service.name}": ${why}`);
    }
  }
  const alias = findAliasFault(registry, batch);
  if (alias !== undefined) {
    return refused(reloads.length === 1 ? alias.why : `"${alias.name}": ${alias.why}`);
  }
  const conflict = conflictAfterReload(registry, batch);
  if (conflict !== undefined) return refused(conflict);
  return checkGraph(registry, batch);
}

function refused(why: string): Extract<Answer, { readonly kind: "refused" }> {
  return { kind: "refused", why };
}

function findFault(
  registry: Registry,
  service: ServiceRecord,
  description: ServiceDescription,
): string | undefined {
  if (description.name !== service.name) {
    return `the new description is of "${description.name}"`;
  }
  if (service.presence.kind === "broken") return "it could not be loaded; load it anew";
  if (service.state !== "stopped" && service.state !== "started") {
    return `it is ${service.state}; reload it when it is started or stopped`;
  }
  for (const { kind, name } of description.dependencies) {
    const service = isSoftKind(kind) ? registry.findListed(name) : registry.find(name);
    if (service === undefined) return `its dependency "${name}" is not loaded`;
  }
  return service.state === "started" ? findStartedFault(registry, service, description) : undefined;
}

/** What cannot change while the service is started. */
function findStartedFault(
  registry: Registry,
  service: ServiceRecord,
  description: ServiceDescription,
): string | undefined {
  const old = service.description;
  const isTaken = (use: string) => use === "starts" || use === "runs";
  const changed: readonly (readonly [string, boolean])[] = [
    ["type", old.type !== description.type],
    ["log-type", old.log.kind !== description.log.kind],
    [
      "the use of the console",
      isTaken(old.console) !== isTaken(description.console) ||
      (old.console === "shares") !== (description.console === "shares"),
    ],
    ["pid-file", old.pidFile !== description.pidFile],
    ["inittab-id", old.attributes.inittabId !== description.attributes.inittabId],
    ["inittab-line", old.attributes.inittabLine !== description.attributes.inittabLine],
    ["socket-activation", old.startsOnDemand !== description.startsOnDemand],
    ["whether it has a timer", (old.timer === undefined) !== (description.timer === undefined)],
    ["consumer-of", old.consumerOf !== description.consumerOf],
  ];
  for (const [setting, differs] of changed) {
    if (differs) return `${setting} cannot change while it is started; stop it first`;
  }
  for (const { kind, name } of description.dependencies) {
    if (kind !== "need" && kind !== "prepared-by") continue;
    if (registry.find(name)?.state === "started") continue;
    return `it would need "${name}", which is not started; start that first`;
  }
  return undefined;
}

function findConsumerFault(
  registry: Registry,
  service: ServiceRecord,
  description: ServiceDescription,
  batch: Batch,
): string | undefined {
  const after = (name: string) => batch.get(name) ?? registry.find(name)?.description;
  const { consumer } = service;
  if (consumer !== undefined && readsAfter(consumer, service.name, batch)) {
    const why = producerFault(description, consumer.name);
    if (why !== undefined) return why;
  }
  const { consumerOf } = description;
  if (consumerOf === undefined) return undefined;
  const known = registry.findAny(consumerOf)?.consumer;
  const present = known !== undefined && readsAfter(known, consumerOf, batch) ? known : undefined;
  return consumerFault(
    description,
    after(consumerOf),
    present?.name ?? otherReader(description, batch),
  );
}

/** Whether one that reads the output of a service does so still. */
function readsAfter(consumer: ServiceRecord, producer: string, batch: Batch): boolean {
  return (batch.get(consumer.name) ?? consumer.description).consumerOf === producer;
}

/** Another of the batch that is to read the same output. */
function otherReader(
  { name, consumerOf }: ServiceDescription,
  batch: Batch,
): string | undefined {
  for (const other of batch.values()) {
    if (other.consumerOf === consumerOf && other.name !== name) return other.name;
  }
  return undefined;
}

function checkGraph(
  registry: Registry,
  batch: Batch,
): CheckedReloads | Extract<Answer, { readonly kind: "refused" }> {
  const graph = new GraphAfterReload(registry, batch);
  const starts = [...batch.values()].flatMap(({ name, before }) => [
    name,
    ...before.map((other) => registry.findAny(other)?.name ?? other),
  ]);
  const path = namesRoundCycle(starts, (name) => graph.all(name));
  if (path !== undefined) return refused(`its links would form a cycle: ${path.join(" → ")}`);
  const measured = measureHeights([...graph.above], graph);
  if ("tooDeep" in measured) return refused(CHAIN_TOO_LONG);
  return { kind: "checked", heights: measured.heights };
}

/** The graph as it will be. */
class GraphAfterReload implements NamedGraph {
  readonly #registry: Registry;
  readonly #batch: Batch;
  /** Service → those that the batch puts before it. */
  readonly #before = new Map<string, string[]>();
  /** The batch, and all that depends on one of it: their chains may change. */
  readonly above: ReadonlySet<string>;
  readonly #real: RealName;

  constructor(registry: Registry, batch: Batch) {
    this.#registry = registry;
    this.#batch = batch;
    const real = realNames(registry, batch);
    this.#real = real;
    for (const description of batch.values()) {
      for (const written of description.before) {
        const name = real(written);
        const names = this.#before.get(name);
        if (names === undefined) this.#before.set(name, [description.name]);
        else names.push(description.name);
      }
    }
    this.above = batchAndAbove(registry, batch);
  }

  all(name: string): readonly string[] {
    const description = this.#batch.get(name);
    const names = this.#keptLinks(name).map((link) => link.to.name as string);
    if (description !== undefined) {
      for (const dependency of description.dependencies) names.push(dependency.name);
      names.push(...description.after);
    }
    names.push(...this.#before.get(name) ?? []);
    return names.map(this.#real);
  }

  dependencies(name: string): readonly string[] {
    const description = this.#batch.get(name);
    if (description !== undefined) {
      return description.dependencies.map((each) => this.#real(each.name));
    }
    const links = this.#registry.findAny(name)?.links ?? [];
    return links.filter((link) => !isOrderLink(link)).map((link) => link.to.name);
  }

  knownHeight(name: string): number | undefined {
    return this.above.has(name) ? undefined : this.#registry.findAny(name)?.height ?? 1;
  }

  /** Of one of the batch only what others say of it; no `before` line of one of the batch. */
  #keptLinks(name: string): readonly Link[] {
    const links = this.#registry.findAny(name)?.links ?? [];
    const isOwn = this.#batch.has(name);
    return links.filter(({ kind, to }) => kind === "before" ? !this.#batch.has(to.name) : !isOwn);
  }
}

function batchAndAbove(registry: Registry, batch: Batch): ReadonlySet<string> {
  const services = [...batch.keys()].flatMap((name) => registry.findAny(name) ?? []);
  return new Set([...batch.keys(), ...namesAbove(services)]);
}
