/**
 * The shutdown order: from then on nothing is started, every mark and pin is taken off, and
 * everything stops, dependents first. Starts that cannot be broken off finish first; time limits
 * apply.
 */
import { unpin } from "../../service/pinning.ts";
import type { ServiceRecord } from "../../service/record/record.ts";
import { drain } from "../../service/step.ts";
import { stopOrder } from "../../service/stopping.ts";
import type { Pass } from "../pass.ts";

/** @param services All records, oldest first. */
export function shutDown(pass: Pass, services: Iterable<ServiceRecord>): void {
  pass.isShuttingDown = true;
  for (const service of services) {
    stopOrder(pass, service, false);
    unpin(pass, service);
  }
  drain(pass);
}
