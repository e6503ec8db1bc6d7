/**
 * Commands of earlier turns whose effect died with the manager, or may have: they are carried out
 * once more. Each of them may be carried out twice without harm, but for `spawn`, which is asked
 * for only where no process was made.
 */
import type { Command } from "../command.ts";
import type { ServiceRecord } from "../service/record/record.ts";
import { probeDue } from "../service/health.ts";
import { spawnCommand, stopCommandSpawn } from "../service/types/spawning.ts";
import type { Pid } from "../types.ts";

/** What there is besides the record. */
export interface AgainFacts {
  readonly hasConsole: boolean;
  /** Processes of the service that are not known to the record, by role. */
  isFound(role: "start" | "stop"): boolean;
}

/** Of one service, in the order in which they are to be carried out. */
export function commandsAgain(
  service: Readonly<ServiceRecord>,
  facts: AgainFacts,
): readonly Command[] {
  const { id, main, stopper, state, phase, description } = service;
  const commands: Command[] = [];
  if (state === "started" && description.options.startsRwfs) {
    commands.push({ kind: "root-writable" });
  }
  if (state === "started" && description.options.startsLog) {
    commands.push({ kind: "log-available" });
  }
  if (phase === "killing-all") commands.push({ kind: "kill-all", service: id });
  const isOpen = description.sockets.length > 0 || description.timer !== undefined;
  if (state === "stopped" && isOpen) {
    commands.push({ kind: "close-socket", service: id });
  }
  if (phase === "checking" || service.isCheckingRun) commands.push({ kind: "check", service: id });
  if (isListening(service)) commands.push({ kind: "listen", service: id });
  const purpose = probeDue(service);
  if (purpose !== undefined) commands.push({ kind: "probe", service: id, purpose });
  const daemon = daemonOfTree(service);
  if (daemon !== undefined) commands.push({ kind: "end-tree", service: id, daemon });
  if (isUnmade(main) && !facts.isFound("start")) {
    commands.push(spawnCommand(service, facts.hasConsole));
  }
  if (isUnmade(stopper) && !facts.isFound("stop")) commands.push(stopCommandSpawn(service));
  return commands;
}

/** Its process was asked for, and is not known to have been made. */
function isUnmade({ phase, pid }: ServiceRecord["main"]): boolean {
  return phase === "launching" && pid === 0;
}

/** It starts on demand and has no process: the sockets are to be open, and watched. */
function isListening(service: Readonly<ServiceRecord>): boolean {
  const { description, phase, main, timer, isSetAside } = service;
  if (service.unmetCondition !== undefined || service.isCheckingRun) return false;
  if (isSetAside || !description.startsOnDemand || main.phase !== "none" || timer !== "none") {
    return false;
  }
  return phase === "coming-up" || phase === "started";
}

/** It waits for the end of a daemon that nobody else reports. */
function daemonOfTree(service: Readonly<ServiceRecord>): Pid | undefined {
  const { description, phase, main, stopper } = service;
  if (!description.killTree || phase !== "coming-down" || stopper.phase !== "none") {
    return undefined;
  }
  if (main.phase !== "daemon" || main.isTracked || main.pid === 0) return undefined;
  return main.pid;
}
