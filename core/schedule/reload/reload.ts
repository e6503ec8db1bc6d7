/**
 * Reload: loaded services get new descriptions, or everything stays as it is.
 *
 * A stopped service may change in everything; another type makes a new record. A started one keeps
 * what its running process was made with; new dependencies are taken before old ones are let go. A
 * reload never starts anything.
 *
 * Several at once are one step: only what comes of all of them has to hold, so a link may be turned
 * round. All their new links are there before the first old one goes.
 */
import type { ServiceDescription } from "../../description/contract/description.ts";
import type { Answer } from "../../event.ts";
import type { Link, ServiceRecord } from "../../service/record/record.ts";
import { keepsConsole } from "../../service/starting.ts";
import { drain } from "../../service/step.ts";
import { linkDependencies } from "../load.ts";
import type { Pass } from "../pass.ts";
import type { Registry } from "../registry.ts";
import { checkReloads, type Reload } from "./reload_faults.ts";
import { dropLink, holdNewLink } from "../run_time_links.ts";

/** All of them, or none. @param reloads Each service once. */
export function reload(pass: Pass, registry: Registry, reloads: readonly Reload[]): Answer {
  const checked = checkReloads(registry, reloads);
  if (checked.kind === "refused") return checked;
  const replaced = reloads.map((each) => described(registry, each));
  const changing = replaced.map((each) => takeNewLinks(pass, registry, each));
  // Pins have to reach along the new links before those of the old ones are lifted.
  drain(pass);
  for (const each of changing) dropOldLinks(pass, registry, each);
  for (const [name, height] of checked.heights) {
    const service = registry.findAny(name);
    if (service !== undefined) registry.setHeight(service, height);
  }
  for (const [index, { service }] of reloads.entries()) {
    if (service === replaced[index]?.service) {
      pass.emit({ kind: "redescribe", service: service.id });
    } else {
      pass.emit({ kind: "forget", service: service.id, name: service.name });
    }
  }
  drain(pass);
  return { kind: "accepted" };
}

/** The record that the description is to be of, if it is of another type a new one. */
function described(registry: Registry, { service, description }: Reload): Reload {
  const isSame = description.type === service.description.type;
  return { service: isSame ? service : replace(registry, service, description), description };
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
  successor.isSetAside = service.isSetAside;
  successor.isPinnedByDependent = service.isPinnedByDependent;
  return successor;
}

/** A service that has its new description, and what is left of the old one. */
interface Changing {
  readonly service: ServiceRecord;
  readonly oldLinks: readonly Link[];
  /** Those of its own `before` lines. */
  readonly oldBefore: readonly Link[];
  readonly oldProducer: ServiceRecord | undefined;
}

function takeNewLinks(
  pass: Pass,
  registry: Registry,
  { service, description }: Reload,
): Changing {
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
  return { service, oldLinks, oldBefore, oldProducer };
}

function dropOldLinks(
  pass: Pass,
  registry: Registry,
  { service, oldLinks, oldBefore, oldProducer }: Changing,
): void {
  for (const link of oldLinks) dropLink(pass, registry, link);
  for (const link of oldBefore) dropLink(pass, registry, link);
  moveConsumer(registry, service, oldProducer);
  if (!keepsConsole(service)) pass.console.release(pass, service);
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
  if (consumerOf !== undefined) registry.setConsumer(registry.namedOrStandIn(consumerOf), service);
  if (oldProducer !== undefined) registry.dropIfUnused(oldProducer);
}
