/**
 * What the control server needs of the client programs inside the manager (`daemon/clients/`), and
 * they of it. Types only: the programs are loaded at the first order.
 */
import type { DescriptionFiles } from "../../../core/description/mod.ts";
import type { Instant } from "../../../core/types.ts";
import type { ControlSession, SessionPhase } from "../session.ts";

/** What a connection's bytes go to and come from: a session of the protocol, or a run. */
export interface Talker {
  readonly phase: SessionPhase;
  /** How many bytes may be given to `receive`. */
  readonly inputRoomBytes: number;
  /** Bytes of output that wait. */
  readonly waitingBytes: number;
  /** What is to be written next. */
  nextOutput(): Uint8Array | undefined;
  outputWritten(count: number): void;
  outputWrittenEarly(count: number): void;
  receive(bytes: Uint8Array): void;
  /** Only what waits is written still. For the end of the manager. */
  finish(): void;
}

/** What is left to be said to a client that is only a pipe, when another manager comes. */
export interface KeptRun {
  /** Its frames. */
  readonly output: Uint8Array;
  /** The connection ends with that; otherwise with the manager, as the client was told. */
  readonly isOver: boolean;
}

/** An order of a client at work, from its first byte on. */
export interface ClientRun extends Talker {
  /** When {@linkcode resume} is due; undefined: not before something comes. */
  readonly dueAt: Instant | undefined;
  resume(now: Instant): void;
  /** It waits for nothing but its turn. */
  readonly isBusy: boolean;
  /** What is to be said in its place by another manager. The run itself stays as it is. */
  keep(): KeptRun;
  /** The client has gone: drops the work. */
  close(): void;
}

/** What a run has of the manager. */
export interface RunContext {
  /** Effective user of the client, by the kernel's word. */
  readonly peerUid: number;
  readonly ownUid: number;
  /** For descriptions only. */
  readonly files: DescriptionFiles;
  now(): Instant;
  errnoText(errno: number): { readonly name: string; readonly text: string };
  /**
   * A connection to the manager without a socket, which counts as any other. @param onOutput As in
   * `SessionOptions`.
   */
  openSession(onOutput: () => void): ControlSession;
  closeSession(session: ControlSession): void;
  /** An error of ours, which goes to the log. */
  reportFault(error: unknown): void;
}

/** The part of the program that is loaded. */
export interface ClientPrograms {
  openRun(context: RunContext): ClientRun;
}

/**
 * Does the next step of loading them, each some milliseconds.
 *
 * @returns undefined: there are more, which are for other turns.
 * @throws {Error} Whatever the loading throws.
 */
export type LoadClientPrograms = () => ClientPrograms | undefined;
