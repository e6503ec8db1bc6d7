/**
 * The control socket and its connections: who is let in, what is done for all of them, and how
 * another manager goes on with them. How one is read and written: `connection.ts`; what the bytes
 * mean: `session.ts`.
 */
import type { ServiceStatus } from "../../core/command.ts";
import { type Reply, REQUEST_LIMIT_BYTES } from "../../core/protocol/mod.ts";
import type {
  Fd,
  HealthState,
  Instant,
  LogLevel,
  ServiceEvent,
  ServiceId,
} from "../../core/types.ts";
import type { Failure, Interest, Platform } from "../../platform/mod.ts";
import type { Timed } from "../time/timed.ts";
import type { FactSource } from "../kept/facts.ts";
import type { Keeper } from "../kept/keeper.ts";
import { watchAgain } from "../kept/watch_again.ts";
import type { KeptRun, Talker } from "./client_runs/client_programs.ts";
import { type ClientHosting, ClientRuns, LastWords } from "./client_runs/client_runs.ts";
import type { ControlHost } from "./host.ts";
import { ControlHub } from "./hub.ts";
import { type AccessPlatform, type ControlAccess, privateAccess } from "./access.ts";
import {
  ControlListener,
  type KeptListener,
  type ListenerPlatform,
  type ListenFailure,
} from "./listener.ts";
import { type ConnectionOwner, ControlConnection } from "./connection.ts";
import { ControlLog } from "./control_log.ts";
import { lackOfRoom } from "./room.ts";
import { ControlSession, type KeptSession } from "./session.ts";
import { PassedConnections, type PassedPlatform } from "./passed/passed_connections.ts";
import type { LeftPassed } from "./passed/passed_fact.ts";
import { PASSED_PEER, type Peer } from "./peer.ts";

/** The part of the platform that is used here; tests give another. */
export type ControlPlatform =
  & ListenerPlatform
  & AccessPlatform
  & PassedPlatform
  & Pick<Platform, "read" | "write">;

/** Most connections accepted in one wake-up. */
const ACCEPT_BATCH = 16;

export interface ControlServerOptions {
  readonly platform: ControlPlatform;
  readonly host: ControlHost;
  readonly socketPath: string;
  /** Absent: root and the manager's own user alone may connect. */
  readonly access?: ControlAccess;
  readonly log: (level: LogLevel, message: string) => void;
  /** For clients that are only a pipe; absent: they do their work by themselves. */
  readonly hosting?: ClientHosting;
  /**
   * What is said waits for {@linkcode ControlServer.flush}: what it tells of is to be kept before.
   * But for a long answer, which tells only of what was asked.
   */
  readonly holdsAnswers?: boolean;
  /** Closes what facts speak of; absent: the platform does. */
  readonly closeLater?: Platform["close"];
  /** What was said over passed connections counts from now on; absent: it is not kept. */
  readonly keepSaid?: () => void;
}

/** A connection as another manager goes on with it. */
interface KeptConnection {
  readonly fd: Fd;
  readonly peerUid: number | undefined;
  /** That it was passed to; not from managers that did not keep passed ones. */
  readonly service?: ServiceId | undefined;
  readonly talk:
    | { readonly kind: "session"; readonly session: KeptSession }
    | { readonly kind: "last-words"; readonly words: KeptRun };
}

/** The socket and all connections. */
export interface KeptControl {
  readonly listener: KeptListener | undefined;
  readonly connections: readonly KeptConnection[];
}

export class ControlServer implements Timed {
  readonly #platform: ControlPlatform;
  readonly #host: ControlHost;
  readonly #log: ControlServerOptions["log"];
  readonly #access: ControlAccess;
  readonly #listener: ControlListener;
  readonly #hub = new ControlHub();
  readonly #connections = new Map<Fd, ControlConnection>();
  readonly #owner: ConnectionOwner;
  readonly #messages: ControlLog;
  readonly #runs: ClientRuns | undefined;
  readonly #passed: PassedConnections;
  /** Connections that something may be written to. */
  #answered: ControlConnection[] = [];
  #acceptedCount = 0;
  #hasOnlyTold = false;

  constructor(options: ControlServerOptions) {
    this.#platform = options.platform;
    this.#host = options.host;
    this.#log = options.log;
    this.#access = options.access ?? privateAccess(options.platform);
    this.#listener = new ControlListener(
      options.platform,
      { path: options.socketPath, access: this.#access },
      options.closeLater,
    );
    this.#messages = new ControlLog(() => options.platform.now(), options.log);
    this.#passed = new PassedConnections({
      platform: options.platform,
      keepNow: options.keepSaid,
      closeLater: options.closeLater ?? ((fd) => options.platform.close(fd)),
    });
    this.#owner = {
      platform: options.platform,
      passed: this.#passed,
      buffer: new Uint8Array(REQUEST_LIMIT_BYTES),
      hold: options.holdsAnswers === true
        ? (connection) => this.#answered.push(connection)
        : undefined,
      closed: (connection) => this.#closed(connection),
    };
    const { hosting, platform, host } = options;
    this.#runs = hosting && new ClientRuns({
      hosting,
      platform,
      host,
      hub: this.#hub,
      noteOrder: (text) => this.#messages.order(text),
      reportFault: (error) => options.log("error", `Internal error, going on: ${textOf(error)}`),
    });
  }

  get isListening(): boolean {
    return this.#listener.fd !== undefined;
  }

  get connectionCount(): number {
    return this.#connections.size;
  }

  /**
   * Makes the socket. What a failure means (another manager, a read-only file system) the caller
   * knows.
   */
  open(): ListenFailure | undefined {
    return this.#listener.open();
  }

  /**
   * For SIGUSR1, and when the root file system has become writable: makes the socket if there is
   * none or if its file is gone. Connections stay.
   */
  recreate(): ListenFailure | undefined {
    if (!this.#listener.hasLostFile) return this.#listener.open();
    // They connected in time; as many as the backlog holds.
    while (this.#acceptWaiting() === "more");
    return this.#listener.reopen();
  }

  /**
   * Takes over one end of a socket pair as a connection; the descriptor is owned here from now on.
   * Its other end was given to a service, so no user is checked.
   */
  admitPassed(fd: Fd, service: ServiceId | undefined): Failure | undefined {
    const failure = this.#connect(fd, undefined);
    if (failure !== undefined) this.#platform.lastResort.keep(fd, false);
    else this.#keepPassed(fd, service);
    return failure;
  }

  /** @returns False when the descriptor is not one of ours. */
  handleDescriptor(fd: Fd, readable: boolean, writable: boolean): boolean {
    if (fd === this.#listener.fd) {
      this.#hasOnlyTold = false;
      this.#acceptWaiting();
      return true;
    }
    const connection = this.#connections.get(fd);
    if (connection === undefined) return false;
    this.#hasOnlyTold = connection.session !== undefined;
    connection.serve(readable, writable);
    return true;
  }

  /** As of other owners of descriptors. */
  get hasOnlyTold(): boolean {
    return this.#hasOnlyTold;
  }

  /** Sends a service's event to the connections that have a handle for it. */
  notify(service: ServiceId, event: ServiceEvent, status: ServiceStatus): void {
    this.#hub.notify(service, event, status);
  }

  /** The same of its health, for those connections that asked for it. */
  notifyHealth(service: ServiceId, state: HealthState, why: string): void {
    this.#hub.notifyHealth(service, state, why);
  }

  /** The service's record is gone: closes the handles for it. */
  forget(service: ServiceId): void {
    this.#hub.forget(service);
    this.#passed.noteAll();
  }

  next(): Instant | undefined {
    const { resumeAt } = this.#listener;
    return earliest(earliest(resumeAt, this.#runs?.nextDeadline), this.#messages.next());
  }

  runDue(now: Instant): void {
    const { resumeAt } = this.#listener;
    if (resumeAt !== undefined && now >= resumeAt) this.#listener.resume();
    this.#messages.runDue(now);
    if (this.#runs === undefined) return;
    const early = this.#runs.takeEarly();
    if (early !== undefined) {
      const [fd, { peer, bytes }] = early;
      const connection = this.#connections.get(fd);
      connection?.goOn(() => this.#takeOrder(connection, peer, bytes));
    }
    for (const [fd, run] of this.#runs.due(now)) {
      this.#connections.get(fd)?.goOn(() => run.resume(now));
    }
  }

  /**
   * Closes everything and removes the socket's file. Of what waits to be written, the last events
   * among it, clients get as much as their sockets take at once.
   */
  close(): void {
    this.#messages.flush();
    for (const connection of [...this.#connections.values()]) connection.finish();
    this.#listener.close();
  }

  /** Whether {@linkcode flush} has something to do. */
  get hasAnswers(): boolean {
    return this.#answered.length > 0;
  }

  /** Writes what has waited to be written. */
  flush(): void {
    if (this.#answered.length === 0) return;
    const answered = this.#answered;
    this.#answered = [];
    // First, while all counts.
    const passed = answered.filter(({ fd }) => this.#passed.has(fd));
    const gone = new Set(passed.filter((connection) => !connection.flushPassed()));
    for (const connection of answered) {
      if (gone.has(connection)) connection.close();
      connection.flush();
    }
  }

  /** Whether an order of a client would go on at once: handed on, it would be broken off. */
  get isBusy(): boolean {
    return this.#runs?.isBusy ?? false;
  }

  /** Answers the requests whose answers were to come later. @param faults Why it is a refusal. */
  answerAwaiting(reply: Reply, faults: readonly string[]): void {
    for (const { session } of this.#connections.values()) session?.answer(reply, faults);
  }

  /** For {@linkcode adopt}. What nobody has read stays in the sockets. */
  keep(keeper: Keeper): KeptControl {
    this.#messages.flush();
    return {
      listener: this.#listener.keep(keeper),
      connections: [...this.#connections.values()].map((connection) => ({
        fd: keeper.descriptor(connection.fd),
        peerUid: connection.peer?.uid,
        service: this.#passed.serviceOf(connection.fd),
        talk: this.#keptTalk(connection),
      })),
    };
  }

  /** The socket. Connections end with the manager, unless it hands them on itself. */
  get facts(): FactSource {
    return this.#listener.facts;
  }

  /** Connections that were passed to services. */
  get passedFacts(): readonly FactSource[] {
    return this.#passed.facts;
  }

  /**
   * Goes on with connections that a manager which died had passed to services. An answer that is
   * not to come any more comes with {@linkcode answerAwaiting}.
   *
   * @param isNobodysFault That manager did not die of what it was at.
   */
  adoptLeft(left: readonly LeftPassed[], isNobodysFault: boolean): void {
    for (const one of left) {
      const { fd, service } = one;
      const interest = { read: true, write: true };
      watchAgain(this.#platform, fd, interest);
      const connection = this.#makeConnection(fd, undefined, interest);
      const { session } = connection;
      const why = session && this.#passed.goOn(one, session, isNobodysFault);
      if (why === undefined) continue;
      connection.close();
      const name = service === undefined ? "A service" : this.#nameOf(service);
      this.#log("warn", `${name}: Its control connection (pass-cs-fd) ends: ${why}`);
    }
  }

  /** Goes on with the socket and the connections of another manager. */
  adopt({ listener, connections }: KeptControl): void {
    if (listener !== undefined) this.#listener.adopt(listener);
    for (const { fd, peerUid, service, talk } of connections) {
      // What waits is written, and a phase that has come to its end is seen, in the first turn.
      const interest = { read: true, write: true };
      watchAgain(this.#platform, fd, interest);
      const peer = peerUid === undefined ? undefined : this.#access.again(fd, peerUid);
      const connection = this.#makeConnection(fd, peer, interest);
      if (talk.kind === "session") connection.session?.adopt(talk.session);
      else this.#replaceSession(connection, new LastWords(talk.words));
      if (peer === undefined) this.#keepPassed(fd, service);
    }
  }

  #nameOf(service: ServiceId): string {
    return this.#host.services.description(service).name;
  }

  #keepPassed(fd: Fd, service: ServiceId | undefined): void {
    const session = this.#connections.get(fd)?.session;
    if (session !== undefined) this.#passed.add(fd, service, session);
  }

  #keptTalk({ fd, talker, session }: ControlConnection): KeptConnection["talk"] {
    if (session !== undefined) return { kind: "session", session: session.keep() };
    const words = talker instanceof LastWords ? talker.keep() : this.#runs?.keep(fd);
    // Of a run that has ended meanwhile nothing is left to be said.
    return { kind: "last-words", words: words ?? { output: new Uint8Array(0), isOver: true } };
  }

  #acceptWaiting(): "none" | "more" {
    for (let count = 0; count < ACCEPT_BATCH; count++) {
      const accepted = this.#listener.accept();
      switch (accepted.kind) {
        case "none":
          return "none";
        case "failure":
          this.#log(
            "warn",
            `Cannot accept a control connection: ${accepted.message}. Trying again in a second`,
          );
          return "none";
        case "refused":
          this.#messages.refusedConnection(accepted.why);
          break;
        case "connection":
          this.#admit(accepted.fd, accepted.peer);
          break;
      }
    }
    return "more";
  }

  #admit(fd: Fd, peer: Peer): void {
    const why = lackOfRoom(peer, this.#peers(), this.#acceptedCount);
    if (why !== undefined) {
      this.#messages.refusedConnection(why);
      this.#platform.close(fd);
      return;
    }
    const failure = this.#connect(fd, peer);
    if (failure !== undefined) {
      this.#log("warn", `Cannot watch a control connection: ${failure.message}`);
      return;
    }
    // What it wants has often come with it: one turn of the loop less.
    this.#connections.get(fd)?.serve(true, false);
  }

  *#peers(): Iterable<Peer> {
    for (const { peer } of this.#connections.values()) if (peer !== undefined) yield peer;
  }

  #connect(fd: Fd, peer: Peer | undefined): Failure | undefined {
    const interest = { read: true, write: false };
    const failure = this.#platform.poller.watch(fd, interest);
    if (failure !== undefined) {
      this.#platform.close(fd);
      return failure;
    }
    this.#makeConnection(fd, peer, interest);
    return undefined;
  }

  #makeConnection(fd: Fd, peer: Peer | undefined, interest: Interest): ControlConnection {
    const session = new ControlSession({
      host: this.#host,
      hub: this.#hub,
      onOutput: () => connection.settle(),
      onBlock: () => connection.writeEarly(),
      onAct: () => {
        this.#hasOnlyTold = false;
      },
      peer: peer ?? PASSED_PEER,
      noteOrder: (text) => this.#messages.order(text),
      noteRefusal: (text) => this.#messages.refusedOrder(text),
      ...this.#runs !== undefined && peer !== undefined && {
        onOrder: (bytes: Uint8Array) => this.#takeOrder(connection, peer, bytes),
      },
    });
    const connection = new ControlConnection(this.#owner, { fd, peer, session, interest });
    this.#connections.set(fd, connection);
    this.#hub.add(session);
    if (peer !== undefined) this.#acceptedCount += 1;
    return connection;
  }

  #replaceSession(connection: ControlConnection, talker: Talker): void {
    if (connection.session !== undefined) this.#hub.remove(connection.session);
    connection.replaceSession(talker);
  }

  #takeOrder(connection: ControlConnection, peer: Peer, bytes: Uint8Array): void {
    if (this.#runs === undefined) return;
    this.#hasOnlyTold = false;
    this.#replaceSession(connection, this.#runs.open(connection.fd, peer));
    connection.talker.receive(bytes);
  }

  #closed({ fd, peer, session }: ControlConnection): void {
    this.#hasOnlyTold = false;
    if (session !== undefined) this.#hub.remove(session);
    this.#runs?.close(fd);
    this.#connections.delete(fd);
    if (peer !== undefined) this.#acceptedCount -= 1;
    this.#listener.resume();
  }
}

function earliest(one: Instant | undefined, other: Instant | undefined): Instant | undefined {
  if (one === undefined || other === undefined) return one ?? other;
  return one < other ? one : other;
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.stack ?? error.message : String(error);
}
