/**
 * How starts went, as the text in which it goes over the socket: JSON, read with care, because it
 * is another's word.
 */
import type {
  ServiceStarts,
  StartedService,
  StartReport,
  StartTimes,
  WaitsFor,
} from "../../figures/start_times.ts";
import { list, members, numberOf, oneOf, optional, parsed, textOf } from "./careful_json.ts";

export function startsText(report: StartReport): string {
  return JSON.stringify(report);
}

/**
 * The inverse of {@link startsText}; members that are not known are passed over.
 *
 * @throws {RangeError} When it is none.
 */
export function startsOf(text: string): StartReport {
  const report = members(parsed(text));
  return {
    nowMs: numberOf(report.nowMs),
    begunAt: numberOf(report.begunAt),
    isFirstProcess: report.isFirstProcess === true,
    kernelMs: numberOf(report.kernelMs),
    readyMs: optional(report.readyMs, numberOf),
    targets: list(report.targets, textOf),
    services: list(report.services, serviceOf),
  };
}

function serviceOf(value: unknown): StartedService {
  const { name, type, starts, waitsFor } = members(value);
  return {
    name: textOf(name),
    type: textOf(type),
    starts: optional(starts, startsOfService),
    waitsFor: list(waitsFor, waitOf),
  };
}

function startsOfService(value: unknown): ServiceStarts {
  const { first, last, count, failures } = members(value);
  return {
    ...{ first: startOf(first), last: startOf(last) },
    ...{ count: numberOf(count), failures: numberOf(failures) },
  };
}

function startOf(value: unknown): StartTimes {
  const { begunMs, consoleMs, ownMs, launchedMs, executedMs, endedMs, outcome } = members(value);
  return {
    begunMs: numberOf(begunMs),
    consoleMs: optional(consoleMs, numberOf),
    ownMs: optional(ownMs, numberOf),
    launchedMs: optional(launchedMs, numberOf),
    executedMs: optional(executedMs, numberOf),
    endedMs: optional(endedMs, numberOf),
    outcome: oneOf(outcome, ["under-way", "started", "not-started"]),
  };
}

function waitOf(value: unknown): WaitsFor {
  const { name, kind } = members(value);
  return {
    name: textOf(name),
    kind: oneOf(kind, ["need", "milestone", "waits-for", "prepared-by", "before", "after"]),
  };
}
