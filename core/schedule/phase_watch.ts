/**
 * Somebody who wants to know how services go from one phase to the next. What is done does not
 * depend on it.
 */
import type { Phase } from "../service/record/phase.ts";
import type { Instant, ServiceId } from "../types.ts";

export interface PhaseWatch {
  /** Called in the middle of a pass: it must not be given anything. */
  entered(service: ServiceId, phase: Phase, now: Instant): void;
}
