/** A boot as a manager tells of it: for what is made of that. */
import type { StartedService, StartReport, StartTimes } from "../../core/figures/start_times.ts";

function service(
  name: string,
  start: Partial<StartTimes> | undefined,
  more: { readonly type?: string; readonly waitsFor?: readonly string[] } = {},
): StartedService {
  const { type = "process", waitsFor = [] } = more;
  const first: StartTimes = {
    begunMs: 20,
    consoleMs: undefined,
    ownMs: undefined,
    launchedMs: undefined,
    executedMs: undefined,
    endedMs: undefined,
    outcome: "started",
    ...start,
  };
  return {
    ...{
      name,
      type,
      starts: start === undefined ? undefined : { first, last: first, count: 1, failures: 0 },
    },
    waitsFor: waitsFor.map((other) => ({ name: other, kind: "need" })),
  };
}

/** Process 1 of a machine; `late` came an hour later. */
export const BOOT: StartReport = {
  nowMs: 7_200_000,
  begunAt: Date.UTC(2026, 10, 30, 12),
  isFirstProcess: true,
  kernelMs: 800,
  readyMs: 20,
  targets: ["boot"],
  services: [
    service("boot", { ownMs: 3530, endedMs: 3530 }, { type: "internal", waitsFor: ["web", "bad"] }),
    service("web", { ownMs: 3520, launchedMs: 3521, executedMs: 3530, endedMs: 3530 }, {
      waitsFor: ["db"],
    }),
    service("db", { ownMs: 2020, launchedMs: 2022, executedMs: 2024, endedMs: 3520 }, {
      waitsFor: ["net"],
    }),
    service("net", { ownMs: 20, launchedMs: 21, executedMs: 23, endedMs: 2020 }),
    service("bad", {
      ...{ ownMs: 20, launchedMs: 21, executedMs: 22, endedMs: 520 },
      outcome: "not-started",
    }),
    service("late", { begunMs: 3_600_000, ownMs: 3_600_000, endedMs: 3_600_100 }),
    service("idle", undefined),
  ],
};
