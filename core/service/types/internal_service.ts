/**
 * Types internal (up as soon as its dependencies are) and triggered (and its trigger is set).
 * Neither has a process, so both can be stopped at any moment.
 */
import type { ServiceRecord } from "../record/record.ts";
import { beginHistory } from "../restart_policy.ts";
import { started } from "../starting.ts";
import type { InterruptResult } from "./type_rules.ts";
import type { Work } from "../effects/work.ts";

export function bringUpInternal(work: Work, service: ServiceRecord): void {
  if (!service.isAutoRestart) beginHistory(work, service);
  started(work, service);
}

export function bringUpTriggered(work: Work, service: ServiceRecord): void {
  if (!service.isAutoRestart) beginHistory(work, service);
  if (service.isTriggered) started(work, service);
}

/** Nothing is under way that would have to end. */
export function interruptInternal(): InterruptResult {
  return "ended";
}

/**
 * Sets or clears the trigger. Clearing has no effect on a started service; the trigger outlives it.
 */
export function setTrigger(work: Work, service: ServiceRecord, isOn: boolean): void {
  work.changes.note(service);
  service.isTriggered = isOn;
  if (isOn && service.phase === "coming-up") started(work, service);
}
