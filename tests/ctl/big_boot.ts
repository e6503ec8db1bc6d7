/** Boots of any size, for pictures of them. */
import type { StartedService, StartReport, StartTimes } from "../../core/figures/start_times.ts";
import { randomSource } from "../daemon/control/random_requests.ts";

/** A boot of so many services in layers; names long and short, some with odd letters. */
export function bigBoot(count: number): StartReport {
  const random = randomSource(count);
  const services: StartedService[] = [];
  let endMs = 0;
  for (let index = 0; index < count; index++) {
    const waitsFor = Array.from(
      { length: index === 0 ? 0 : random(3) },
      () => services[Math.max(0, index - 1 - random(12))]?.name ?? "",
    );
    const ready = waitsFor.map((name) => endOf(services.find((one) => one.name === name)));
    const ownMs = Math.max(30, ...ready);
    const consoleMs = random(15) === 0 ? ownMs : undefined;
    const launchMs = ownMs + (consoleMs === undefined ? 0 : random(200));
    const hasFailed = random(25) === 0;
    const lastMs = launchMs + 3 + random(random(10) === 0 ? 900 : 90);
    endMs = Math.max(endMs, lastMs);
    services.push(service(nameOf(index), waitsFor, {
      ...{ begunMs: 30, consoleMs, ownMs: launchMs, launchedMs: launchMs + 1 },
      ...{ executedMs: launchMs + 2 + random(2), endedMs: lastMs },
      outcome: hasFailed ? "not-started" : "started",
    }));
  }
  const last = services.filter((one) => endOf(one) === endMs);
  services.push({
    ...service("boot", last.map(({ name }) => name), {
      ...{ begunMs: 30, consoleMs: undefined, ownMs: endMs, launchedMs: undefined },
      ...{ executedMs: undefined, endedMs: endMs, outcome: "started" },
    }),
    type: "internal",
  });
  return {
    ...{ nowMs: endMs + 60_000, begunAt: Date.UTC(2026, 10, 30, 12), isFirstProcess: true },
    ...{ kernelMs: 420, readyMs: 30, targets: ["boot"], services },
  };
}

function nameOf(index: number): string {
  if (index % 41 === 7) return `<a & "b">@日本-${index}`;
  return index % 17 === 3 ? `a-service-with-a-name-that-is-too-long-${index}` : `service-${index}`;
}

function service(name: string, waitsFor: readonly string[], start: StartTimes): StartedService {
  return {
    ...{ name, type: "process" },
    starts: { first: start, last: start, count: 1, failures: 0 },
    waitsFor: waitsFor.map((other) => ({ name: other, kind: "need" })),
  };
}

function endOf(one: StartedService | undefined): number {
  return one?.starts?.first.endedMs ?? 0;
}
