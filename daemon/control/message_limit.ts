/**
 * A kind of log message that others cause: some at once, then the number of those that there were,
 * once in ten seconds. Otherwise they could fill the log.
 */
import { type Instant, instant } from "../../core/types.ts";

/** Between two messages, or two bursts of them. */
export const MESSAGE_PAUSE_MS = 10_000;

export interface MessageLimitOptions {
  readonly now: () => Instant;
  readonly log: (message: string) => void;
  /** So many are logged one after the other before others are held back; 1 when not given. */
  readonly burst?: number;
}

export class MessageLimit {
  readonly #now: MessageLimitOptions["now"];
  readonly #log: MessageLimitOptions["log"];
  readonly #burst: number;
  /** Until then only so many as are left of the burst are logged. */
  #limitedUntil: Instant | undefined;
  /** Since the limit began. */
  #logged = 0;
  #heldBack: { readonly latest: string; readonly count: number } | undefined;

  constructor({ now, log, burst = 1 }: MessageLimitOptions) {
    this.#now = now;
    this.#log = log;
    this.#burst = burst;
  }

  /** When {@linkcode logHeldBack} is due; undefined when nothing is held back. */
  get dueAt(): Instant | undefined {
    return this.#heldBack === undefined ? undefined : this.#limitedUntil;
  }

  /**
   * Logs it, or holds it back: then it is counted, and the last of those held back is logged later.
   */
  log(message: string): void {
    const now = this.#now();
    if (this.#limitedUntil === undefined || now >= this.#limitedUntil) {
      this.logHeldBack();
      this.#limitedUntil = instant(now + MESSAGE_PAUSE_MS);
      this.#logged = 0;
    }
    if (this.#logged < this.#burst) {
      this.#logged += 1;
      this.#log(message);
    } else this.#heldBack = { latest: message, count: (this.#heldBack?.count ?? 0) + 1 };
  }

  /** Logs the last message that was held back, with the number of all of them. */
  logHeldBack(): void {
    if (this.#heldBack === undefined) return;
    const { latest, count } = this.#heldBack;
    this.#heldBack = undefined;
    this.#limitedUntil = instant(this.#now() + MESSAGE_PAUSE_MS);
    this.#logged = 1;
    this.#log(count === 1 ? latest : `${latest} (the last of ${count})`);
  }
}
