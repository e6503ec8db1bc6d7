/**
 * Sockets in memory for the control server's tests: the part of the platform that it uses, with
 * every failure on demand. Readiness is asked for (`ready`), as a level-triggered poller would tell
 * it.
 */
import { NO_LAST_RESORT } from "../../../platform/posix/processes/no_last_resort.ts";
import { type Fd, fd as asFd, type Instant, instant } from "../../../core/types.ts";
import type { ControlPlatform } from "../../../daemon/control/server.ts";
import type {
  ExactStreams,
  Failure,
  FileContents,
  Interest,
  LastingIdentity,
  ListenOptions,
  Poller,
  SocketInUse,
} from "../../../platform/mod.ts";
import { toHex } from "../../transcripts/transcripts.ts";

/** Both ends of a connection; `Fd` is the server's. */
interface FakeSocket {
  /** Bytes sent by the client and not read yet, one element a send. */
  inbox: Uint8Array[];
  /** Writes of the server. */
  outbox: Uint8Array[];
  /** How many bytes the kernel takes before it says "again". */
  roomBytes: number;
  hasEnded: boolean;
  isGone: boolean;
}

export const EMFILE: Failure = {
  kind: "failure",
  call: "accept",
  errno: 24,
  message: "too many open files (EMFILE)",
};

export class FakeSockets implements ControlPlatform {
  readonly sockets = new Map<Fd, FakeSocket>();
  readonly watched = new Map<Fd, Interest>();
  /** Connections that wait to be accepted, with the user of each. */
  readonly backlog: { readonly uid: number; readonly fd: Fd }[] = [];
  readonly files = new Map<string, LastingIdentity>();
  readonly listens: { readonly path: string; readonly options: ListenOptions }[] = [];
  readonly os = "linux";
  readonly lastResort = NO_LAST_RESORT;
  acceptFailure: Failure | undefined;
  listenFailure: Failure | SocketInUse | undefined;
  time = 0;
  #nextFd = 10;
  #users = new Map<Fd, number>();

  readonly poller: Poller = {
    watch: (watched, interest) => {
      if (this.watched.has(watched)) throw new Error(`Descriptor ${watched} is watched already`);
      this.watched.set(watched, interest);
      return undefined;
    },
    change: (watched, interest) => {
      if (!this.watched.has(watched)) throw new Error(`Descriptor ${watched} is not watched`);
      this.watched.set(watched, interest);
    },
    unwatch: (watched) => {
      if (!this.watched.delete(watched)) throw new Error(`Descriptor ${watched} is not watched`);
    },
    watchSignals: () => undefined,
    watchProcess: () => undefined,
    unwatchProcess: () => {},
    wait: () => {},
  };

  now(): Instant {
    return instant(this.time);
  }

  userId(): number {
    return 1000;
  }

  listenUnix(path: string, options: ListenOptions) {
    if (this.listenFailure !== undefined) return this.listenFailure;
    this.listens.push({ path, options });
    const fd = asFd(this.#nextFd++);
    const file: LastingIdentity = { device: 0, inode: BigInt(fd), birth: 0n };
    this.files.set(path, file);
    return { kind: "socket", fd, file } as const;
  }

  accept(): Fd | "again" | Failure {
    if (this.acceptFailure !== undefined) return this.acceptFailure;
    const waiting = this.backlog.shift();
    if (waiting === undefined) return "again";
    this.#users.set(waiting.fd, waiting.uid);
    return waiting.fd;
  }

  peerCredentials(socket: Fd) {
    return { pid: 1, uid: this.#users.get(socket) ?? -1, gid: 0 };
  }

  /** Of every user that has any. */
  readonly groups = new Map<number, readonly number[]>();

  peerGroups(socket: Fd): readonly number[] {
    return this.groups.get(this.#users.get(socket) ?? -1) ?? [];
  }

  readFile(path: string): FileContents {
    const bytes = new TextEncoder().encode(`${path}\n`);
    return { kind: "contents", bytes, modifiedSeconds: 0, modifiedNanoseconds: 0 };
  }

  exists(path: string): boolean {
    return this.files.has(path);
  }

  removeExactly(path: string, file: LastingIdentity): undefined {
    if (this.files.get(path) === file) this.files.delete(path);
  }

  read(from: Fd, buffer: Uint8Array): number | "again" | Failure {
    const socket = this.#get(from);
    const sent = socket.inbox[0];
    if (sent === undefined) return socket.hasEnded ? 0 : "again";
    const count = Math.min(sent.length, buffer.length);
    buffer.set(sent.subarray(0, count));
    const peeked = this.peeked.get(from);
    if (peeked !== undefined) this.peeked.set(from, Math.max(0, peeked - count));
    if (count === sent.length) socket.inbox.shift();
    else socket.inbox[0] = sent.subarray(count);
    return count;
  }

  /** How far was looked. */
  readonly peeked = new Map<Fd, number>();
  readonly exactStreams: ExactStreams = {
    begin: (socket) => void this.peeked.set(socket, 0),
    peek: (from, target) => {
      const socket = this.#get(from);
      const begin = this.peeked.get(from) ?? 0;
      const sent = socket.inbox.flatMap((bytes) => [...bytes]).slice(begin, begin + target.length);
      if (sent.length === 0) return socket.hasEnded ? 0 : "again";
      target.set(sent);
      this.peeked.set(from, begin + sent.length);
      return sent.length;
    },
    peekedBytes: (socket) => this.peeked.get(socket) ?? 0,
    move: (pipe, socket, bytes) => {
      const from = this.#get(pipe);
      const waiting = from.inbox.flatMap((sent) => [...sent]);
      const count = this.write(socket, Uint8Array.from(waiting.slice(0, bytes)));
      const rest = waiting.slice(typeof count === "number" ? count : 0);
      from.inbox = rest.length === 0 ? [] : [Uint8Array.from(rest)];
      return count;
    },
  };
  /** Write ends of pipes, with their read ends. */
  readonly #pipes = new Map<Fd, Fd>();

  /** Its read end has what is written as if a client had sent it. */
  pipe() {
    const readEnd = this.connect(0, true).fd;
    const writeEnd = this.connect(0, true).fd;
    this.#pipes.set(writeEnd, readEnd);
    return { kind: "pipe", readEnd, writeEnd } as const;
  }

  waitingBytes(pipe: Fd): number {
    return this.#get(pipe).inbox.reduce((sum, { length }) => sum + length, 0);
  }

  write(to: Fd, bytes: Uint8Array): number | "again" | Failure {
    const socket = this.#get(to);
    const readEnd = this.#pipes.get(to);
    if (readEnd !== undefined) {
      const pipe = this.#get(readEnd);
      pipe.inbox = [Uint8Array.from([...pipe.inbox.flatMap((sent) => [...sent]), ...bytes])];
      return bytes.length;
    }
    if (socket.isGone) {
      return { kind: "failure", call: "write", errno: 32, message: "broken pipe (EPIPE)" };
    }
    const count = Math.min(bytes.length, socket.roomBytes);
    if (count === 0) return "again";
    socket.outbox.push(bytes.slice(0, count));
    socket.roomBytes -= count;
    return count;
  }

  close(closed: Fd): void {
    if (this.watched.has(closed)) throw new Error(`Descriptor ${closed} is closed while watched`);
    if (!this.sockets.delete(closed)) {
      // A listener: who waits to be accepted is cut off.
      for (const waiting of this.backlog.splice(0)) this.sockets.delete(waiting.fd);
    }
  }

  /** A client's connection that waits to be accepted; or, as a passed one, is there already. */
  connect(uid = 0, isPassed = false): FakeConnection {
    const end = asFd(this.#nextFd++);
    const socket: FakeSocket = {
      inbox: [],
      outbox: [],
      roomBytes: Infinity,
      hasEnded: false,
      isGone: false,
    };
    this.sockets.set(end, socket);
    if (!isPassed) this.backlog.push({ uid, fd: end });
    return new FakeConnection(this, end, socket);
  }

  #get(descriptor: Fd): FakeSocket {
    const socket = this.sockets.get(descriptor);
    if (socket === undefined) throw new Error(`Descriptor ${descriptor} is not open`);
    return socket;
  }
}

/** The client's end. */
export class FakeConnection {
  readonly #sockets: FakeSockets;
  readonly fd: Fd;
  readonly socket: FakeSocket;

  constructor(sockets: FakeSockets, end: Fd, socket: FakeSocket) {
    this.#sockets = sockets;
    this.fd = end;
    this.socket = socket;
  }

  send(bytes: Uint8Array): void {
    this.socket.inbox.push(bytes);
  }

  /** The server's writes so far, as hexadecimal digits; taken away. */
  received(): string[] {
    return this.socket.outbox.splice(0).map((written) => toHex(written));
  }

  get isOpen(): boolean {
    return this.#sockets.sockets.has(this.fd);
  }

  get interest(): Interest | undefined {
    return this.#sockets.watched.get(this.fd);
  }
}
