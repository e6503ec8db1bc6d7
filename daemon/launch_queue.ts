/**
 * Launches that wait: they are made in slices, so that a boot of a thousand services does not keep the control
 * socket waiting, and many at once before whatever else wants a processor.
 */
import type { Command } from "../core/command.ts";
import type { Platform } from "../platform/mod.ts";

export type SpawnCommand = Extract<Command, { kind: "spawn" }>;

/** From so many on they are preferred: a boot, not a restart. */
const MANY_LAUNCHES = 16;
/**
 * Longest preference. Until the next one passes as much time as the last took: services that crash and
 * restart without end must not keep a machine with one processor from everything else.
 */
const PREFERENCE_MS = 2000;

export class LaunchQueue {
  readonly #platform: Platform;
  readonly #launch: (command: SpawnCommand) => void;
  readonly #waiting: SpawnCommand[] = [];
  #next = 0;
  /** Since when launches are preferred. */
  #preferredSince: number | undefined;
  #nextPreference = -Infinity;

  constructor(platform: Platform, launch: (command: SpawnCommand) => void) {
    this.#platform = platform;
    this.#launch = launch;
  }

  add(command: SpawnCommand): void {
    this.#waiting.push(command);
  }

  get isEmpty(): boolean {
    return this.#next === this.#waiting.length;
  }

  /** Launches what waits, but stops after the given time; at least one is launched. */
  run(budgetMs: number): void {
    if (this.isEmpty) return;
    const begin = this.#platform.now();
    const end = begin + budgetMs;
    this.#choosePreference(begin);
    do this.#launch(this.#waiting[this.#next++] as SpawnCommand); while (
      !this.isEmpty && this.#platform.now() < end
    );
    if (!this.isEmpty) return;
    this.#waiting.length = 0;
    this.#next = 0;
    this.#endPreference();
  }

  #choosePreference(now: number): void {
    if (this.#preferredSince !== undefined) {
      if (now - this.#preferredSince >= PREFERENCE_MS) this.#endPreference();
      return;
    }
    const isMany = this.#waiting.length - this.#next >= MANY_LAUNCHES;
    if (!isMany || now < this.#nextPreference) return;
    this.#preferredSince = now;
    this.#platform.preferLaunches(true);
  }

  #endPreference(): void {
    if (this.#preferredSince === undefined) return;
    this.#platform.preferLaunches(false);
    const now = this.#platform.now();
    this.#nextPreference = now + (now - this.#preferredSince);
    this.#preferredSince = undefined;
  }
}
