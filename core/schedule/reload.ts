/**
 * Reload: a loaded service gets a new description, or everything stays as it is.
 *
 * A stopped service may change in everything; another type makes a new record. A started one keeps
 * what its running process was made with; new dependencies are taken before old ones are let go. A
 * reload never starts anything.
 */
import { isSoftKind, type ServiceDescription } from "../description/contract/description.ts";
import type { Answer } from "../event.ts";
import type { Link, ServiceRecord } from "../service/record/record.ts";
import { keepsConsole } from "../service/starting.ts";
import { drain } from "../service/step.ts";
import { consumerFault, producerFault } from "./consumer.ts";
import {
  CHAIN_TOO_LONG,
  heightByLinks,
  namesRoundCycle,
  raisedHeights,
  refreshHeights,
} from "./graph.ts";
import { linkDependencies } from "./load.ts";
import type { Pass } from "./pass.ts";
import type { Registry } from "./registry.ts";
import { dropLink, holdNewLink } from "./run_time_links.ts";

export function reload(
  pass: Pass,
  registry: Registry,
  service: ServiceRecord,
  description: ServiceDescription,
): Answer {
  const why = findFault(registry, service, description);
  if (why !== undefined) return { kind: "refused", why };
  if (description.type === service.description.type) {
    redescribe(pass, registry, service, description);
    pass.emit({ kind: "redescribe", service: service.id });
  } else {
    const id = service.id;
    redescribe(pass, registry, replace(registry, service, description), description);
    pass.emit({ kind: "forget", service: id, name: service.name });
  }
  drain(pass);
  return { kind: "accepted" };
}

/** A record of another type takes the place of a stopped one. */
function replace(
  registry: Registry,
  service: ServiceRecord,
  description: ServiceDescription,
): ServiceRecord {
  const producer = registry.producerOf(service);
  const successor = registry.add({ ...description, consumerOf: service.description.consumerOf });
  if (producer?.consumer === service) registry.setConsumer(producer, successor);
  registry.setHeight(successor, service.height);
  successor.isPinnedStarted = service.isPinnedStarted;
  successor.isPinnedStopped = service.isPinnedStopped;
  successor.isPinnedByDependent = service.isPinnedByDependent;
  return successor;
}

function redescribe(
  pass: Pass,
  registry: Registry,
  service: ServiceRecord,
  description: ServiceDescription,
): void {
  const oldProducer = registry.producerOf(service);
  const oldLinks = service.links.filter((link) => link.kind !== "before");
  const kept = service.links.filter((link) => link.kind === "before");
  const oldBefore = service.dependents.filter((link) => link.kind === "before");
  registry.describe(service, description);

  service.links.length = 0;
  linkDependencies(registry, service, description);
  const newLinks = [...service.links];
  registry.appendLinks(service, [...oldLinks, ...kept]);
  for (const name of description.before) {
    registry.link("before", registry.findOrStandIn(name), service);
  }
  for (const link of newLinks) holdNewLink(pass, link);
  // Pins have to reach along the new links before those of the old ones are lifted.
  drain(pass);
  for (const link of oldLinks) dropLink(pass, registry, link);
  for (const link of oldBefore) dropLink(pass, registry, link);
  moveConsumer(registry, service, oldProducer);
  if (!keepsConsole(service)) pass.console.release(pass, service);

  const heights = raisedHeights(service, heightByLinks(service));
  if (heights !== "too-deep") {
    for (const [raised, height] of heights) registry.setHeight(raised, height);
  }
  for (const link of service.dependents) refreshHeights(registry, link.from);
}

function moveConsumer(
  registry: Registry,
  service: ServiceRecord,
  oldProducer: ServiceRecord | undefined,
): void {
  if (oldProducer?.consumer === service) {
    registry.setConsumer(oldProducer, undefined);
  }
  const { consumerOf } = service.description;
  if (consumerOf !== undefined) registry.setConsumer(registry.findOrStandIn(consumerOf), service);
  if (oldProducer !== undefined) registry.dropIfUnused(oldProducer);
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
  if (service.state === "started") {
    const why = findStartedFault(registry, service, description);
    if (why !== undefined) return why;
  }
  return findConsumerFault(registry, service, description) ??
    findGraphFault(registry, service, description);
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
): string | undefined {
  if (service.consumer !== undefined) {
    const why = producerFault(description, service.consumer.name);
    if (why !== undefined) return why;
  }
  const { consumerOf } = description;
  if (consumerOf === undefined) return undefined;
  const producer = registry.findAny(consumerOf);
  return consumerFault(
    description,
    registry.find(consumerOf)?.description,
    producer?.consumer?.name,
  );
}

function findGraphFault(
  registry: Registry,
  service: ServiceRecord,
  description: ServiceDescription,
): string | undefined {
  const next = (name: string): readonly string[] => {
    const other = registry.findAny(name);
    const links = other === service
      ? service.links.filter((link) => link.kind === "before")
      : (other?.links ?? []).filter((link) => !isOwnBefore(link, service));
    const names: string[] = links.map((link) => link.to.name);
    if (other === service) {
      for (const dependency of description.dependencies) names.push(dependency.name);
      names.push(...description.after);
    }
    for (const later of description.before) {
      if (later === name) names.push(service.name);
    }
    return names;
  };
  const starts = [service.name, ...description.before];
  const path = namesRoundCycle(starts, next);
  if (path !== undefined) return `its links would form a cycle: ${path.join(" → ")}`;

  let height = 1;
  for (const { name } of description.dependencies) {
    height = Math.max(height, 1 + (registry.findAny(name)?.height ?? 1));
  }
  if (raisedHeights(service, height) === "too-deep") {
    return CHAIN_TOO_LONG;
  }
  return undefined;
}

function isOwnBefore(link: Link, service: ServiceRecord): boolean {
  return link.kind === "before" && link.to === service;
}
