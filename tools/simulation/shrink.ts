/**
 * Makes a failing plan smaller: takes away moves, services and links as long as it still fails in
 * the same way.
 */
import type { ServiceDescription } from "../../core/description/mod.ts";
import { placeholderDescription } from "../../core/schedule/placeholder.ts";
import type { LastShutdown, Move, Plan } from "./plan.ts";
import { playPlan } from "./play.ts";

const MILDER_SHUTDOWNS: readonly Partial<LastShutdown>[] = [
  { graceMs: undefined },
  { patienceMs: undefined },
  { interrupts: false },
  { stubborn: 0 },
  { undying: 0 },
];

/** Attempts after which the best found so far must do. */
const MOST_ATTEMPTS = 4000;

export function shrinkPlan(plan: Plan): Plan {
  const fault = signatureOf(plan);
  if (fault === undefined) return plan;
  let attempts = 0;
  let best = plan;
  const tryPlan = (candidate: Plan): boolean => {
    if (attempts++ > MOST_ATTEMPTS || signatureOf(candidate) !== fault) return false;
    best = candidate;
    return true;
  };
  for (let round = 0; round < 6; round++) {
    const before = JSON.stringify(best).length;
    shrinkMoves(() => best, tryPlan);
    shrinkServices(() => best, tryPlan);
    shrinkSettings(() => best, tryPlan);
    if (JSON.stringify(best).length === before) break;
  }
  return best;
}

/** The number of the invariant, so that shrinking does not wander off to another fault. */
function signatureOf(plan: Plan): string | undefined {
  const { fault } = playPlan(plan, { traces: false });
  return fault === undefined ? undefined : /#\d+/.exec(fault)?.[0] ?? fault.slice(0, 20);
}

function shrinkMoves(best: () => Plan, tryPlan: (plan: Plan) => boolean): void {
  for (let size = Math.max(1, best().moves.length >> 1); size >= 1; size >>= 1) {
    for (let start = best().moves.length - size; start >= 0; start -= size) {
      const moves = [...best().moves];
      moves.splice(start, size);
      tryPlan({ ...best(), moves });
    }
  }
}

function shrinkServices(best: () => Plan, tryPlan: (plan: Plan) => boolean): void {
  for (let index = best().services.length - 1; index >= 0; index--) {
    tryPlan(withoutService(best(), index));
  }
}

/** Takes a service away; names and numbers of later ones move down by one. */
function withoutService(plan: Plan, gone: number): Plan {
  const rename = (text: string): string =>
    text.replace(/"s(\d+)"/g, (_, digits: string) => {
      const index = Number(digits);
      if (index === gone) return '"gone"';
      return `"s${index > gone ? index - 1 : index}"`;
    });
  const renumber = (index: number) => index > gone ? index - 1 : index;
  const clean = (description: ServiceDescription): ServiceDescription => {
    const renamed: ServiceDescription = {
      ...description,
      ...JSON.parse(rename(linksOf(description))),
    };
    return {
      ...renamed,
      dependencies: renamed.dependencies.filter(({ name }) => name !== "gone" as string),
      conflicts: renamed.conflicts.filter((name) => name !== "gone" as string),
      after: renamed.after.filter((name) => name !== "gone" as string),
      before: renamed.before.filter((name) => name !== "gone" as string),
    };
  };
  const services = plan.services.filter((_, index) => index !== gone).map(clean);
  const moves = plan.moves.flatMap((move): Move[] => {
    if ("from" in move) {
      if (move.from === gone || move.to === gone) return [];
      return [{ ...move, from: renumber(move.from), to: renumber(move.to) }];
    }
    if (!("service" in move)) return [move];
    if (move.service === gone) return [];
    const service = renumber(move.service);
    if (move.kind !== "reload") return [{ ...move, service }];
    return [{ ...move, service, description: clean(move.description) }];
  });
  const broken = plan.broken.filter((index) => index !== gone).map(renumber);
  return { ...plan, services, broken, moves };
}

function linksOf(
  { name, dependencies, conflicts, after, before }: ServiceDescription,
): string {
  return JSON.stringify({ name, dependencies, conflicts, after, before });
}

function shrinkSettings(best: () => Plan, tryPlan: (plan: Plan) => boolean): void {
  tryPlan({ ...best(), launchFailures: 0 });
  tryPlan({ ...best(), restores: 0 });
  tryPlan({ ...best(), isKept: false });
  for (const part of MILDER_SHUTDOWNS) {
    tryPlan({ ...best(), lastShutdown: { ...best().lastShutdown, ...part } });
  }
  for (let index = 0; index < best().services.length; index++) {
    const change = (part: Partial<ServiceDescription>) => {
      const services = best().services.map((service, i) =>
        i === index ? { ...service, ...part } : service
      );
      tryPlan({ ...best(), services });
    };
    const service = best().services[index];
    if (service === undefined) continue;
    const plain = placeholderDescription(service.name);
    const { sockets, startsOnDemand, timer } = plain;
    const { startPre, startPost, stopPost } = plain;
    const own = { sockets, startsOnDemand, timer };
    const sides = { startPre, startPost, stopPost };
    change({ type: "internal", command: [], stopCommand: [], ...sides, ...own });
    change(own);
    for (let link = service.dependencies.length - 1; link >= 0; link--) {
      const { dependencies } = best().services[index] ?? service;
      change({ dependencies: dependencies.filter((_, i) => i !== link) });
    }
    change({ after: [], before: [] });
    change({ conditions: [], requiresMountsFor: [] });
    change({ conflicts: [] });
    change({ options: plain.options });
    change({ stopCommand: [] });
    change({ startPre: [] });
    change({ startPost: [] });
    change({ stopPost: [] });
    change({ smoothRecovery: false });
    change({ restart: "never" });
    change({ readyNotification: plain.readyNotification });
    change({ console: "none" });
    change({ restartDelayMs: 0 });
    change({ startTimeoutMs: 0 });
    change({ stopTimeoutMs: 0 });
    change({ termSignal: "TERM" });
  }
}
