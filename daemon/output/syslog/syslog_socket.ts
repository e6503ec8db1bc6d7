/**
 * A way to syslog for many messages: a bounded queue before a socket that may not be there, may be
 * full, and may go away.
 *
 * It never waits. What the queue has no room for is lost, counted, and told in a message of its own
 * as soon as syslog takes one.
 */
import { encodeText } from "../../../core/text/byte_text.ts";
import type { HostAddress } from "../../../core/text/host_names.ts";
import type { SyslogPlace } from "../../../core/log/syslog_place.ts";
import type { Fd, Instant } from "../../../core/types.ts";
import type { Failure, Platform } from "../../../platform/mod.ts";

export interface SyslogSocketParts {
  readonly platform: Pick<
    Platform,
    | ("now" | "connectDatagram" | "connectInternet" | "connectUnix" | "write" | "close")
    | ("poller" | "errnoText")
  >;
  readonly place: SyslogPlace;
  /** Finds the address of a name; undefined: nobody has it. */
  readonly findHost: (name: string) => HostAddress | undefined;
  /** The message that tells how many are lost. */
  readonly lostMessages: (count: number) => readonly string[];
  /** Gets a sentence when it cannot be reached, once until it can. */
  readonly warn: (text: string) => void;
}

/** What waits, as another manager goes on with it. */
export interface KeptSyslog {
  readonly waiting: readonly string[];
  readonly lost: number;
}

const LIMIT_BYTES = 256 * 1024;
/** What a message takes beside its text. */
const MESSAGE_BYTES = 64;
/** Between two attempts to connect, while something waits; doubled up to the second. */
const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 16_000;
const STREAM_END = "\0";

type Socket = { readonly fd: Fd; readonly isStream: boolean };

export class SyslogSocket {
  readonly #parts: SyslogSocketParts;
  #socket: Socket | undefined;
  #waiting: string[] = [];
  #bytes = 0;
  #lost = 0;
  /** What is left of a message that a stream took a part of. */
  #begun: Uint8Array | undefined;
  #isWatched = false;
  #pauseMs = FIRST_PAUSE_MS;
  #retryAt: Instant | undefined;
  #isTold = false;
  /** The socket has taken something. */
  #isGood = false;

  constructor(parts: SyslogSocketParts) {
    this.#parts = parts;
  }

  send(message: string): void {
    const bytes = message.length + MESSAGE_BYTES;
    if (this.#bytes + bytes > LIMIT_BYTES) {
      this.#lost++;
      return;
    }
    this.#waiting.push(message);
    this.#bytes += bytes;
    if (this.#waiting.length === 1 && !this.#isWatched) this.#flush();
  }

  /** It may be there now. */
  tryAgain(): void {
    this.#pauseMs = FIRST_PAUSE_MS;
    this.#retryAt = undefined;
    this.#flush();
  }

  /** @returns Whether the descriptor is its own. */
  handleDescriptor(descriptor: Fd): boolean {
    if (descriptor !== this.#socket?.fd) return false;
    this.#flush();
    return true;
  }

  next(): Instant | undefined {
    return this.#retryAt;
  }

  runDue(now: Instant): void {
    if (this.#retryAt === undefined || now < this.#retryAt) return;
    this.#retryAt = undefined;
    this.#flush();
  }

  keep(): KeptSyslog {
    return { waiting: this.#waiting, lost: this.#lost };
  }

  adopt({ waiting, lost }: KeptSyslog): void {
    this.#lost += lost;
    for (const message of waiting) this.send(message);
  }

  #flush(): void {
    while (this.#waiting.length > 0 || this.#begun !== undefined || this.#lost > 0) {
      const socket = this.#connected();
      if (socket === undefined) return;
      if (this.#waiting.length === 0 && this.#begun === undefined) this.#tellLost();
      const outcome = this.#sendFirst(socket);
      if (outcome === "again") return this.#watch(true);
      if (outcome !== undefined && !this.#reconnects(outcome)) return;
    }
    this.#watch(false);
  }

  /** Behind what waited, where it was lost. */
  #tellLost(): void {
    for (const message of this.#parts.lostMessages(this.#lost)) {
      this.#waiting.push(message);
      this.#bytes += message.length + MESSAGE_BYTES;
    }
    this.#lost = 0;
  }

  #sendFirst({ fd, isStream }: Socket): "again" | Failure | undefined {
    const [message = ""] = this.#waiting;
    const bytes = this.#begun ?? encodeText(isStream ? message + STREAM_END : message);
    const written = this.#parts.platform.write(fd, bytes);
    if (typeof written !== "number") return written;
    if (isStream && written < bytes.length) {
      this.#begun = bytes.subarray(written);
      return undefined;
    }
    this.#begun = undefined;
    this.#drop();
    this.#isTold = false;
    this.#isGood = true;
    this.#pauseMs = FIRST_PAUSE_MS;
    return undefined;
  }

  #drop(): void {
    const message = this.#waiting.shift();
    if (message !== undefined) this.#bytes -= message.length + MESSAGE_BYTES;
  }

  /** A socket that fails is one whose daemon has gone, but for a message that is too long. */
  #reconnects(failure: Failure): boolean {
    const { platform } = this.#parts;
    if (platform.errnoText(failure.errno).name === "EMSGSIZE") {
      this.#drop();
      this.#lost++;
      return true;
    }
    const wasGood = this.#isGood;
    this.#close();
    // One that never takes anything would be connected to for ever.
    if (!wasGood) this.#waitAfter(failure);
    // A daemon that was started again listens already, at best.
    return this.#connected() !== undefined;
  }

  #connected(): Socket | undefined {
    if (this.#socket !== undefined) return this.#socket;
    if (this.#retryAt !== undefined) return undefined;
    const socket = this.#connect();
    if ("isStream" in socket) return this.#socket = socket;
    this.#waitAfter(socket);
    return undefined;
  }

  #connect(): Socket | Pick<Failure, "message"> {
    const { platform, place, findHost } = this.#parts;
    if (place.kind === "udp") {
      const { host, port } = place;
      const address = typeof host === "string" ? findHost(host) : host;
      if (address === undefined) return { message: `there is no "${host}" in /etc/hosts` };
      const fd = platform.connectInternet({ address, port }, "datagram");
      return typeof fd === "number" ? { fd, isStream: false } : fd;
    }
    const { path } = place;
    const fd = platform.connectDatagram(path);
    if (typeof fd === "number") return { fd, isStream: false };
    if (platform.errnoText(fd.errno).name !== "EPROTOTYPE") return fd;
    const stream = platform.connectUnix(path);
    return typeof stream === "number" ? { fd: stream, isStream: true } : stream;
  }

  #waitAfter({ message }: Pick<Failure, "message">): void {
    const { platform, place, warn } = this.#parts;
    this.#retryAt = (platform.now() + this.#pauseMs) as Instant;
    this.#pauseMs = Math.min(LONGEST_PAUSE_MS, this.#pauseMs * 2);
    if (this.#isTold || this.#lost === 0) return;
    this.#isTold = true;
    const where = place.kind === "path" ? `"${place.path}"` : `UDP port ${place.port}`;
    warn(`Cannot send output to syslog at ${where}: ${message}; lines are lost until it can`);
  }

  #close(): void {
    if (this.#socket === undefined) return;
    this.#watch(false);
    this.#parts.platform.close(this.#socket.fd);
    this.#socket = undefined;
    this.#isGood = false;
    // The other daemon is to get the message whole.
    this.#begun = undefined;
  }

  #watch(wanted: boolean): void {
    const socket = this.#socket;
    if (socket === undefined || wanted === this.#isWatched) return;
    const { poller } = this.#parts.platform;
    this.#isWatched = wanted;
    if (!wanted) return poller.unwatch(socket.fd);
    if (poller.watch(socket.fd, { read: false, write: true }) !== undefined) this.#close();
  }
}
