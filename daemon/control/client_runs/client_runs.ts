/**
 * The runs of clients that are only a pipe: their number is bounded, and their program is loaded
 * for the first of them. Where there can be none the client does by itself what it wanted.
 */
import { BUILD } from "../../../core/program/build_info.ts";
import { FRAME } from "../../../core/program/client_pipe.ts";
import type { DescriptionFiles } from "../../../core/description/mod.ts";
import { encodeText } from "../../../core/protocol/mod.ts";
import { type Fd, type Instant, instant } from "../../../core/types.ts";
import type { Platform } from "../../../platform/mod.ts";
import type {
  ClientPrograms,
  ClientRun,
  KeptRun,
  LoadClientPrograms,
  RunContext,
  Talker,
} from "./client_programs.ts";
import { EarlyOrder } from "./early_order.ts";
import type { ControlHost } from "../host.ts";
import type { ControlHub } from "../hub.ts";
import { ControlOutput } from "../output.ts";
import type { Peer } from "../peer.ts";
import { ControlSession, type SessionPhase } from "../session.ts";

/** Most at a time: each is worth some 20 kB. */
export const RUN_LIMIT = 128;

const AT_ONCE = instant(0);

/** Enough to see that a client has gone. */
const INPUT_ROOM_BYTES = 64;

/** What the manager gives for them. */
export interface ClientHosting {
  readonly load: LoadClientPrograms;
  readonly files: DescriptionFiles;
  errnoText: Platform["errnoText"];
  /** Called before each run. */
  beforeRun(): void;
  /** Whether runs are to wait for something that is done in steps, each turn one. */
  mayGoOn(): boolean;
}

export interface ClientRunsOptions {
  readonly hosting: ClientHosting;
  readonly platform: Pick<Platform, "now" | "userId">;
  readonly host: ControlHost;
  readonly hub: ControlHub;
  /** As in `SessionOptions`. */
  readonly noteOrder: (text: string) => void;
  readonly reportFault: (error: unknown) => void;
}

export class ClientRuns {
  readonly #options: ClientRunsOptions;
  readonly #runs = new Map<Fd, ClientRun>();
  /** Orders that came before the programs were there, the first one first. */
  readonly #early = new Map<Fd, EarlyOrder>();
  #programs: ClientPrograms | "none" | undefined;

  constructor(options: ClientRunsOptions) {
    this.#options = options;
  }

  /**
   * What talks to the client on a connection from its order on.
   *
   * @param peer Who connected. What others than the manager's own user and root order, they do by
   * themselves: a session of theirs has their rights, and no file is read for them here.
   */
  open(connection: Fd, peer: Peer): Talker {
    if (peer.isGuest) return refusal();
    const programs = this.#runs.size + this.#early.size >= RUN_LIMIT ? "none" : this.#programs;
    if (programs === "none") return refusal();
    if (programs === undefined) {
      const order = new EarlyOrder(peer);
      this.#early.set(connection, order);
      return order;
    }
    this.#options.hosting.beforeRun();
    const run = programs.openRun(this.#contextOf(peer));
    this.#runs.set(connection, run);
    return run;
  }

  /** Whether one of them would go on at once. */
  get isBusy(): boolean {
    return [...this.#runs.values()].some(({ isBusy }) => isBusy);
  }

  /** What another manager is to say in place of a connection's run. */
  keep(connection: Fd): KeptRun | undefined {
    return this.#early.has(connection) ? longWay() : this.#runs.get(connection)?.keep();
  }

  /** The connection has ended. */
  close(connection: Fd): void {
    this.#early.delete(connection);
    const run = this.#runs.get(connection);
    if (!this.#runs.delete(connection)) return;
    run?.close();
  }

  /**
   * When {@linkcode takeEarly} or {@linkcode due} has something to do; undefined: not before
   * something comes.
   */
  get nextDeadline(): Instant | undefined {
    if (this.#early.size > 0) return AT_ONCE;
    if (this.#runs.size === 0) return undefined;
    let next: Instant | undefined;
    for (const { dueAt } of this.#runs.values()) {
      if (dueAt !== undefined && (next === undefined || dueAt < next)) next = dueAt;
    }
    return next;
  }

  /**
   * Does one thing a turn for orders that came early: a step of the loading, or it gives the first
   * of them back, to be opened again. When nobody waits any more the loading stands still; the next
   * order finds what was done.
   */
  takeEarly(): readonly [Fd, EarlyOrder] | undefined {
    const [first] = this.#early;
    if (first === undefined) return undefined;
    if (this.#programs === undefined) {
      this.#load();
      return undefined;
    }
    this.#early.delete(first[0]);
    return first;
  }

  /** The connections whose runs are to be resumed. */
  due(now: Instant): readonly (readonly [Fd, ClientRun])[] {
    if (this.#runs.size === 0 || !this.#options.hosting.mayGoOn()) return [];
    return [...this.#runs].filter(([, { dueAt }]) => dueAt !== undefined && dueAt <= now);
  }

  #load(): void {
    try {
      this.#programs = this.#options.hosting.load();
    } catch (error) {
      this.#programs = "none";
      this.#options.reportFault(error);
    }
  }

  #contextOf(peer: Peer): RunContext {
    const { hosting, platform, host, hub, noteOrder, reportFault } = this.#options;
    return {
      peerUid: peer.uid,
      ownUid: platform.userId(),
      files: hosting.files,
      now: () => platform.now(),
      errnoText: (errno) => hosting.errnoText(errno),
      openSession: (onOutput) => {
        const session = new ControlSession({ host, hub, onOutput, isInner: true, peer, noteOrder });
        hub.add(session);
        return session;
      },
      closeSession: (session) => hub.remove(session),
      reportFault,
    };
  }
}

/** Tells a client to do it by itself. */
function refusal(): Talker {
  return new LastWords(longWay());
}

function longWay(): KeptRun {
  const identity = encodeText(BUILD.identity);
  const output = Uint8Array.of(FRAME.taken, identity.length, 0, ...identity, FRAME.longWay, 0, 0);
  return { output, isOver: true };
}

/** Says what is left to be said. What the client says is read and dropped. */
export class LastWords implements Talker {
  readonly #output = new ControlOutput();
  #isOver: boolean;

  constructor({ output, isOver }: KeptRun) {
    if (output.length > 0) this.#output.pushBlock(output);
    this.#isOver = isOver;
  }

  /** For yet another manager. */
  keep(): KeptRun {
    return { output: this.#output.next()?.slice() ?? new Uint8Array(0), isOver: this.#isOver };
  }

  get phase(): SessionPhase {
    if (!this.#isOver) return "open";
    return this.#output.isEmpty ? "closed" : "closing";
  }

  get inputRoomBytes(): number {
    return this.#isOver ? 0 : INPUT_ROOM_BYTES;
  }

  get waitingBytes(): number {
    return this.#output.bytes;
  }

  nextOutput(): Uint8Array | undefined {
    return this.#output.next();
  }

  outputWritten(count: number): void {
    this.#output.written(count);
  }

  outputWrittenEarly(count: number): void {
    this.#output.written(count);
  }

  receive(): void {}

  finish(): void {
    this.#isOver = true;
  }
}
