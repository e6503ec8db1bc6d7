/**
 * Launches that wait: they are made in slices, so that a boot of a thousand services does not keep the control
 * socket waiting.
 */
import type { Command } from "../core/command.ts";
import type { Platform } from "../platform/mod.ts";
import { LaunchPreference } from "./launch_preference.ts";

export type SpawnCommand = Extract<Command, { kind: "spawn" }>;

export class LaunchQueue {
  /** Puts launches before whatever else wants a processor. */
  readonly preference: LaunchPreference;
  readonly #platform: Pick<Platform, "now" | "prefer">;
  readonly #launch: (command: SpawnCommand) => void;
  readonly #waiting: SpawnCommand[] = [];
  #next = 0;
  #isHeld = false;

  constructor(
    platform: Pick<Platform, "now" | "prefer">,
    launch: (command: SpawnCommand) => void,
  ) {
    this.#platform = platform;
    this.#launch = launch;
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

  /** Whether `run` has something to do. */
  get isDue(): boolean {
    return !this.isEmpty && !this.#isHeld;
  }

  /** Launches what waits, but stops after the given time; at least one is launched. */
  run(budgetMs: number): void {
    if (!this.isDue) return;
    const end = this.#platform.now() + budgetMs;
    this.preference.begin();
    for (;;) {
      this.#launch(this.#waiting[this.#next++] as SpawnCommand);
      if (this.isEmpty || this.#platform.now() >= end) break;
    }
    this.preference.end();
    if (!this.isEmpty) return;
    this.#waiting.length = 0;
    this.#next = 0;
  }
}
