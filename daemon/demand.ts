/**
 * Sockets of services that start on demand: the manager watches them until something comes in, and leaves
 * what came to the process.
 */
import type { Event } from "../core/event.ts";
import type { Fd, ServiceId } from "../core/types.ts";
import type { Platform } from "../platform/mod.ts";
import type { CannotListen } from "./activation_sockets.ts";

export class DemandSockets {
  readonly #platform: Platform;
  readonly #report: (event: Event) => void;
  /** Watched; owned by the launcher. */
  readonly #services = new Map<Fd, ServiceId>();

  constructor(platform: Platform, report: (event: Event) => void) {
    this.#platform = platform;
    this.#report = report;
  }

  /** Watches a service's sockets, and reports that it listens, or why it cannot. */
  listen(service: ServiceId, sockets: readonly Fd[] | CannotListen): void {
    if ("kind" in sockets) {
      const { errno, why } = sockets;
      return this.#report({ kind: "listen-failed", service, errno, why });
    }
    for (const socket of sockets) {
      if (this.#services.has(socket)) continue;
      const failure = this.#platform.poller.watch(socket, { read: true, write: false });
      if (failure !== undefined) {
        this.ignore(service);
        const { errno, call, message } = failure;
        const why = `Cannot watch the sockets: ${call}: ${message}`;
        return this.#report({ kind: "listen-failed", service, errno, why });
      }
      this.#services.set(socket, service);
    }
    this.#report({ kind: "listening", service });
  }

  /** Stops watching a service's sockets: its process takes what comes, or it is inactive. */
  ignore(service: ServiceId): void {
    for (const [socket, owner] of this.#services) {
      if (owner !== service) continue;
      this.#platform.poller.unwatch(socket);
      this.#services.delete(socket);
    }
  }

  /** @returns Whether the descriptor is one of the sockets. */
  handleDescriptor(descriptor: Fd): boolean {
    const service = this.#services.get(descriptor);
    if (service === undefined) return false;
    this.ignore(service);
    this.#report({ kind: "demand", service });
    return true;
  }
}
