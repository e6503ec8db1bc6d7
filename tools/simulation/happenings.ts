/**
 * What processes may do by themselves, at any time: execute or not, give readiness or close the
 * pipe, tell about themselves, end well or badly, leave a daemon; and what comes in over sockets.
 */
import type { CheckVerdict, PidFileReading } from "../../core/event.ts";
import { pid, type ServiceId, unreachable } from "../../core/types.ts";
import { FIRST_DAEMON } from "./crashes.ts";
import type { SimulatedProcess } from "./process.ts";
import type { SimulatedWorld } from "./world.ts";

/** One thing that a process may do, chosen by two numbers in [0, 1). */
export function happen(world: SimulatedWorld, which: number, how: number): void {
  const { processes, killingAll, sockets, leftovers, checks, probes } = world;
  const count = processes.length + killingAll.length + sockets.size + leftovers.length +
    checks.length + probes.size;
  const index = Math.floor(which * count);
  const process = processes[index];
  const service = [...sockets.keys()][index - processes.length];
  if (process !== undefined) processHappens(world, process, how);
  else if (service !== undefined) socketHappens(world, service, how);
  else if (checks.length > 0) answerCheck(world, how);
  else if (probes.size > 0 && how < 0.7) answerProbe(world, how / 0.7, which);
  else if (leftovers.length > 0) world.endLeftover();
  else if (count > 0) finishKillAll(world);
}

/** The first that asked is told whether its conditions and assertions hold. */
export function answerCheck(world: SimulatedWorld, how: number): void {
  const service = world.checks.shift();
  if (service === undefined) return;
  world.apply({ kind: "checked", service, verdict: verdictBy(how) });
}

function verdictBy(how: number): CheckVerdict {
  if (how < 0.5) return { kind: "met" };
  return { kind: how < 0.8 ? "skip" : "fail", text: "path-exists /x" };
}

/** A verdict on one of those that are asked. */
export function answerProbe(world: SimulatedWorld, how: number, which = 0): void {
  const asked = [...world.probes];
  const [service, purpose] = asked[Math.floor(which * asked.length)] ?? [];
  if (service === undefined || purpose === undefined) return;
  if (purpose === "readiness") world.probes.delete(service);
  const isGood = how < 0.6;
  world.apply({ kind: "probed", service, purpose, isGood, why: isGood ? "" : "no answer" });
}

/** Sockets are opened, or something comes in over one. */
export function socketHappens(world: SimulatedWorld, service: ServiceId, how: number): void {
  const isWatched = world.sockets.get(service) === "watched";
  world.sockets.delete(service);
  if (isWatched) {
    world.apply({ kind: "demand", service, wasWaiting: how < 0.5, where: "/s" });
  } else if (how < 0.9) {
    world.sockets.set(service, "watched");
    world.apply({ kind: "listening", service });
  } else {
    world.apply({ kind: "listen-failed", service, errno: 98, why: "the address is in use" });
  }
}

/**
 * A process says something about itself over its notification socket, or nothing for too long; or
 * the kernel has ended another one of the service.
 */
function tellSomething(world: SimulatedWorld, service: ServiceId, how: number): void {
  if (how < 0.2) world.apply({ kind: "memory-ran-out", service, count: 1 });
  else if (how < 0.4) world.apply({ kind: "stopping", service });
  else if (how < 0.7) world.apply({ kind: "extend-timeout", service, timeoutMs: 2000 });
  else world.apply({ kind: "watchdog-expired", service });
}

/** What kill-all asked for is done, for the service that asked first. */
export function finishKillAll(world: SimulatedWorld): void {
  const service = world.killingAll.shift();
  if (service !== undefined) world.apply({ kind: "all-killed", service });
}

/** What a process does next; `how` in [0, 1) decides. */
export function processHappens(
  world: SimulatedWorld,
  process: SimulatedProcess,
  how: number,
): void {
  const { service, role } = process;
  switch (process.state) {
    case "gone":
      return;
    case "unmade":
      world.remove(process);
      world.apply({ kind: "spawn-failed", service, role, why: "out of processes" });
      return;
    case "forked":
      if (how < 0.15) {
        world.remove(process);
        world.apply({ kind: "exec-failed", service, role, stage: 18, errno: 2 });
      } else if (how < 0.2) {
        endSomehow(world, process, how * 5);
      } else {
        process.state = "running";
        world.apply({ kind: "exec-succeeded", service, role });
      }
      return;
    case "ended-unreported":
      world.remove(process);
      if (how < 0.1) world.apply({ kind: "exec-failed", service, role, stage: 18, errno: 2 });
      else world.apply({ kind: "exec-succeeded", service, role });
      return;
    case "running":
      if (process.watchesReadiness && process.readiness === "open" && how < 0.6) {
        process.readiness = how < 0.5 ? "given" : "closed";
        world.apply({ kind: how < 0.5 ? "ready" : "readiness-closed", service });
        return;
      }
      if (role === "start" && how > 0.9) tellSomething(world, service, (how - 0.9) * 10);
      else endSomehow(world, process, how);
      return;
    case "daemon":
      world.end(process, randomStatus(process, how));
      return;
    default:
      unreachable(process.state);
  }
}

function endSomehow(world: SimulatedWorld, process: SimulatedProcess, how: number): void {
  const isLauncher = process.role === "start" &&
    world.scheduler.description(process.service).type === "bgprocess";
  if (!isLauncher || how >= 0.7 || process.signals.includes("KILL")) {
    world.end(process, randomStatus(process, how));
    return;
  }
  endLauncher(world, process, how / 0.7);
}

/** A launcher exits with status 0; `how` in [0, 1) decides what its pid file says. */
export function endLauncher(world: SimulatedWorld, launcher: SimulatedProcess, how: number): void {
  const { service } = launcher;
  const daemon = pid(launcher.pid + FIRST_DAEMON);
  let pidFile: PidFileReading;
  const wasForked = launcher.state === "forked";
  if (how < 0.7 && !wasForked) {
    pidFile = { kind: "running", pid: daemon, tracked: how < 0.6 };
  } else if (how < 0.85) {
    const status = { kind: "exited", code: 0 } as const;
    pidFile = { kind: "ended", pid: daemon, status };
  } else {
    pidFile = { kind: "invalid", why: "it does not exist" };
  }
  world.remove(launcher);
  if (pidFile.kind === "running") {
    const state = pidFile.tracked ? "daemon" : "gone";
    const successor = { ...launcher, pid: daemon, state, signals: [] } as SimulatedProcess;
    // An untracked daemon is signalled, but its end is nobody's business.
    if (pidFile.tracked) world.processes.push(successor);
    else world.untracked.add(daemon);
  }
  if (wasForked) world.processes.push({ ...launcher, state: "ended-unreported" });
  const status = { kind: "exited", code: 0 } as const;
  world.apply({ kind: "exited", service, role: "start", status, pidFile });
}

function randomStatus(process: SimulatedProcess, how: number) {
  if (process.signals.includes("KILL")) return signalled(9);
  const last = process.signals.at(-1);
  if (last !== undefined && how < 0.5) return signalled(last === "INT" ? 2 : 15);
  if (how < 0.7) return { kind: "exited", code: 0 } as const;
  if (how < 0.9) return { kind: "exited", code: 1 } as const;
  return signalled(how < 0.95 ? 2 : 11);
}

function signalled(signal: number) {
  return { kind: "signalled", signal, dumpedCore: false } as const;
}
