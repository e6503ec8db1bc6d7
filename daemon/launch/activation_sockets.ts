/**
 * The sockets that services are passed: opened before the first launch, kept until the service is
 * inactive.
 *
 * Their files stay when they are closed, as upstream has it. The manager knows those files again: a
 * worker of the last run may still hold the socket, and the next start takes the path all the same.
 */
import { listenAddressText, type ListeningSocket } from "../../core/description/mod.ts";
import { EXEC_STAGE, type Fd, type ServiceId } from "../../core/types.ts";
import type {
  BoundSocket,
  Failure,
  LastingIdentity,
  Platform,
  SocketInUse,
} from "../../platform/mod.ts";

import { FACT_KIND, Facts, putTagged } from "../kept/facts.ts";
import type { Keeper } from "../kept/keeper.ts";

type InternetAddress = Extract<ListeningSocket["address"], { readonly kind: "internet" }>;

const ANY_IPV4: readonly number[] = [0, 0, 0, 0];
/** Takes IPv4 connections, too. */
const ANY_IPV6: readonly number[] = Array<number>(16).fill(0);

/**
 * What a kernel says that was built without IPv6 (the first two), or was told not to use it:
 * ipv6(7), inet6(4).
 */
const NO_IPV6: readonly string[] = ["EAFNOSUPPORT", "EPROTONOSUPPORT", "EADDRNOTAVAIL"];

/** In the form of a launch that failed. */
export interface CannotListen {
  readonly kind: "exec-failed";
  readonly stage: typeof EXEC_STAGE.activationSocket;
  readonly errno: number;
  readonly why: string;
}

/** An open socket, and what it was opened for. */
interface OpenSocket extends BoundSocket {
  readonly wanted: ListeningSocket;
}

/** Sockets, and files of closed ones, as another manager goes on with them. */
export interface KeptSockets {
  readonly open: ReadonlyMap<ServiceId, readonly OpenSocket[]>;
  readonly left: ReadonlyMap<string, LastingIdentity>;
}

export class ActivationSockets {
  readonly #platform: Platform;
  readonly #open = new Map<ServiceId, readonly OpenSocket[]>();
  /** Those that are open, by service. */
  readonly facts = new Facts(FACT_KIND.socket, this.#open, putTagged);
  /** By path: files of sockets that are closed here. As many as there are paths in descriptions. */
  readonly #left = new Map<string, LastingIdentity>();

  readonly #keepFacts: () => void;

  /** @param keepFacts Has what is open count as it is; called before anything is closed. */
  constructor(platform: Platform, keepFacts: () => void = () => {}) {
    this.#platform = platform;
    this.#keepFacts = keepFacts;
  }

  /** Opens a service's sockets, all or none, if they are not open. They stay ours. */
  open(service: ServiceId, wanted: readonly ListeningSocket[]): readonly Fd[] | CannotListen {
    if (this.#open.has(service) || wanted.length === 0) return this.#descriptors(service);
    const opened: OpenSocket[] = [];
    for (const each of wanted) {
      const socket = this.#openOne(each);
      if (socket.kind !== "socket") {
        for (const other of opened) this.#close(other);
        return cannotListen(each, socket);
      }
      opened.push({ ...socket, wanted: each });
    }
    this.#set(service, opened);
    return this.#descriptors(service);
  }

  /**
   * Those that are open, in the order of the description, for a process that is about to be made.
   * Whether calls on them wait is a flag that all share who have the socket, so it is set anew: an
   * earlier process may have changed it.
   */
  forProcess(service: ServiceId): readonly Fd[] {
    for (const { fd, wanted } of this.#open.get(service) ?? []) {
      this.#platform.setBlocking(fd, wanted.blocks);
    }
    return this.#descriptors(service);
  }

  /** What they were opened for; a reload changes that only when they are next opened. */
  wanted(service: ServiceId): readonly ListeningSocket[] {
    return this.#open.get(service)?.map(({ wanted }) => wanted) ?? [];
  }

  /** For messages. */
  addressOf(service: ServiceId, socket: Fd): string {
    const found = this.#open.get(service)?.find(({ fd }) => fd === socket);
    return found === undefined
      ? "a socket"
      : listenAddressText(found.wanted.address, found.wanted.type);
  }

  #descriptors(service: ServiceId): readonly Fd[] {
    return this.#open.get(service)?.map(({ fd }) => fd) ?? [];
  }

  /** The service has become inactive, or its record is gone. */
  close(service: ServiceId): void {
    const sockets = this.#open.get(service);
    if (sockets === undefined) return;
    this.#open.delete(service);
    this.facts.note(service);
    // The address is to be free at once, so what was open cannot be closed later.
    this.#keepFacts();
    for (const socket of sockets) this.#close(socket);
  }

  /** For {@linkcode adopt}. Who connects meanwhile waits in the sockets. */
  keep(keeper: Keeper): KeptSockets {
    for (const { fd } of [...this.#open.values()].flat()) keeper.descriptor(fd);
    return { open: this.#open, left: this.#left };
  }

  /** Goes on with the sockets of another manager. */
  adopt({ open, left }: KeptSockets): void {
    for (const [service, sockets] of open) this.#set(service, sockets);
    for (const [path, file] of left) this.#left.set(path, file);
  }

  #set(service: ServiceId, sockets: readonly OpenSocket[]): void {
    this.#open.set(service, sockets);
    this.facts.note(service);
    for (const { fd } of sockets) this.#platform.lastResort.keep(fd, true);
  }

  #close({ fd, file, wanted }: OpenSocket): void {
    this.#platform.lastResort.keep(fd, false);
    this.#platform.close(fd);
    if (file !== undefined && wanted.address.kind === "unix") {
      this.#left.set(wanted.address.path, file);
    }
  }

  #openOne(wanted: ListeningSocket): BoundSocket | Failure | SocketInUse {
    const { address, type, mode, uid, gid, backlog } = wanted;
    if (address.kind === "internet") {
      const fd = this.#openInternet(wanted, address);
      return typeof fd === "number" ? { kind: "socket", fd, file: undefined } : fd;
    }
    const { path } = address;
    const formerOwn = this.#left.get(path);
    const options = { type, mode, uid, gid, backlog, formerOwn } as const;
    const socket = this.#platform.listenUnix(path, options);
    if (socket.kind === "socket") this.#left.delete(path);
    return socket;
  }
  #openInternet(
    { type, backlog, ipv6Only }: ListeningSocket,
    { host, port }: InternetAddress,
  ): Fd | Failure {
    const options = { type, backlog, ipv6Only };
    const address = host === "any" ? ANY_IPV6 : host;
    const socket = this.#platform.listenInternet({ address, port }, options);
    const isRefused = host === "any" && !ipv6Only && typeof socket !== "number" &&
      NO_IPV6.includes(this.#platform.errnoText(socket.errno).name);
    return isRefused ? this.#platform.listenInternet({ address: ANY_IPV4, port }, options) : socket;
  }
}

function cannotListen(
  { address, type }: ListeningSocket,
  problem: Failure | SocketInUse,
): CannotListen {
  const where = listenAddressText(address, type);
  const why = problem.kind === "in-use"
    ? "another process has a socket there (EADDRINUSE). End it, or choose another path"
    : `${problem.call}: ${problem.message}`;
  return {
    kind: "exec-failed",
    stage: EXEC_STAGE.activationSocket,
    errno: problem.errno,
    why: `Cannot listen on ${where}: ${why}`,
  };
}
