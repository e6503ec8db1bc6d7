/**
 * Everything that is under way comes to its end, one thing after the other.
 */
import {
  answerCheck,
  endLauncher,
  finishKillAll,
  processHappens,
  socketHappens,
} from "./happenings.ts";
import { Breach } from "./invariants.ts";
import type { SimulatedProcess } from "./process.ts";
import type { SimulatedWorld } from "./world.ts";

/** Longest wait for rest; a run that needs more goes round in circles. */
const REST_ROUNDS = 3000;

/**
 * Everything that is under way is finished well: programs execute, starts succeed, stops end,
 * timers fire, triggers are set. Running processes keep running.
 */
export function comeToRest(world: SimulatedWorld): void {
  for (let round = 0; round < REST_ROUNDS; round++) {
    if (world.isAbandoned || !finishSomething(world)) return;
  }
  throw new Breach("#50 does not come to rest");
}

/** @returns False when nothing is left to be done or waited for. */
export function finishSomething(world: SimulatedWorld): boolean {
  if (world.leftovers.length > 0) {
    world.endLeftover();
    return true;
  }
  const asked = [...world.probes].find(([, purpose]) => purpose === "readiness");
  if (asked !== undefined) {
    const [service] = asked;
    world.probes.delete(service);
    world.apply({ kind: "probed", service, purpose: "readiness", isGood: true, why: "" });
    return true;
  }
  if (world.checks.length > 0) {
    answerCheck(world, 0);
    return true;
  }
  if (world.killingAll.length > 0) {
    finishKillAll(world);
    return true;
  }
  for (const [service, state] of world.sockets) {
    if (state === "watched") continue;
    socketHappens(world, service, 0);
    return true;
  }
  for (const process of world.processes) {
    if (finishProcess(world, process)) return true;
  }
  for (const service of world.scheduler.list()) {
    const isTriggered = world.scheduler.description(service).type === "triggered";
    if (!isTriggered || world.scheduler.status(service).state !== "starting") continue;
    if (world.triggered.has(service)) continue;
    world.triggered.add(service);
    world.order({ kind: "trigger", service, on: true });
    return true;
  }
  if (world.isLogBusy) {
    world.apply({ kind: "console-idle" });
    return true;
  }
  const next = world.scheduler.nextDeadline();
  if (next === undefined) return false;
  world.advance(Math.max(0, next - world.now));
  return true;
}

function finishProcess(world: SimulatedWorld, process: SimulatedProcess): boolean {
  if (world.resists(process)) return false;
  const { service, role } = process;
  switch (process.state) {
    case "gone":
      return false;
    case "unmade":
    case "forked":
    case "ended-unreported":
      processHappens(world, process, 0.99);
      return true;
    case "running":
    case "daemon":
      break;
  }
  const { state } = world.scheduler.status(service);
  const { type } = world.scheduler.description(service);
  if (role === "stop" || state === "stopping" || process.signals.length > 0) {
    world.end(process, { kind: "exited", code: role === "stop" ? 0 : 1 });
    return true;
  }
  if (type === "scripted") {
    world.end(process, { kind: "exited", code: 0 });
    return true;
  }
  if (type === "bgprocess" && process.state === "running") {
    endLauncher(world, process, 0.1);
    return true;
  }
  if (process.watchesReadiness && process.readiness === "open") {
    process.readiness = "given";
    world.apply({ kind: "ready", service });
    return true;
  }
  return false;
}
