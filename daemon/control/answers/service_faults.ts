/**
 * What the log said last about each service that was wrong, kept for those who ask for its status.
 */
import type { Instant, LogLevel, ServiceId } from "../../../core/types.ts";
import { FACT_KIND, Facts } from "../../kept/facts.ts";

export interface ServiceFault {
  readonly text: string;
  readonly at: Instant;
}

/** Longer ones are cut: a path may have 4,096 bytes, and there may be thousands of services. */
const LONGEST_FAULT = 8192;

/** As another manager goes on with them. */
export type KeptFaults = ReadonlyMap<ServiceId, ServiceFault>;

export class ServiceFaults {
  readonly #faults = new Map<ServiceId, ServiceFault>();
  /** By service. */
  readonly facts = new Facts(FACT_KIND.fault, this.#faults);

  /** @param text A sentence without the service's name. */
  note(service: ServiceId, level: LogLevel, text: string, at: Instant): void {
    if (level !== "error" && level !== "warn") return;
    this.#faults.set(service, { text: text.slice(0, LONGEST_FAULT), at });
    this.facts.note(service);
  }

  of(service: ServiceId): ServiceFault | undefined {
    return this.#faults.get(service);
  }

  /** For {@linkcode adopt}. */
  keep(): KeptFaults {
    return this.#faults;
  }

  /** Goes on where another manager was. */
  adopt(kept: KeptFaults): void {
    for (const [service, fault] of kept) this.#faults.set(service, fault);
  }

  forget(service: ServiceId): void {
    if (this.#faults.delete(service)) this.facts.note(service);
  }
}
