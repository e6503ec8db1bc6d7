/**
 * The open control connections together: what one of them must know of the others, and the events
 * that go to all that listen.
 */
import type { ServiceStatus } from "../../core/command.ts";
import type { HealthState, ServiceEvent, ServiceId } from "../../core/types.ts";

/** A connection, as far as the others and the events are concerned. */
export interface HubMember {
  /** Whether it has a handle for the service. */
  holds(service: ServiceId): boolean;
  notify(service: ServiceId, event: ServiceEvent, status: ServiceStatus): void;
  healthChanged(service: ServiceId, state: HealthState, why: string): void;
  environmentChanged(text: string, hadValue: boolean): void;
  forget(service: ServiceId): void;
}

export class ControlHub {
  readonly #members = new Set<HubMember>();

  add(member: HubMember): void {
    this.#members.add(member);
  }

  /** Ends the member's subscriptions; its handles no longer keep services loaded. */
  remove(member: HubMember): void {
    this.#members.delete(member);
  }

  /** Whether a connection other than this one has a handle for the service. */
  isHeldElsewhere(service: ServiceId, by: HubMember): boolean {
    for (const member of this.#members) {
      if (member !== by && member.holds(service)) return true;
    }
    return false;
  }

  /** Sends a service's event to every connection with a handle for it. */
  notify(service: ServiceId, event: ServiceEvent, status: ServiceStatus): void {
    for (const member of this.#members) member.notify(service, event, status);
  }

  /** @param why What is wrong with it; empty: nothing. */
  notifyHealth(service: ServiceId, state: HealthState, why: string): void {
    for (const member of this.#members) member.healthChanged(service, state, why);
  }

  /** @param text `NAME=VALUE`, or `NAME` when it was unset. */
  environmentChanged(text: string, hadValue: boolean): void {
    for (const member of this.#members) member.environmentChanged(text, hadValue);
  }

  /** The record is gone, and with it every handle for it. */
  forget(service: ServiceId): void {
    for (const member of this.#members) member.forget(service);
  }
}
