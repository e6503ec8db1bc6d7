/**
 * Services whose start waits until file systems are mounted: the kernel tells of each change of its
 * table of mounts, and then it is looked at. Nothing is watched while nobody waits.
 */
import { requiredMounts } from "../../core/conditions/fstab.ts";
import type { ConditionFacts } from "../../core/conditions/judge.ts";
import { hasMountAt, readMounts } from "../../core/conditions/mounts.ts";
import type { Fd, ServiceId } from "../../core/types.ts";
import type { Platform } from "../../platform/mod.ts";

export interface MountWaitsParts {
  readonly platform: Pick<Platform, "openMountWatch" | "poller" | "close">;
  readonly facts: Pick<ConditionFacts, "read">;
  readonly warn: (text: string) => void;
  /** All that a service waits for is mounted. */
  readonly mounted: (service: ServiceId) => void;
}

export class MountWaits {
  readonly #parts: MountWaitsParts;
  readonly #waiting = new Map<ServiceId, readonly string[]>();
  #watch: Fd | undefined;

  constructor(parts: MountWaitsParts) {
    this.#parts = parts;
  }

  /** Mount points that paths need, by /etc/fstab, and at which nothing is mounted. */
  missing(paths: readonly string[]): readonly string[] {
    const { facts } = this.#parts;
    return this.#unmounted(requiredMounts(paths, facts.read("/etc/fstab") ?? ""));
  }

  /** Tells once all are mounted; never for a service that waits no more. */
  wait(service: ServiceId, points: readonly string[]): void {
    this.#waiting.set(service, points);
    if (this.#watch === undefined) this.#beginWatch();
    // What was mounted before the watch began is not told.
    this.#look();
  }

  forget(service: ServiceId): void {
    if (this.#waiting.delete(service) && this.#waiting.size === 0) this.#endWatch();
  }

  /** @returns Whether the descriptor is the watch. */
  handleDescriptor(descriptor: Fd): boolean {
    if (descriptor !== this.#watch) return false;
    this.#look();
    return true;
  }

  #unmounted(points: readonly string[]): readonly string[] {
    if (points.length === 0) return points;
    const mounts = readMounts(this.#parts.facts);
    return points.filter((point) => !hasMountAt(mounts, point));
  }

  #look(): void {
    for (const [service, points] of [...this.#waiting]) {
      if (this.#unmounted(points).length > 0) continue;
      this.forget(service);
      this.#parts.mounted(service);
    }
  }

  #beginWatch(): void {
    const { platform, warn } = this.#parts;
    const watch = platform.openMountWatch();
    if (watch === undefined) return;
    if (typeof watch !== "number") {
      return warn(`Cannot watch the table of mounts: ${watch.message}`);
    }
    // The table can always be read; a change is told as an error condition.
    const failure = platform.poller.watch(watch, { read: false, write: true });
    if (failure === undefined) {
      this.#watch = watch;
      return;
    }
    platform.close(watch);
    warn(`Cannot watch the table of mounts: ${failure.message}`);
  }

  #endWatch(): void {
    const { platform } = this.#parts;
    if (this.#watch === undefined) return;
    platform.poller.unwatch(this.#watch);
    platform.close(this.#watch);
    this.#watch = undefined;
  }
}
