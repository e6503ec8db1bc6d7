/**
 * The sockets that services are passed: opened before the first launch, kept until the service is inactive.
 *
 * Their files stay when they are closed, as upstream has it. The manager knows those files again: a worker of the
 * last run may still hold the socket, and the next start takes the path all the same.
 */
import type { ListeningSocket } from "../core/description/mod.ts";
import type { Fd, ServiceId } from "../core/types.ts";
import type { BoundSocket, Failure, LastingIdentity, Platform } from "../platform/mod.ts";

/** An open socket, and what it was opened for. */
interface OpenSocket extends BoundSocket {
  readonly wanted: ListeningSocket;
}

export class ActivationSockets {
  readonly #platform: Platform;
  readonly #open = new Map<ServiceId, readonly OpenSocket[]>();
  /** By path: files of sockets that are closed here. As many as there are paths in descriptions. */
  readonly #left = new Map<string, LastingIdentity>();

  constructor(platform: Platform) {
    this.#platform = platform;
  }

  /** Opens a service's sockets, all or none, if they are not open. They stay ours. */
  open(service: ServiceId, wanted: readonly ListeningSocket[]): readonly Fd[] | Failure {
    const present = this.#open.get(service);
    if (present !== undefined || wanted.length === 0) return this.present(service);
    const opened: OpenSocket[] = [];
    for (const each of wanted) {
      const socket = this.#openOne(each);
      if (socket.kind === "failure") {
        for (const other of opened) this.#close(other);
        return socket;
      }
      opened.push({ ...socket, wanted: each });
    }
    this.#open.set(service, opened);
    return this.present(service);
  }

  /** Those that are open, in the order of the description. */
  present(service: ServiceId): readonly Fd[] {
    return this.#open.get(service)?.map(({ fd }) => fd) ?? [];
  }

  /** The service has become inactive, or its record is gone. */
  close(service: ServiceId): void {
    for (const socket of this.#open.get(service) ?? []) this.#close(socket);
    this.#open.delete(service);
  }

  #close({ fd, file, wanted }: OpenSocket): void {
    this.#platform.close(fd);
    if (file !== undefined && wanted.address.kind === "unix") {
      this.#left.set(wanted.address.path, file);
    }
  }

  #openOne(wanted: ListeningSocket): BoundSocket | Failure {
    const { address, type, backlog, ipv6Only } = wanted;
    if (address.kind === "internet") {
      const fd = this.#platform.listenInternet(address, { type, backlog, ipv6Only });
      return typeof fd === "number" ? { kind: "socket", fd, file: undefined } : fd;
    }
    const { path } = address;
    const { mode, uid, gid } = wanted;
    const formerOwn = this.#left.get(path);
    const options = { type, mode, uid, gid, backlog, formerOwn } as const;
    const socket = this.#platform.listenUnix(path, options);
    if (socket.kind === "socket") this.#left.delete(path);
    if (socket.kind !== "in-use") return socket;
    return {
      kind: "failure",
      call: "listen",
      errno: 0,
      message: `another process has the socket "${path}"`,
    };
  }
}
