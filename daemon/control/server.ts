/**
 * The control socket and its connections: which descriptor is ready, what to read, what to write.
 *
 * What the bytes mean is `session.ts`'s. Here: at most 1024 bytes are read a wake-up, so that a
 * busy client cannot keep others waiting; packets are written whole; a connection whose output
 * piles up is not read until it has taken some of it.
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
import { ControlSession, type KeptSession } from "./session.ts";
import { MessageLimit } from "./message_limit.ts";
import { PassedConnections, type PassedPlatform } from "./passed/passed_connections.ts";
import type { LeftPassed } from "./passed/passed_fact.ts";
import { PASSED_PEER, type Peer } from "./peer.ts";

/** The part of the platform that is used here; tests give another. */
export type ControlPlatform =
  & ListenerPlatform
  & AccessPlatform
  & PassedPlatform
  & Pick<Platform, "read" | "write">;

/**
 * Most connections at a time, passed ones not counted. One more is accepted and closed at once, so
 * that its client fails with an error instead of waiting for ever.
 */
export const CONNECTION_LIMIT = 512;

/**
 * Of these, most of all users together who are neither root nor the manager's, and most of one of
 * them: nobody who may only look can keep others out.
 */
export const GUEST_LIMIT = 128;
export const ONE_GUEST_LIMIT = 32;

/** Orders that are told in the log one after the other; more of them in ten seconds are counted. */
const ORDER_BURST = 100;

/** Most connections accepted in one wake-up. */
const ACCEPT_BATCH = 16;

/**
 * After this much is written to one connection in a wake-up, the others have their turn: a client
 * that reads as fast as it asks for long lists could keep the manager busy otherwise.
 */
const WRITE_BATCH_BYTES = 65_536;

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

interface Connection {
  readonly fd: Fd;
  /**
   * What its bytes go to and come from: a session, until an order of a client that is only a pipe
   * comes.
   */
  talker: Talker;
  /** As the others know it; undefined since then. */
  session: ControlSession | undefined;
  /** Who connected; undefined when it was passed: its other end is a service's, of any user. */
  readonly peer: Peer | undefined;
  interest: Interest;
  /**
   * Its descriptor is being served: what is queued will be written, and its end be seen, after
   * that.
   */
  isServed: boolean;
  /** Written in the middle of requests since it is served. */
  earlyBytes: number;
  /** It waits to be written to. */
  isAnswered: boolean;
}

export class ControlServer implements Timed {
  readonly #platform: ControlPlatform;
  readonly #host: ControlHost;
  readonly #log: ControlServerOptions["log"];
  readonly #access: ControlAccess;
  readonly #listener: ControlListener;
  readonly #hub = new ControlHub();
  readonly #connections = new Map<Fd, Connection>();
  readonly #buffer = new Uint8Array(REQUEST_LIMIT_BYTES);
  readonly #refusals: MessageLimit;
  /** Who has ordered what, and who was refused it. */
  readonly #orders: MessageLimit;
  readonly #refusedOrders: MessageLimit;
  readonly #messages: readonly MessageLimit[];
  readonly #runs: ClientRuns | undefined;
  readonly #holdsAnswers: boolean;
  readonly #passed: PassedConnections;
  /** Connections that something may be written to. */
  #answered: Connection[] = [];
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
    const now = () => options.platform.now();
    const warn = (message: string) => options.log("warn", message);
    this.#refusals = new MessageLimit({ now, log: warn });
    this.#refusedOrders = new MessageLimit({ now, log: warn });
    this.#orders = new MessageLimit({
      now,
      log: (message) => options.log("info", message),
      burst: ORDER_BURST,
    });
    this.#messages = [this.#refusals, this.#orders, this.#refusedOrders];
    this.#holdsAnswers = options.holdsAnswers ?? false;
    this.#passed = new PassedConnections({
      platform: options.platform,
      keepNow: options.keepSaid,
      closeLater: options.closeLater ?? ((fd) => options.platform.close(fd)),
    });
    const { hosting, platform, host } = options;
    this.#runs = hosting && new ClientRuns({
      hosting,
      platform,
      host,
      hub: this.#hub,
      noteOrder: (text) => this.#noteOrder(text),
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
    this.#serve(connection, readable, writable);
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
    let next = earliest(resumeAt, this.#runs?.nextDeadline);
    for (const { dueAt } of this.#messages) next = earliest(next, dueAt);
    return next;
  }

  runDue(now: Instant): void {
    const { resumeAt } = this.#listener;
    if (resumeAt !== undefined && now >= resumeAt) this.#listener.resume();
    for (const messages of this.#messages) {
      const { dueAt } = messages;
      if (dueAt !== undefined && now >= dueAt) messages.logHeldBack();
    }
    if (this.#runs === undefined) return;
    const early = this.#runs.takeEarly();
    if (early !== undefined) {
      const [fd, { peer, bytes }] = early;
      this.#goOn(fd, (connection) => this.#takeOrder(connection, peer, bytes));
    }
    for (const [fd, run] of this.#runs.due(now)) this.#goOn(fd, () => run.resume(now));
  }

  /**
   * Closes everything and removes the socket's file. Of what waits to be written, the last events
   * among it, clients get as much as their sockets take at once.
   */
  close(): void {
    this.#logHeldBack();
    for (const connection of [...this.#connections.values()]) {
      connection.talker.finish();
      this.#write(connection, Infinity);
      this.#disconnect(connection);
    }
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
    const gone = new Set(passed.filter((connection) => !this.#flushPassed(connection)));
    for (const connection of answered) {
      connection.isAnswered = false;
      if (gone.has(connection)) this.#disconnect(connection);
      if (this.#connections.get(connection.fd) !== connection) continue;
      if (this.#passed.has(connection.fd)) {
        connection.talker.outputWritten(0);
        this.#served(connection);
        continue;
      }
      // What a request behind these says tells of something that is not kept yet.
      const waitingBytes = Math.min(connection.talker.waitingBytes, WRITE_BATCH_BYTES);
      if (this.#write(connection, waitingBytes)) this.#served(connection);
      else this.#disconnect(connection);
    }
  }

  /** @returns False when the client has gone. */
  #flushPassed({ fd }: Connection): boolean {
    this.#passed.takeAway(fd, this.#buffer);
    return this.#passed.write(fd);
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
    this.#logHeldBack();
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
      this.#disconnect(connection);
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

  #keptTalk({ fd, talker, session }: Connection): KeptConnection["talk"] {
    if (session !== undefined) return { kind: "session", session: session.keep() };
    const words = talker instanceof LastWords ? talker.keep() : this.#runs?.keep(fd);
    // Of a run that has ended meanwhile nothing is left to be said.
    return { kind: "last-words", words: words ?? { output: new Uint8Array(0), isOver: true } };
  }

  #logHeldBack(): void {
    for (const messages of this.#messages) messages.logHeldBack();
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
          this.#refusals.log(`Refused a control connection: ${accepted.why}`);
          break;
        case "connection":
          this.#admit(accepted.fd, accepted.peer);
          break;
      }
    }
    return "more";
  }

  #admit(fd: Fd, peer: Peer): void {
    const why = this.#fullness(peer);
    if (why !== undefined) {
      this.#refusals.log(`Refused a control connection: ${why}`);
      this.#platform.close(fd);
      return;
    }
    const failure = this.#connect(fd, peer);
    if (failure !== undefined) {
      this.#log("warn", `Cannot watch a control connection: ${failure.message}`);
      return;
    }
    // What it wants has often come with it: one turn of the loop less.
    const connection = this.#connections.get(fd);
    if (connection !== undefined) this.#serve(connection, true, false);
  }

  /** Why there is no room for another connection; undefined: there is. */
  #fullness({ uid, isGuest }: Peer): string | undefined {
    if (this.#acceptedCount >= CONNECTION_LIMIT) return `${CONNECTION_LIMIT} are open`;
    if (!isGuest) return undefined;
    const guests = [...this.#connections.values()].flatMap(({ peer }) =>
      peer?.isGuest === true ? [peer.uid] : []
    );
    if (guests.length >= GUEST_LIMIT) {
      return `${GUEST_LIMIT} are open of users who were let in`;
    }
    const own = guests.filter((guest) => guest === uid).length;
    return own >= ONE_GUEST_LIMIT ? `${ONE_GUEST_LIMIT} are open of user ${uid}` : undefined;
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

  #makeConnection(fd: Fd, peer: Peer | undefined, interest: Interest): Connection {
    const session = new ControlSession({
      host: this.#host,
      hub: this.#hub,
      onOutput: () => this.#settle(connection),
      onBlock: () => this.#writeEarly(connection),
      onAct: () => {
        this.#hasOnlyTold = false;
      },
      peer: peer ?? PASSED_PEER,
      noteOrder: (text) => this.#noteOrder(text),
      noteRefusal: (text) => this.#refusedOrders.log(text),
      ...this.#runs !== undefined && peer !== undefined && {
        onOrder: (bytes: Uint8Array) => this.#takeOrder(connection, peer, bytes),
      },
    });
    const connection: Connection = {
      fd,
      talker: session,
      session,
      peer,
      interest,
      isServed: false,
      earlyBytes: 0,
      isAnswered: false,
    };
    this.#connections.set(fd, connection);
    this.#hub.add(session);
    if (peer !== undefined) this.#acceptedCount += 1;
    return connection;
  }

  #replaceSession(connection: Connection, talker: Talker): void {
    if (connection.session !== undefined) this.#hub.remove(connection.session);
    connection.session = undefined;
    connection.talker = talker;
  }

  #noteOrder(text: string): void {
    this.#orders.log(text);
  }

  #takeOrder(connection: Connection, peer: Peer, bytes: Uint8Array): void {
    if (this.#runs === undefined) return;
    this.#hasOnlyTold = false;
    this.#replaceSession(connection, this.#runs.open(connection.fd, peer));
    connection.talker.receive(bytes);
  }

  /** Does something for a connection that its descriptor has not asked for. */
  #goOn(fd: Fd, action: (connection: Connection) => void): void {
    const connection = this.#connections.get(fd);
    if (connection === undefined) return;
    try {
      action(connection);
    } catch (error) {
      this.#disconnect(connection);
      throw error;
    }
    this.#serve(connection, false, false);
  }

  #serve(connection: Connection, readable: boolean, writable: boolean): void {
    connection.isServed = true;
    connection.earlyBytes = 0;
    let isAlive = false;
    try {
      isAlive = (!writable || this.#writeOrHold(connection)) &&
        (!readable || this.#read(connection)) &&
        this.#writeOrHold(connection);
    } finally {
      // When a fault of ours was thrown, there is no answer that says what became of its request.
      if (!isAlive) this.#disconnect(connection);
    }
    if (!connection.isAnswered) this.#served(connection);
  }

  #served(connection: Connection): void {
    connection.isServed = false;
    this.#settle(connection);
  }

  #writeOrHold(connection: Connection): boolean {
    if (!this.#holdsAnswers) return this.#write(connection);
    if (!connection.isAnswered) this.#answered.push(connection);
    connection.isAnswered = true;
    return true;
  }

  /** @returns False when the client has gone. */
  #read(connection: Connection): boolean {
    const room = connection.talker.inputRoomBytes;
    // Hang-ups are reported as readable even to those who do not ask; writing will find them.
    if (room === 0) return true;
    const buffer = this.#buffer;
    const target = room === buffer.length ? buffer : buffer.subarray(0, room);
    const { fd } = connection;
    const count = this.#passed.has(fd)
      ? this.#passed.read(fd, target)
      : this.#platform.read(fd, target);
    if (count === "again") return true;
    if (typeof count !== "number" || count === 0) return false;
    connection.talker.receive(buffer.subarray(0, count));
    return true;
  }

  /** @returns False when the client has gone. */
  #write(connection: Connection, limitBytes = WRITE_BATCH_BYTES): boolean {
    let written = 0;
    while (written < limitBytes) {
      // It may become another by what is written.
      const { talker } = connection;
      const packet = talker.nextOutput();
      if (packet === undefined) return true;
      const count = this.#platform.write(connection.fd, packet);
      if (count === "again") return true;
      if (typeof count !== "number") return false;
      talker.outputWritten(count);
      written += count;
    }
    return true;
  }

  /**
   * In the middle of a request, whose answer is long: the client reads its beginning while the rest
   * is made. A failure will be met again after the request.
   */
  #writeEarly(connection: Connection): void {
    const { fd, talker } = connection;
    if (connection.earlyBytes >= WRITE_BATCH_BYTES || this.#passed.has(fd)) return;
    const part = talker.nextOutput();
    const count = part === undefined ? "again" : this.#platform.write(fd, part);
    if (typeof count !== "number") return;
    talker.outputWrittenEarly(count);
    connection.earlyBytes += count;
  }

  /** Ends the connection if it is over, or watches it for what it can do next. */
  #settle(connection: Connection): void {
    this.#passed.note(connection.fd);
    if (connection.isServed || this.#connections.get(connection.fd) !== connection) return;
    const { talker } = connection;
    if (talker.phase === "closed") return this.#disconnect(connection);
    const read = talker.inputRoomBytes > 0;
    const write = talker.waitingBytes > 0;
    if (connection.interest.read === read && connection.interest.write === write) return;
    connection.interest = { read, write };
    this.#platform.poller.change(connection.fd, connection.interest);
  }

  #disconnect(connection: Connection): void {
    this.#hasOnlyTold = false;
    if (this.#connections.get(connection.fd) !== connection) return;
    if (connection.session !== undefined) this.#hub.remove(connection.session);
    this.#runs?.close(connection.fd);
    this.#connections.delete(connection.fd);
    this.#platform.poller.unwatch(connection.fd);
    if (!this.#passed.close(connection.fd)) {
      if (connection.peer === undefined) this.#platform.lastResort.keep(connection.fd, false);
      this.#platform.close(connection.fd);
    }
    if (connection.peer !== undefined) this.#acceptedCount -= 1;
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
