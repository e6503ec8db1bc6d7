/**
 * Which records and links have changed since somebody asked last: what the state that is kept
 * outside has to be told of.
 *
 * Every rule that writes a field of a record or link notes it here; the simulator holds what is
 * kept against what is. Nothing is noted before somebody has asked for it.
 */
import type { Link, ServiceRecord } from "../record/record.ts";

export class Changes {
  /** Each once. Those that are gone may be among them. Likewise the others. */
  services: ServiceRecord[] = [];
  links: Link[] = [];
  /** Of which the description or the presence has changed. */
  described: ServiceRecord[] = [];
  goneServices: ServiceRecord[] = [];
  goneLinks: Link[] = [];
  #isNoting = false;

  /** From now on changes are noted. */
  begin(): void {
    this.#isNoting = true;
  }

  get isEmpty(): boolean {
    return this.services.length === 0 && this.links.length === 0 &&
      this.goneServices.length === 0 && this.goneLinks.length === 0;
  }

  /** Some field of the record may have changed. */
  note(service: ServiceRecord): void {
    if (service.isChanged || !this.#isNoting) return;
    service.isChanged = true;
    this.services.push(service);
  }

  /** A link was made, or some field of it has changed. */
  noteLink(link: Link): void {
    if (link.isChanged || !this.#isNoting) return;
    link.isChanged = true;
    this.links.push(link);
  }

  /** A record was made, or has another description or presence. */
  noteDescription(service: ServiceRecord): void {
    this.note(service);
    if (this.#isNoting) this.described.push(service);
  }

  noteGone(service: ServiceRecord): void {
    if (this.#isNoting) this.goneServices.push(service);
  }

  noteGoneLink(link: Link): void {
    if (this.#isNoting) this.goneLinks.push(link);
  }

  /** All of them are known. */
  clear(): void {
    for (const service of this.services) service.isChanged = false;
    for (const link of this.links) link.isChanged = false;
    this.services = [];
    this.links = [];
    if (this.described.length > 0) this.described = [];
    if (this.goneServices.length > 0) this.goneServices = [];
    if (this.goneLinks.length > 0) this.goneLinks = [];
  }
}
