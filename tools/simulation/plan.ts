/**
 * A plan: services and what happens to them, as plain data. Everything random is decided here;
 * playing a plan is deterministic, and parts of it can be taken away when a failing one is made
 * smaller.
 */
import type { ServiceDescription } from "../../core/description/mod.ts";
import type { RuntimeDependencyKind } from "../../core/types.ts";

/**
 * Something that happens. Services are named by their place in the plan; moves that do not fit are
 * skipped.
 */
export type Move =
  | {
    readonly kind: "start" | "stop" | "restart" | "wake" | "release";
    readonly service: number;
    readonly pin: boolean;
    readonly force: boolean;
  }
  | { readonly kind: "unpin" | "unload"; readonly service: number }
  | { readonly kind: "load"; readonly service: number }
  | { readonly kind: "trigger"; readonly service: number; readonly on: boolean }
  | { readonly kind: "reload"; readonly service: number; readonly description: ServiceDescription }
  | {
    readonly kind: "add-link" | "remove-link" | "enable";
    readonly link: RuntimeDependencyKind;
    readonly from: number;
    readonly to: number;
  }
  /** A process does something: `which` picks the process, `how` what it does; both in [0, 1). */
  | { readonly kind: "happen"; readonly which: number; readonly how: number }
  /** Time passes; timers that are due fire. */
  | { readonly kind: "advance"; readonly milliseconds: number }
  | { readonly kind: "console"; readonly isBusy: boolean }
  | { readonly kind: "shutdown" };

export interface Plan {
  /** In the order of loading: dependencies come first. */
  readonly services: readonly ServiceDescription[];
  /** Places of services that cannot be loaded at first; a move `load` finds them mended. */
  readonly broken: readonly number[];
  readonly moves: readonly Move[];
  /** Decides which launches fail: n-th launch, by this number and n. */
  readonly launchSeed: number;
  /** Share of the launches for which no child can be made. */
  readonly launchFailures: number;
  /**
   * Decides after which steps the scheduler is written, and a restored one goes on: n-th step, by
   * this number and n.
   */
  readonly restoreSeed: number;
  /** Share of the steps after which that is done. */
  readonly restores: number;
  /** The state is kept as it changes, and restored from there. */
  readonly isKept: boolean;
  readonly lastShutdown: LastShutdown;
  /** Decides in which steps the manager dies, and where in them: n-th step, by this and n. */
  readonly crashSeed: number;
  /** Share of the steps in which it dies; in such runs nothing is restored otherwise. */
  readonly crashes: number;
}

/** How the shutdown at the end goes. */
export interface LastShutdown {
  /** In the middle of all that is under way, instead of after it. */
  readonly interrupts: boolean;
  /** The manager's limit for a whole shutdown, this one and any before it. */
  readonly graceMs: number | undefined;
  /** Somebody at the console insists after so long; undefined: only when it would never end. */
  readonly patienceMs: number | undefined;
  /** Share of the processes that nothing but SIGKILL ends. */
  readonly stubborn: number;
  /** Share of the others that outlive SIGKILL, too. */
  readonly undying: number;
}
