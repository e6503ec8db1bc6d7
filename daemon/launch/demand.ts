/**
 * Sockets of services that start on demand: the manager watches them until something comes in, and
 * leaves what came to the process.
 */
import type { ListeningSocket } from "../../core/description/mod.ts";
import type { Event } from "../../core/event.ts";
import type { Fd, ServiceId } from "../../core/types.ts";
import type { Platform } from "../../platform/mod.ts";
import { FACT_KIND, Facts } from "../kept/facts.ts";
import { watchAgain } from "../kept/watch_again.ts";
import type { ActivationSockets } from "./activation_sockets.ts";

/**
 * EPIPE, the same number on all systems: errno.h of each. What a socket that was shut down is told
 * as.
 */
const BROKEN_PIPE = 32;

interface WatchedSocket {
  readonly service: ServiceId;
  /** Its address, for messages. */
  readonly where: string;
  /** Something waited when the watch began. */
  readonly wasWaiting: boolean;
}

/** Those that are watched, as another manager goes on with them. */
export type KeptDemand = ReadonlyMap<Fd, WatchedSocket>;

export class DemandSockets {
  readonly #platform: Platform;
  readonly #sockets: ActivationSockets;
  readonly #report: (event: Event) => void;
  readonly #watched = new Map<Fd, WatchedSocket>();
  /** Those that are watched, by descriptor. */
  readonly facts = new Facts(FACT_KIND.demand, this.#watched);

  constructor(platform: Platform, sockets: ActivationSockets, report: (event: Event) => void) {
    this.#platform = platform;
    this.#sockets = sockets;
    this.#report = report;
  }

  /**
   * Opens a service's sockets, if they are not, watches them, and reports that it listens, or why
   * it cannot.
   */
  listen(service: ServiceId, wanted: readonly ListeningSocket[]): void {
    const sockets = this.#sockets.open(service, wanted);
    if ("kind" in sockets) {
      const { errno, why } = sockets;
      return this.#report({ kind: "listen-failed", service, errno, why });
    }
    for (const socket of sockets) {
      if (this.#watched.has(socket)) continue;
      const where = this.#sockets.addressOf(service, socket);
      const input = this.#platform.waitingInput(socket);
      if (input === "hung-up") return this.#hungUp(service, where);
      const failure = this.#platform.poller.watch(socket, { read: true, write: false });
      if (failure !== undefined) {
        this.ignore(service);
        const { errno, call, message } = failure;
        const why = `Cannot watch the socket ${where}: ${call}: ${message}`;
        return this.#report({ kind: "listen-failed", service, errno, why });
      }
      this.#watched.set(socket, { service, where, wasWaiting: input === "some" });
      this.facts.note(socket);
    }
    this.#report({ kind: "listening", service });
  }

  /** Stops watching a service's sockets: its process takes what comes, or it is inactive. */
  ignore(service: ServiceId): void {
    for (const [socket, watched] of this.#watched) {
      if (watched.service !== service) continue;
      this.#platform.poller.unwatch(socket);
      this.#watched.delete(socket);
      this.facts.note(socket);
    }
  }

  /** For {@linkcode adopt}. The descriptors are handed on by their owner, `ActivationSockets`. */
  keep(): KeptDemand {
    return this.#watched;
  }

  /** Goes on where another manager was. */
  adopt(kept: KeptDemand): void {
    for (const [socket, watched] of kept) {
      watchAgain(this.#platform, socket, { read: true, write: false });
      this.#watched.set(socket, watched);
    }
  }

  /** @returns Whether the descriptor is one of the sockets. */
  handleDescriptor(descriptor: Fd): boolean {
    const watched = this.#watched.get(descriptor);
    if (watched === undefined) return false;
    const { service, where, wasWaiting } = watched;
    this.ignore(service);
    if (this.#platform.waitingInput(descriptor) === "hung-up") this.#hungUp(service, where);
    else this.#report({ kind: "demand", service, wasWaiting, where });
    return true;
  }

  /** It would be ready all the time, and no process could get anything from it. */
  #hungUp(service: ServiceId, where: string): void {
    this.ignore(service);
    const why =
      `Cannot go on listening on ${where}: a process has shut the socket down (shutdown(2)), ` +
      "so nothing can come in any more";
    this.#report({ kind: "listen-failed", service, errno: BROKEN_PIPE, why });
  }
}
