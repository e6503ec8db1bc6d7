/**
 * Launches that wait: they are made in slices, so that a boot of a thousand services does not keep
 * the control socket waiting.
 */
import type { Command } from "../../core/command.ts";
import type { Platform } from "../../platform/mod.ts";
import { LaunchPreference } from "./preference.ts";

export type SpawnCommand = Extract<Command, { kind: "spawn" }>;

/** What a queue does with what waits in it. */
export interface LaunchQueueHooks {
  launch(command: SpawnCommand): void;
  /** Takes notice of launches that have come to their end. */
  look(): void;
  /** Whether children are on their way to their programs: some, or as many as should be. */
  underWay(): "none" | "some" | "many";
}

/** Launches that wait, as another manager goes on with them. */
export interface KeptLaunches {
  readonly waiting: readonly SpawnCommand[];
  readonly isHeld: boolean;
}

export class LaunchQueue {
  /** Puts launches before whatever else wants a processor. */
  readonly preference: LaunchPreference;
  readonly #platform: Pick<Platform, "now" | "prefer">;
  readonly #hooks: LaunchQueueHooks;
  readonly #waiting: SpawnCommand[] = [];
  #next = 0;
  #isHeld = false;
  #isPaused = false;

  constructor(
    platform: Pick<Platform, "now" | "prefer">,
    hooks: LaunchQueueHooks,
  ) {
    this.#platform = platform;
    this.#hooks = hooks;
    this.preference = new LaunchPreference(platform);
  }

  add(command: SpawnCommand): void {
    this.#waiting.push(command);
  }

  get isEmpty(): boolean {
    return this.#next === this.#waiting.length;
  }

  /** Nothing is launched until `release`. */
  hold(): void {
    this.#isHeld = true;
  }

  get isHeld(): boolean {
    return this.#isHeld;
  }

  /** Goes on. @returns What has waited. */
  release(): readonly SpawnCommand[] {
    this.#isHeld = false;
    return this.#waiting.slice(this.#next);
  }

  /** Nothing is launched for the moment; services know nothing of it. */
  set isPaused(isPaused: boolean) {
    this.#isPaused = isPaused;
  }

  /** For {@linkcode adopt}. */
  keep(): KeptLaunches {
    this.preference.end();
    return { waiting: this.#waiting.slice(this.#next), isHeld: this.#isHeld };
  }

  /** Goes on where another manager was. */
  adopt({ waiting, isHeld }: KeptLaunches): void {
    this.#waiting.push(...waiting);
    this.#isHeld = isHeld;
  }

  /** Whether `run` has something to do. */
  get isDue(): boolean {
    return !this.isEmpty && !this.#isHeld && !this.#isPaused && this.#hooks.underWay() !== "many";
  }

  /** Launches are not preferred any more when none is under way. */
  rest(): void {
    if (this.#hooks.underWay() === "none") this.preference.end();
  }

  /**
   * Launches what waits, but stops after the given time; at least one is launched when it is due.
   */
  run(budgetMs: number): void {
    if (!this.isDue) return;
    const end = this.#platform.now() + budgetMs;
    this.preference.begin();
    for (;;) {
      this.#hooks.launch(this.#waiting[this.#next++] as SpawnCommand);
      this.#hooks.look();
      if (!this.isDue || this.#platform.now() >= end) break;
    }
    this.rest();
    if (!this.isEmpty) return;
    this.#waiting.length = 0;
    this.#next = 0;
  }
}
