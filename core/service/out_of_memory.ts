/**
 * What follows when the kernel has ended processes of a service because memory ran out
 * (`oom-policy`). That it may have been the main one is known from its own end as well; here the
 * others are the matter: a service without some of its workers.
 */
import type { ServiceRecord } from "./record/record.ts";
import { fail } from "./failing.ts";
import { isKeptUpByPin } from "./pinning.ts";
import { bringDownProcess, unexpectedEnd } from "./types/process.ts";
import { armStop, sendSignal } from "./types/time_limits.ts";
import type { Work } from "./effects/work.ts";

/** @param count How many have been ended since it was launched, or since the last such event. */
export function memoryRanOut(work: Work, service: ServiceRecord, count: number): void {
  const { oomPolicy } = service.description;
  const processes = count === 1 ? "a process" : `${count} processes`;
  const stops = oomPolicy === "stop" && canBeStopped(service);
  const what = `The kernel has ended ${processes} of it because memory ran out`;
  work.log(service, "error", stops ? `${what}; stopping it` : what);
  if (!stops) return;
  // However its main process ends now, and if that is gone without a word.
  service.hasMissedWatchdog = true;
  if (service.state === "starting") {
    service.reason = "failed";
    work.disarm(service);
    work.enter(service, "stopping", "stop-due");
    fail(work, service, "only");
    bringDownProcess(work, service);
  } else if (service.description.startsOnDemand) {
    // What it waits for goes on to be waited for: only this run is over.
    sendSignal(work, service, "start", termSignal(service));
    armStop(work, service);
  } else {
    unexpectedEnd(work, service);
  }
}

/**
 * Whether something of it is up that is not on its way down yet. The start of a script is ended by
 * its own end, and one that is still to be executed cannot have taken anything.
 */
function canBeStopped(service: ServiceRecord): boolean {
  const { state, phase, main, description } = service;
  if (service.isSetAside || service.unmetCondition !== undefined) return false;
  if (state === "starting") {
    return phase === "coming-up" && main.phase === "running" && description.type === "process";
  }
  if (state !== "started" || isKeptUpByPin(service)) return false;
  return !description.startsOnDemand || main.phase === "running";
}

function termSignal({ description }: ServiceRecord): "KILL" | ServiceTermSignal {
  return description.termSignal === "none" ? "KILL" : description.termSignal;
}

type ServiceTermSignal = Exclude<ServiceRecord["description"]["termSignal"], "none">;
