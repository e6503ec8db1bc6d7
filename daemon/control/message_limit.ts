/**
 * A kind of log message that strangers cause: one at once, then one in ten seconds at most, with
 * the number of those that there were. Otherwise they could fill the log.
 */
import { type Instant, instant } from "../../core/types.ts";

/** Between two messages. */
export const MESSAGE_PAUSE_MS = 10_000;

export interface MessageLimitOptions {
  readonly now: () => Instant;
  readonly log: (message: string) => void;
}

export class MessageLimit {
  readonly #now: MessageLimitOptions["now"];
  readonly #log: MessageLimitOptions["log"];
  #silentUntil: Instant | undefined;
  #heldBack: { readonly latest: string; readonly count: number } | undefined;

  constructor({ now, log }: MessageLimitOptions) {
    this.#now = now;
    this.#log = log;
  }

  /** When {@linkcode logHeldBack} is due; undefined when nothing is held back. */
  get dueAt(): Instant | undefined {
    return this.#heldBack === undefined ? undefined : this.#silentUntil;
  }

  /**
   * Logs it, or holds it back: then it is counted, and the last of those held back is logged later.
   */
  log(message: string): void {
    const now = this.#now();
    if (this.#silentUntil !== undefined && now < this.#silentUntil) {
      this.#heldBack = { latest: message, count: (this.#heldBack?.count ?? 0) + 1 };
      return;
    }
    this.logHeldBack();
    this.#log(message);
    this.#silentUntil = instant(now + MESSAGE_PAUSE_MS);
  }

  /** Logs the last message that was held back, with the number of all of them. */
  logHeldBack(): void {
    if (this.#heldBack === undefined) return;
    const { latest, count } = this.#heldBack;
    this.#heldBack = undefined;
    this.#silentUntil = instant(this.#now() + MESSAGE_PAUSE_MS);
    this.#log(count === 1 ? latest : `${latest} (the last of ${count})`);
  }
}
