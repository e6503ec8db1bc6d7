/**
 * One control connection: when its descriptor is read, when it is written to, and what is waited
 * for. What the bytes mean is its talker's, a session's for example.
 *
 * At most 1024 bytes are read a wake-up, so that a busy client cannot keep others waiting; packets
 * are written whole; a connection whose output piles up is not read until it has taken some of it.
 */
import type { Fd } from "../../core/types.ts";
import type { Interest, Platform } from "../../platform/mod.ts";
import type { Talker } from "./client_runs/client_programs.ts";
import type { PassedConnections } from "./passed/passed_connections.ts";
import type { Peer } from "./peer.ts";
import type { ControlSession } from "./session.ts";

/**
 * After this much is written to one connection in a wake-up, the others have their turn: a client
 * that reads as fast as it asks for long lists could keep the manager busy otherwise.
 */
const WRITE_BATCH_BYTES = 65_536;

/** What all connections of a server have in common. */
export interface ConnectionOwner {
  readonly platform: Pick<Platform, "read" | "write" | "close" | "lastResort" | "poller">;
  /** Those of them that outlive a crash of the manager, and are read and written otherwise. */
  readonly passed: PassedConnections;
  /** What is read lies here until the talker has it. */
  readonly buffer: Uint8Array;
  /**
   * Called when something may be written that has to wait for {@linkcode ControlConnection.flush};
   * absent: nothing waits.
   */
  readonly hold: ((connection: ControlConnection) => void) | undefined;
  /** Called once, when the descriptor has just been closed. */
  readonly closed: (connection: ControlConnection) => void;
}

/** Of a descriptor that is watched; it is owned by the connection from now on. */
export interface ConnectionOptions {
  readonly fd: Fd;
  /** Who connected; undefined when it was passed: its other end is a service's, of any user. */
  readonly peer: Peer | undefined;
  readonly session: ControlSession;
  /** What the descriptor is watched for. */
  readonly interest: Interest;
}

export class ControlConnection {
  readonly fd: Fd;
  readonly peer: Peer | undefined;
  readonly #owner: ConnectionOwner;
  #talker: Talker;
  #session: ControlSession | undefined;
  #interest: Interest;
  #isOpen = true;
  /** Its descriptor is being served: what is queued is written, and its end seen, after that. */
  #isServed = false;
  /** Written in the middle of requests since it is served. */
  #earlyBytes = 0;
  /** It waits to be written to. */
  #isHeld = false;

  constructor(owner: ConnectionOwner, { fd, peer, session, interest }: ConnectionOptions) {
    this.#owner = owner;
    this.fd = fd;
    this.peer = peer;
    this.#talker = session;
    this.#session = session;
    this.#interest = interest;
  }

  /**
   * What its bytes go to and come from: a session, until an order of a client that is only a pipe
   * comes.
   */
  get talker(): Talker {
    return this.#talker;
  }

  /** As the others know it; undefined once another talker is in its place. */
  get session(): ControlSession | undefined {
    return this.#session;
  }

  replaceSession(talker: Talker): void {
    this.#session = undefined;
    this.#talker = talker;
  }

  /** Does what the descriptor is ready for, and closes it when that was its end. */
  serve(readable: boolean, writable: boolean): void {
    this.#isServed = true;
    this.#earlyBytes = 0;
    let isAlive = false;
    try {
      isAlive = (!writable || this.#writeOrHold()) &&
        (!readable || this.#read()) &&
        this.#writeOrHold();
    } finally {
      // When a fault of ours was thrown, there is no answer that says what became of its request.
      if (!isAlive) this.close();
    }
    if (!this.#isHeld) this.#served();
  }

  /** Does something that its descriptor has not asked for. */
  goOn(action: () => void): void {
    try {
      action();
    } catch (error) {
      this.close();
      throw error;
    }
    this.serve(false, false);
  }

  /**
   * For a passed one, before any is flushed: what it has taken counts, and what it says is written.
   *
   * @returns False when the client has gone.
   */
  flushPassed(): boolean {
    const { passed, buffer } = this.#owner;
    passed.takeAway(this.fd, buffer);
    return passed.write(this.fd);
  }

  /** Writes what was held, and goes on. */
  flush(): void {
    this.#isHeld = false;
    if (!this.#isOpen) return;
    if (this.#owner.passed.has(this.fd)) {
      this.#talker.outputWritten(0);
      return this.#served();
    }
    // What a request behind these says tells of something that is not kept yet.
    const waitingBytes = Math.min(this.#talker.waitingBytes, WRITE_BATCH_BYTES);
    if (this.#write(waitingBytes)) this.#served();
    else this.close();
  }

  /**
   * In the middle of a request, whose answer is long: the client reads its beginning while the rest
   * is made. A failure will be met again after the request.
   */
  writeEarly(): void {
    const { platform, passed } = this.#owner;
    if (this.#earlyBytes >= WRITE_BATCH_BYTES || passed.has(this.fd)) return;
    const talker = this.#talker;
    const part = talker.nextOutput();
    const count = part === undefined ? "again" : platform.write(this.fd, part);
    if (typeof count !== "number") return;
    talker.outputWrittenEarly(count);
    this.#earlyBytes += count;
  }

  /** Ends if it is over, or watches for what can be done next. */
  settle(): void {
    this.#owner.passed.note(this.fd);
    if (this.#isServed || !this.#isOpen) return;
    if (this.#talker.phase === "closed") return this.close();
    const read = this.#talker.inputRoomBytes > 0;
    const write = this.#talker.waitingBytes > 0;
    if (this.#interest.read === read && this.#interest.write === write) return;
    this.#interest = { read, write };
    this.#owner.platform.poller.change(this.fd, this.#interest);
  }

  /** Writes as much of what waits as the socket takes at once, and closes. */
  finish(): void {
    this.#talker.finish();
    this.#write(Infinity);
    this.close();
  }

  close(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    const { platform, passed, closed } = this.#owner;
    platform.poller.unwatch(this.fd);
    if (!passed.close(this.fd)) {
      if (this.peer === undefined) platform.lastResort.keep(this.fd, false);
      platform.close(this.fd);
    }
    closed(this);
  }

  #served(): void {
    this.#isServed = false;
    this.settle();
  }

  #writeOrHold(): boolean {
    const { hold } = this.#owner;
    if (hold === undefined) return this.#write();
    if (!this.#isHeld) hold(this);
    this.#isHeld = true;
    return true;
  }

  /** @returns False when the client has gone. */
  #read(): boolean {
    const { platform, passed, buffer } = this.#owner;
    const room = this.#talker.inputRoomBytes;
    // Hang-ups are reported as readable even to those who do not ask; writing will find them.
    if (room === 0) return true;
    const target = room === buffer.length ? buffer : buffer.subarray(0, room);
    const count = passed.has(this.fd)
      ? passed.read(this.fd, target)
      : platform.read(this.fd, target);
    if (count === "again") return true;
    if (typeof count !== "number" || count === 0) return false;
    this.#talker.receive(buffer.subarray(0, count));
    return true;
  }

  /** @returns False when the client has gone. */
  #write(limitBytes = WRITE_BATCH_BYTES): boolean {
    let written = 0;
    while (written < limitBytes) {
      // It may become another by what is written.
      const talker = this.#talker;
      const packet = talker.nextOutput();
      if (packet === undefined) return true;
      const count = this.#owner.platform.write(this.fd, packet);
      if (count === "again") return true;
      if (typeof count !== "number") return false;
      talker.outputWritten(count);
      written += count;
    }
    return true;
  }
}
