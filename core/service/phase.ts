/**
 * Where a service is on its way up or down. The state that clients see is a coarser view of it.
 *
 * Which phase follows which, and through which function, is the table in `docs/design/0001-state-model.md`.
 */
import type { ServiceState } from "../types.ts";
import type { ServiceRecord } from "./record.ts";

export type Phase =
  /** At rest. */
  | "stopped"
  /** Starting: until nothing is waited for any more. Nothing of it runs. */
  | "waiting-for-dependencies"
  /** Starting: in the queue for the console. Nothing of it runs. */
  | "waiting-for-console"
  /** Starting: its own start is under way. */
  | "coming-up"
  /** Starting: its stop was cancelled while it was still up; what it stands on has to be back first. */
  | "coming-back"
  | "started"
  /** Stopping, and still up: its dependents have to be down first. This stop can be cancelled. */
  | "up-waiting-for-dependents"
  /** The same, but nothing of it runs: its process ended, or its start was cancelled. */
  | "ended-waiting-for-dependents"
  /** Stopping, and still up: nobody is in the way, its own stop is the next thing that is done. */
  | "up-stop-due"
  /** Stopping: its own stop is the next thing that is done, at once or when its process is known to be executed. */
  | "stop-due"
  /** Stopping: SIGINT was sent to break off its start. */
  | "interrupted"
  /** Stopping: every process is being killed before its own stop. */
  | "killing-all"
  /** Stopping: its own stop is under way; its process was sent a signal, or the stop command was launched. */
  | "coming-down";

/** What clients are told. */
export const STATE_OF: Readonly<Record<Phase, ServiceState>> = {
  "stopped": "stopped",
  "waiting-for-dependencies": "starting",
  "waiting-for-console": "starting",
  "coming-up": "starting",
  "coming-back": "starting",
  "started": "started",
  "up-waiting-for-dependents": "stopping",
  "ended-waiting-for-dependents": "stopping",
  "up-stop-due": "stopping",
  "stop-due": "stopping",
  "interrupted": "stopping",
  "killing-all": "stopping",
  "coming-down": "stopping",
};

/** The only place where phase and state are written. */
export function writePhase(service: ServiceRecord, phase: Phase): void {
  const record: { phase: Phase; state: ServiceState } = service;
  record.phase = phase;
  record.state = STATE_OF[phase];
}
