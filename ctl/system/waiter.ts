/**
 * The one wait of a client program: for its connection, and with a screen for keys and signals too.
 *
 * What is not waited for costs nothing: the poller is made at the first use.
 */
import type { Fd } from "../../core/types.ts";
import { createPoller, type Poller } from "../../platform/client.ts";

export class Waiter {
  #poller: Poller | undefined;
  readonly #watched = new Map<Fd, () => void>();
  readonly #signals = new Map<number, () => void>();

  /** Whether signals are reported here, and have no other effect. */
  get readsSignals(): boolean {
    return this.#signals.size > 0;
  }

  /** Calls back, from within {@link wait}, while a descriptor is readable. */
  watch(fd: Fd, onReadable: () => void): void {
    this.#open().watch(fd, { read: true, write: false });
    this.#watched.set(fd, onReadable);
  }

  unwatch(fd: Fd): void {
    if (!this.#watched.delete(fd)) return;
    this.#poller?.unwatch(fd);
  }

  /**
   * Calls back, from within {@link wait}, when a signal has come. It has no other effect from now
   * on.
   */
  watchSignals(signals: readonly number[], onSignal: (signal: number) => void): void {
    this.#open().watchSignals(signals);
    for (const signal of signals) this.#signals.set(signal, () => onSignal(signal));
  }

  /** Waits until anything that is watched has happened, or the time is over. */
  wait(timeoutMs: number): void {
    this.#open().wait(timeoutMs, {
      descriptor: (fd) => this.#watched.get(fd)?.(),
      signal: (signal) => this.#signals.get(signal)?.(),
    });
  }

  #open(): Poller {
    return this.#poller ??= createPoller();
  }
}
