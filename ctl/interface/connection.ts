/**
 * The byte stream between a client program and the manager, as the client sees it: blocking, one
 * thread.
 *
 * The real one is a Unix socket (`ctl/system/unix_connection.ts`); tests script one.
 */
import type { Request, ServerPacket } from "../../core/protocol/mod.ts";

/**
 * What a wait brought: bytes, good until the next one; the end of the stream (a reset counts as
 * that); or nothing.
 */
export type Received = Uint8Array | "end" | "timeout";

/** What a conversation consists of. */
export interface Packets {
  /** That the manager speaks; undefined: it is to be asked. */
  readonly version: number | undefined;
  /**
   * @throws {ConnectionError} When the manager does not take it.
   * @throws {RangeError} For what no request can say.
   */
  send(request: Request): void;
  /** Adds what the connection has brought. */
  push(bytes: Uint8Array): void;
  /** The next packet that has come; undefined: there is none yet. */
  next(): ServerPacket | undefined;
}

/** A connected stream. Whoever opened it closes it. */
export interface Connection {
  /**
   * Writes all bytes before it returns.
   *
   * @throws {ConnectionError} When the manager does not take them.
   */
  send(bytes: Uint8Array): void;
  /**
   * Waits for bytes. "timeout" comes early when something happened at the terminal of an open
   * screen.
   *
   * @param timeoutMs Longest wait; undefined: for ever.
   */
  receive(timeoutMs: number | undefined): Received;
  /**
   * User that the process at the other end had when it listened; undefined: the system does not
   * tell.
   */
  peerUser(): number | undefined;
  /** Where both sides are in one program: a shorter way than bytes. */
  readonly packets?: Packets;
  close(): void;
}

/** The stream failed while writing; the message is the system's text for it. */
export class ConnectionError extends Error {
  override readonly name = "ConnectionError";
}

/** Why no connection could be made. */
export interface ConnectFailure {
  readonly kind: "failure";
  readonly errno: number;
  /** The system's text, as upstream prints it: `No such file or directory`. */
  readonly text: string;
}
