/**
 * Types internal (up as soon as its dependencies are) and triggered (and its trigger is set). Neither
 * has a process, so both can be stopped at any moment.
 */
import type { ServiceRecord } from "./record.ts";
import { started } from "./starting.ts";
import type { Work } from "./work.ts";

export function bringUpTriggered(work: Work, service: ServiceRecord): void {
  if (service.isTriggered) started(work, service);
}

/** Sets or clears the trigger. Clearing has no effect on a started service; the trigger outlives it. */
export function setTrigger(work: Work, service: ServiceRecord, isOn: boolean): void {
  service.isTriggered = isOn;
  if (!isOn || service.state !== "starting") return;
  if (service.isWaiting || service.wantsConsole) return;
  started(work, service);
}
