/**
 * Launches that failed because the system is short of something for the moment: processes, memory,
 * descriptors.
 *
 * A service must not count as failed for that. It stays as it is, and the launch is tried again
 * with growing pauses, some eleven seconds in all; its own start timeout goes on meanwhile.
 */
import type { SchedulerApi } from "../../core/schedule/api.ts";
import type { Instant, ServiceId } from "../../core/types.ts";
import type { Platform } from "../../platform/mod.ts";
import type { SpawnCommand } from "./queue.ts";
import type { Timed } from "../time/timed.ts";

/** Source: fork(2), pipe(2), socket(2), execve(2). */
const SHORTAGES: readonly string[] = ["EAGAIN", "ENOMEM", "EMFILE", "ENFILE", "ENOBUFS"];
const FIRST_PAUSE_MS = 50;
const LONGEST_PAUSE_MS = 2000;
const MOST_RETRIES = 10;

export interface LaunchRetriesParts {
  readonly platform: Pick<Platform, "now" | "errnoText">;
  readonly scheduler: Pick<SchedulerApi, "status" | "shutdownType">;
  /** Tries again. */
  readonly launch: (command: SpawnCommand) => void;
}

interface Retry {
  readonly command: SpawnCommand;
  count: number;
  /** undefined: under way. */
  due: Instant | undefined;
}

/** What was put off, as another manager goes on with it. */
export type KeptRetries = ReadonlyMap<string, Retry>;

export class LaunchRetries implements Timed {
  readonly #parts: LaunchRetriesParts;
  readonly #retries = new Map<string, Retry>();

  constructor(parts: LaunchRetriesParts) {
    this.#parts = parts;
  }

  /**
   * A launch failed.
   *
   * @returns `first` or `again`: it is tried again later; `no`: it has failed for good.
   */
  defer(command: SpawnCommand, errno: number): "first" | "again" | "no" {
    const key = keyOf(command.service, command.role);
    const { platform } = this.#parts;
    const retry = this.#retries.get(key) ?? { command, count: 0, due: undefined };
    const isShortage = SHORTAGES.includes(platform.errnoText(errno).name);
    if (!isShortage || retry.count >= MOST_RETRIES || !this.#isWanted(command)) {
      this.#retries.delete(key);
      return "no";
    }
    const pauseMs = Math.min(FIRST_PAUSE_MS * 2 ** retry.count, LONGEST_PAUSE_MS);
    retry.due = (platform.now() + pauseMs) as Instant;
    retry.count++;
    this.#retries.set(key, retry);
    return retry.count === 1 ? "first" : "again";
  }

  /** The launch has worked. */
  succeeded({ service, role }: SpawnCommand): void {
    if (this.#retries.size > 0) this.#retries.delete(keyOf(service, role));
  }

  /** The record is gone. */
  forget(service: ServiceId): void {
    this.#retries.delete(keyOf(service, "start"));
    this.#retries.delete(keyOf(service, "stop"));
  }

  /** For {@linkcode adopt}. */
  keep(): KeptRetries {
    return this.#retries;
  }

  /** Goes on where another manager was. */
  adopt(kept: KeptRetries): void {
    for (const [key, retry] of kept) this.#retries.set(key, retry);
  }

  next(): Instant | undefined {
    if (this.#retries.size === 0) return undefined;
    let next: Instant | undefined;
    for (const { due } of this.#retries.values()) {
      if (due !== undefined && (next === undefined || due < next)) next = due;
    }
    return next;
  }

  runDue(now: Instant): void {
    for (const retry of this.#retries.values()) {
      if (retry.due === undefined || retry.due > now) continue;
      retry.due = undefined;
      this.#parts.launch(retry.command);
    }
  }

  /** A start that is to be stopped again is not worth waiting for; a stop command always is. */
  #isWanted({ service, role }: SpawnCommand): boolean {
    const { scheduler } = this.#parts;
    if (role === "stop") return true;
    const { state } = scheduler.status(service);
    return scheduler.shutdownType === undefined && (state === "starting" || state === "started");
  }
}

function keyOf(service: ServiceId, role: SpawnCommand["role"]): string {
  return `${service} ${role}`;
}
