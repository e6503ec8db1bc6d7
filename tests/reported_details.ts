/** What a manager tells of a service that there is nothing to tell of; tests name what differs. */
import type { ReportedDetails } from "../core/protocol/mod.ts";

export const NO_DETAILS: ReportedDetails = {
  name: undefined,
  aliases: [],
  summary: undefined,
  documentation: [],
  dropIns: [],
  mask: undefined,
  statusText: undefined,
  inStateMs: undefined,
  health: undefined,
  nextLaunchInMs: undefined,
  startedFor: undefined,
  restarts: 0,
  isLimitReached: false,
  lastEnd: undefined,
  isPinnedStarted: false,
  isPinnedStopped: false,
  isSetAside: false,
  unmetCondition: undefined,
  timer: undefined,
  failedDependency: undefined,
  fault: undefined,
};
