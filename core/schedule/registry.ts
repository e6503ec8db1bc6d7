/**
 * All records by number and by name, placeholders included, and the links between them.
 *
 * Only structure: making and removing links here starts and stops nothing.
 */
import type { BrokenService, ServiceDescription } from "../description/contract/description.ts";
import type { Changes } from "../service/effects/changes.ts";
import {
  type Link,
  type LinkKind,
  LOADED,
  makeRecord,
  NAMED,
  type ServiceRecord,
} from "../service/record/record.ts";
import { withLink } from "../service/record/link_list.ts";
import { isOrderLink } from "../service/record/terms.ts";
import { type ServiceId, serviceId, type ServiceName } from "../types.ts";
import { Conflicts } from "./conflicts.ts";
import { placeholderDescription } from "./placeholder.ts";

/** What a registry holds, between two calls. */
export interface RegistryState {
  /** In ascending order. */
  readonly services: readonly ServiceRecord[];
  readonly lastService: number;
  readonly lastLink: number;
}

export class Registry {
  readonly #byId = new Map<ServiceId, ServiceRecord>();
  readonly #byName = new Map<string, ServiceRecord>();
  /** Services by their other names. */
  readonly #byAlias = new Map<string, ServiceRecord>();
  /** Which of them must not be up together. */
  readonly conflicts = new Conflicts((name) => this.find(name));
  readonly #changes: Changes;
  #lastId = 0;
  #lastLink = 0;

  constructor(changes: Changes) {
    this.#changes = changes;
  }

  /** One with the records that another had. */
  static restored(state: RegistryState, changes: Changes): Registry {
    const registry = new Registry(changes);
    registry.#lastId = state.lastService;
    registry.#lastLink = state.lastLink;
    for (const service of state.services) {
      registry.#byName.set(service.name, service);
      if (service.presence.kind !== "named") registry.#byId.set(service.id, service);
      for (const alias of service.description.aliases) registry.#byAlias.set(alias, service);
      registry.conflicts.described(service);
    }
    return registry;
  }

  /** All records, placeholders included, in ascending order. */
  services(): readonly ServiceRecord[] {
    return [...this.#byName.values()].sort((one, other) => one.id - other.id);
  }

  /** Number of the record that was made last. */
  get lastId(): number {
    return this.#lastId;
  }

  /** Number of the link that was made last, or place of the one that was moved after it. */
  get lastLink(): number {
    return this.#lastLink;
  }

  /** @throws {RangeError} When there is no such service any more. */
  get(id: ServiceId): ServiceRecord {
    const service = this.#byId.get(id);
    if (service === undefined) throw new RangeError(`No service has the number ${id}`);
    return service;
  }

  has(id: ServiceId): boolean {
    return this.#byId.has(id);
  }

  /** Services that are loaded or broken. */
  get size(): number {
    return this.#byId.size;
  }

  /** Some service has another name. */
  get hasAliases(): boolean {
    return this.#byAlias.size > 0;
  }

  /** A loaded service, or undefined. The name may be an alias; so in the next two. */
  find(name: string): ServiceRecord | undefined {
    const service = this.#byAnyName(name);
    return service?.presence.kind === "loaded" ? service : undefined;
  }

  /** A loaded service, or one that is known to be broken. */
  findListed(name: string): ServiceRecord | undefined {
    const service = this.#byAnyName(name);
    return service?.presence.kind === "named" ? undefined : service;
  }

  /** A loaded service, a broken one, or the placeholder for one. */
  findAny(name: string): ServiceRecord | undefined {
    return this.#byAnyName(name);
  }

  /** A placeholder gives way to the service that has its name as an alias. */
  #byAnyName(name: string): ServiceRecord | undefined {
    const service = this.#byName.get(name);
    if (service !== undefined && service.presence.kind !== "named") return service;
    return this.#byAlias.get(name) ?? service;
  }

  /** All services that are loaded or broken, oldest first. */
  values(): IterableIterator<ServiceRecord> {
    return this.#byId.values();
  }

  /** Their numbers; of ten thousand without a step of ours for each. */
  ids(): readonly ServiceId[] {
    return [...this.#byId.keys()];
  }

  /**
   * Makes the record of a service; a placeholder or a record of that name is taken over. That of a
   * broken service becomes the record of the mended one, so that whoever has its number keeps it.
   */
  add(description: ServiceDescription): ServiceRecord {
    const broken = this.#findBroken(description.name);
    if (broken !== undefined) {
      this.#changes.noteDescription(broken);
      broken.presence = LOADED;
      broken.description = description;
      this.conflicts.described(broken);
      this.#takeAliases(broken);
      return broken;
    }
    return this.#insert(description);
  }

  /**
   * Makes the record of a service that cannot be loaded, or gives the one that is there the new
   * reasons.
   */
  addBroken(fault: BrokenService): void {
    const description = placeholderDescription(fault.name, fault.source);
    const service = this.#findBroken(fault.name) ?? this.#insert(description);
    this.#changes.noteDescription(service);
    service.presence = { kind: "broken", fault };
    service.description = description;
    this.conflicts.described(service);
  }

  #findBroken(name: string): ServiceRecord | undefined {
    const service = this.#byName.get(name);
    return service?.presence.kind === "broken" ? service : undefined;
  }

  #insert(description: ServiceDescription): ServiceRecord {
    const service = makeRecord(serviceId(++this.#lastId), description);
    this.#changes.noteDescription(service);
    const old = this.#byName.get(service.name);
    if (old !== undefined) this.#takeOver(old, service);
    this.#byId.set(service.id, service);
    this.#byName.set(service.name, service);
    this.conflicts.described(service);
    this.#takeAliases(service);
    return service;
  }

  /** What others say of placeholders with its other names is meant for it. */
  #takeAliases(service: ServiceRecord): void {
    for (const alias of service.description.aliases) {
      this.#byAlias.set(alias, service);
      const placeholder = this.#byName.get(alias);
      if (placeholder?.presence.kind !== "named") continue;
      this.#moveLinks(placeholder, service);
      this.dropIfUnused(placeholder);
    }
  }

  #dropAliases(service: ServiceRecord): void {
    const { description } = service;
    for (const alias of description.aliases) {
      // It may be another's by now, if both are reloaded in one step.
      if (this.#byAlias.get(alias) === service) this.#byAlias.delete(alias);
    }
  }

  /** The loaded or broken service of that name, or its placeholder, made if need be. */
  findOrStandIn(name: ServiceName): ServiceRecord {
    return this.#byAnyName(name) ?? this.#addPlaceholder(name);
  }

  /** As {@link findOrStandIn}, but by its own name only. */
  namedOrStandIn(name: ServiceName): ServiceRecord {
    return this.#byName.get(name) ?? this.#addPlaceholder(name);
  }

  /** Takes a stopped record out; what others say of it goes to a placeholder. Its own links go. */
  remove(service: ServiceRecord): void {
    for (const link of [...service.links]) {
      if (link.kind !== "before") this.unlink(link);
    }
    for (const link of [...service.dependents]) {
      if (link.kind === "before") this.unlink(link);
    }
    const producer = this.producerOf(service);
    this.#changes.noteGone(service);
    this.#byId.delete(service.id);
    this.#byName.delete(service.name);
    this.conflicts.removed(service);
    this.#dropAliases(service);
    if (producer?.consumer === service) {
      this.setConsumer(producer, undefined);
      this.dropIfUnused(producer);
    }
    if (isNamedByOthers(service)) this.#takeOver(service, this.#addPlaceholder(service.name));
  }

  /** The service whose output this one reads. */
  producerOf(service: ServiceRecord): ServiceRecord | undefined {
    const name = service.description.consumerOf;
    return name === undefined ? undefined : this.#byName.get(name);
  }

  /** @param consumer The service that reads the producer's output from now on. */
  setConsumer(producer: ServiceRecord, consumer: ServiceRecord | undefined): void {
    this.#changes.note(producer);
    producer.consumer = consumer;
  }

  /** Services in the longest chain of dependencies from here down. */
  setHeight(service: ServiceRecord, height: number): void {
    if (service.height === height) return;
    this.#changes.note(service);
    service.height = height;
  }

  /** Gives a service another description. */
  describe(service: ServiceRecord, description: ServiceDescription): void {
    this.#changes.noteDescription(service);
    this.#dropAliases(service);
    service.description = description;
    this.conflicts.described(service);
    this.#takeAliases(service);
  }

  /** Makes a link, at the end of both lists. */
  link(kind: LinkKind, from: ServiceRecord, to: ServiceRecord): Link {
    const number = ++this.#lastLink;
    const link: Link = {
      number,
      place: number,
      kind,
      from,
      to,
      waits: false,
      holds: false,
      isChanged: false,
    };
    this.#changes.noteLink(link);
    from.links = withLink(from.links, link);
    to.dependents = withLink(to.dependents, link);
    return link;
  }

  /** Appends own links of a service that were taken out of its list. */
  appendLinks(service: ServiceRecord, links: readonly Link[]): void {
    for (const link of links) {
      this.#changes.noteLink(link);
      link.place = ++this.#lastLink;
      service.links = withLink(service.links, link);
    }
  }

  /** Takes a link out of both lists, and a placeholder away that it was the last to need. */
  unlink(link: Link): void {
    this.#changes.noteGoneLink(link);
    removeLink(link.from.links, link, "place");
    removeLink(link.to.dependents, link, "number");
    this.dropIfUnused(link.from);
    this.dropIfUnused(link.to);
  }

  dropIfUnused(service: ServiceRecord): void {
    if (service.presence.kind !== "named" || isNamedByOthers(service)) return;
    if (this.#byName.get(service.name) !== service) return;
    this.#changes.noteGone(service);
    this.#byName.delete(service.name);
  }

  #addPlaceholder(name: ServiceName): ServiceRecord {
    const service = makeRecord(serviceId(++this.#lastId), placeholderDescription(name));
    this.#changes.noteDescription(service);
    service.presence = NAMED;
    this.#byName.set(name, service);
    return service;
  }

  /** Moves what others say of a service to the record that takes its place. */
  #takeOver(old: ServiceRecord, service: ServiceRecord): void {
    this.#changes.noteGone(old);
    this.#byId.delete(old.id);
    this.conflicts.removed(old);
    this.#dropAliases(old);
    this.#moveLinks(old, service);
    this.setConsumer(service, old.consumer);
    old.consumer = undefined;
  }

  #moveLinks(old: ServiceRecord, service: ServiceRecord): void {
    for (const link of old.dependents.splice(0)) {
      this.#changes.noteLink(link);
      link.to = service;
      service.dependents = withLink(service.dependents, link);
    }
    for (const link of old.links.splice(0)) {
      this.#changes.noteLink(link);
      link.from = service;
      service.links = withLink(service.links, link);
    }
  }
}

/** Another service's description speaks of it, by an ordering or as the producer of a log. */
function isNamedByOthers(service: ServiceRecord): boolean {
  return service.links.length > 0 || service.dependents.length > 0 ||
    service.consumer !== undefined;
}

/** Dependents other than by ordering. */
export function hasRealDependent(service: ServiceRecord): boolean {
  for (const link of service.dependents) {
    if (!isOrderLink(link)) return true;
  }
  return false;
}

/**
 * Without going through all of them: each of fifty thousand services that are unloaded is one of as
 * many dependents.
 *
 * @param key What the list is in the order of.
 */
function removeLink(links: Link[], link: Link, key: "place" | "number"): void {
  let [low, high] = [0, links.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((links[middle] as Link)[key] < link[key]) low = middle + 1;
    else high = middle;
  }
  const index = links[low] === link ? low : links.indexOf(link);
  if (index >= 0) links.splice(index, 1);
}
