/**
 * Where a service is on its way up or down. The state that clients see is a coarser view of it.
 *
 * Which phase follows which, and through which function, is the table in
 * `docs/design/0001-state-model.md`.
 */
import type { ServiceState } from "../../types.ts";

/** The phases of each state. */
export interface PhasesOf {
  /** At rest. */
  readonly stopped: "stopped";
  readonly starting:
    /** Until nothing is waited for any more. Nothing of it runs. */
    | "waiting-for-dependencies"
    /** In the queue for the console. Nothing of it runs. */
    | "waiting-for-console"
    /** Whether its conditions and assertions hold is being found out. Nothing of it runs. */
    | "checking"
    /** The commands before its own start are run, or the restart delay before them passes. */
    | "preparing"
    /** Its own start is under way. */
    | "coming-up"
    /** Its own start is done; the commands after it are run. */
    | "finishing"
    /** Its stop was cancelled while it was still up; what it stands on has to be back first. */
    | "coming-back";
  readonly started: "started";
  readonly stopping:
    /** Still up: its dependents have to be down first. This stop can be cancelled. */
    | "up-waiting-for-dependents"
    /** The same, but nothing of it runs: its process ended, or its start was cancelled. */
    | "ended-waiting-for-dependents"
    /** Still up: nobody is in the way, its own stop is the next thing that is done. */
    | "up-stop-due"
    /**
     * Its own stop is the next thing that is done, at once or when its process is known to be
     * executed.
     */
    | "stop-due"
    /** SIGINT was sent to break off its start. */
    | "interrupted"
    /** Every process is being killed before its own stop. */
    | "killing-all"
    /**
     * Its own stop is under way: its process was sent a signal, or the stop command was launched.
     */
    | "coming-down"
    /** Nothing of it is left; the commands after the stop are run. */
    | "cleaning-up";
}

export type Phase = PhasesOf[ServiceState];
