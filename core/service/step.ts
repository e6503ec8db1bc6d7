/**
 * One service: the state model, and the two own steps of a service, up and down, by type.
 *
 * State and target. A service is stopped, starting, started or stopping; its target, stopped or
 * started, is where it is meant to end up. Starting has two parts: waiting (for dependencies, then for
 * the console) and its own start (a process is launched). Stopping likewise: waiting for dependents,
 * then its own stop.
 *
 * Who wants it up. The holders: the mark ("start" was ordered by name) and the links of dependents.
 * The first holder starts the service, the last one to let go stops it. A link holds from the moment
 * the dependent leaves stopped until the dependent is let go itself, not until it is down: so a whole
 * tree is let go at once, and everything below goes to stopping and waits there, dependents first.
 *
 * Which wish wins. Pins first: they prevent a transition, never cause one. Then force: this stop must
 * be carried out, a start only makes the service come back afterwards. Then the target.
 *
 * Two phases. An order or event sets fields and `pending…` flags and puts services on two lists.
 * Propagation (who holds whom, everyone's target) is always worked off before one transition (the real
 * start or stop of one service) is tried. Otherwise a dependency would look wanted at the moment its
 * last dependent goes. Lists instead of recursion: the graph may be deep, the stack may not.
 *
 * What is waited for. A starting service waits on links: `waits` is set until the dependency is
 * started, or has failed and was soft. A stopping service waits while a hard dependent is in the way,
 * that is, while anything of it runs; so whatever is up stands on hard dependencies that are up.
 *
 * Where to look. The way up: `starting.ts`. The way down: `stopping.ts`, and what it means for
 * dependents: `dependents.ts`. A failed start: `failing.ts`. Holders: `holding.ts`. Pins: `pinning.ts`.
 * Automatic restart: `restart_policy.ts`. Processes: `process.ts`, `process_stop.ts` and a file for each
 * type; what they report: `reports.ts`. `docs/design/0001-state-model.md` traces an example.
 */
import { unreachable } from "../types.ts";
import { bringUpTriggered } from "./internal_service.ts";
import { bringUpProcess, interruptProcess } from "./process.ts";
import { bringDownProcess } from "./process_stop.ts";
import type { ServiceRecord } from "./record.ts";
import { beginHistory } from "./restart_policy.ts";
import { bringDownScripted } from "./scripted_service.ts";
import { started } from "./starting.ts";
import { stopped } from "./stopping.ts";
import type { Work } from "./work.ts";

/** `ended`: the start is broken off; `ending`: the process was told to end and is stopping. */
export type InterruptResult = "not-interruptible" | "ended" | "ending";

/** BRING-UP: the service's own start. */
export function bringUp(work: Work, service: ServiceRecord): void {
  const { type } = service.description;
  switch (type) {
    case "process":
    case "bgprocess":
    case "scripted":
      bringUpProcess(work, service);
      return;
    case "internal":
      if (!service.isAutoRestart) beginHistory(work, service);
      started(work, service);
      return;
    case "triggered":
      if (!service.isAutoRestart) beginHistory(work, service);
      bringUpTriggered(work, service);
      return;
    default:
      unreachable(type);
  }
}

/** BRING-DOWN: the service's own stop. */
export function bringDown(work: Work, service: ServiceRecord): void {
  const { type } = service.description;
  switch (type) {
    case "process":
    case "bgprocess":
      bringDownProcess(work, service);
      return;
    case "scripted":
      bringDownScripted(work, service);
      return;
    case "internal":
    case "triggered":
      stopped(work, service);
      return;
    default:
      unreachable(type);
  }
}

/** INTERRUPT: breaks off the service's own start. */
export function interrupt(work: Work, service: ServiceRecord): InterruptResult {
  const { type } = service.description;
  if (type === "internal" || type === "triggered") return "ended";
  return interruptProcess(work, service);
}
