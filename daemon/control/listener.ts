/**
 * The listening control socket: made, found again, accepted from, and removed at the end.
 *
 * Protection is the file's mode, that of `access.ts` from before the first connection can come, and
 * as a second lock what the kernel says about who connected.
 */
import { TAKES_ORDERS_MODE } from "../../core/program/client_pipe.ts";
import type { Fd, Instant, System } from "../../core/types.ts";
import { instant } from "../../core/types.ts";
import type { Failure, LastingIdentity, Platform, SocketInUse } from "../../platform/mod.ts";

import { FACT_KIND, Facts, putTagged } from "../kept/facts.ts";
import type { Keeper } from "../kept/keeper.ts";
import { watchAgain } from "../kept/watch_again.ts";
import type { ControlAccess } from "./access.ts";
import type { Peer } from "./peer.ts";

export type ListenerPlatform = Pick<
  Platform,
  | "os"
  | "poller"
  | "now"
  | "listenUnix"
  | "accept"
  | "close"
  | "exists"
  | "lastResort"
  | "removeExactly"
>;

/** Only there are clients that send orders; FreeBSD keeps the sticky bit from ordinary users. */
const ORDERS_SYSTEM: System = "linux";

/**
 * Connections that wait to be accepted. With upstream's 10, a burst of clients that do not wait
 * fails.
 */
const BACKLOG = 128;

/** After a failed accept (no descriptors, no memory) nothing is accepted for this long. */
const ACCEPT_PAUSE_MS = 1000;

const READ_ONLY = { read: true, write: false };

/** The listener could not be made; `in-use`: another manager answers on the path. */
export type ListenFailure = Failure | SocketInUse;

/** A new connection, one that was refused and why, or why there is none. */
export type Accepted =
  | { readonly kind: "connection"; readonly fd: Fd; readonly peer: Peer }
  | { readonly kind: "refused"; readonly why: string }
  | { readonly kind: "none" }
  | Failure;

/** The listening socket as another manager goes on with it. */
export interface KeptListener {
  readonly fd: Fd;
  readonly file: LastingIdentity | undefined;
}

export class ControlListener {
  readonly #platform: ListenerPlatform;
  readonly #access: ControlAccess;
  readonly path: string;
  #fd: Fd | undefined;
  /** What was made at the path. */
  #file: LastingIdentity | undefined;
  #resumeAt: Instant | undefined;
  readonly #fact = new Map<number, KeptListener>();
  /** The socket, while there is one. */
  readonly facts = new Facts(FACT_KIND.listener, this.#fact, putTagged);

  readonly #close: Platform["close"];

  /** @param close For the listening socket. */
  constructor(
    platform: ListenerPlatform,
    { path, access }: { readonly path: string; readonly access: ControlAccess },
    close: Platform["close"] = (fd) => platform.close(fd),
  ) {
    this.#platform = platform;
    this.#access = access;
    this.path = path;
    this.#close = close;
  }

  /** The listening descriptor, owned here; undefined while there is none. */
  get fd(): Fd | undefined {
    return this.#fd;
  }

  /** When {@link resume} is due after a failed accept; undefined otherwise. */
  get resumeAt(): Instant | undefined {
    return this.#resumeAt;
  }

  /** Makes the socket, unless it is there. A stale file of a manager that is gone is replaced. */
  open(): ListenFailure | undefined {
    if (this.#fd !== undefined) return undefined;
    this.#access.findGroups();
    const { mode, gid } = this.#access.socketFile;
    const listener = this.#platform.listenUnix(this.path, {
      mode: this.#platform.os === ORDERS_SYSTEM ? mode | TAKES_ORDERS_MODE : mode,
      uid: undefined,
      gid,
      backlog: BACKLOG,
    });
    if (listener.kind !== "socket") return listener;
    this.#file = listener.file;
    const failure = this.#platform.poller.watch(listener.fd, READ_ONLY);
    if (failure !== undefined) {
      this.#removeFile();
      this.#platform.close(listener.fd);
      return failure;
    }
    this.#fd = listener.fd;
    this.#noteFact();
    return undefined;
  }

  /** For {@linkcode adopt}; undefined: there is none. Who connects meanwhile waits in it. */
  keep(keeper: Keeper): KeptListener | undefined {
    if (this.#fd === undefined) return undefined;
    return { fd: keeper.descriptor(this.#fd), file: this.#file };
  }

  /** Goes on with the socket of another manager, at the same path. */
  adopt({ fd, file }: KeptListener): void {
    this.#access.findGroups();
    watchAgain(this.#platform, fd, READ_ONLY);
    this.#fd = fd;
    this.#file = file;
    this.#noteFact();
  }

  #noteFact(): void {
    this.#platform.lastResort.refuse(this.#fd);
    if (this.#fd === undefined) this.#fact.delete(0);
    else {
      this.#fact.set(0, { fd: this.#fd, file: this.#file });
      this.#platform.lastResort.keep(this.#fd, true);
    }
    this.facts.note(0);
  }

  /** Whether the socket's file was taken away, so that nobody finds it any more. */
  get hasLostFile(): boolean {
    return this.#fd !== undefined && !this.#platform.exists(this.path);
  }

  /** Makes a new socket. Who waits to be accepted at the old one is cut off. */
  reopen(): ListenFailure | undefined {
    this.#stop();
    return this.open();
  }

  /** Takes one connection, checked for its user. After a Failure it pauses. */
  accept(): Accepted {
    if (this.#fd === undefined || this.#resumeAt !== undefined) return { kind: "none" };
    const connection = this.#platform.accept(this.#fd);
    if (connection === "again") return { kind: "none" };
    if (typeof connection !== "number") {
      this.#pause(this.#fd);
      return connection;
    }
    const peer = this.#access.identify(connection);
    if (typeof peer !== "string") return { kind: "connection", fd: connection, peer };
    this.#platform.close(connection);
    return { kind: "refused", why: peer };
  }

  /** Ends a pause: a descriptor has become free, or {@link resumeAt} has come. */
  resume(): void {
    if (this.#resumeAt === undefined) return;
    this.#resumeAt = undefined;
    if (this.#fd === undefined) return;
    const failure = this.#platform.poller.watch(this.#fd, READ_ONLY);
    if (failure !== undefined) this.#schedule();
  }

  /**
   * Removes the socket's file, but not what others have put in its place, and closes the socket.
   */
  close(): void {
    if (this.#fd === undefined) return;
    // Before it is closed: as long as the socket is open no other file can get its number.
    this.#removeFile();
    this.#stop();
  }

  #removeFile(): void {
    if (this.#file !== undefined) this.#platform.removeExactly(this.path, this.#file);
    this.#file = undefined;
    this.#noteFact();
  }

  /** The socket stays readable while a connection waits, so watching on would be a busy loop. */
  #pause(listener: Fd): void {
    this.#platform.poller.unwatch(listener);
    this.#schedule();
  }

  #schedule(): void {
    this.#resumeAt = instant(this.#platform.now() + ACCEPT_PAUSE_MS);
  }

  #stop(): void {
    if (this.#fd === undefined) return;
    if (this.#resumeAt === undefined) this.#platform.poller.unwatch(this.#fd);
    this.#resumeAt = undefined;
    this.#platform.lastResort.keep(this.#fd, false);
    this.#close(this.#fd);
    this.#fd = undefined;
    this.#noteFact();
  }
}
