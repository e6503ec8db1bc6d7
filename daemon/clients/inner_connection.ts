/**
 * A client's connection to this very manager, without a socket: what a run of one of its programs
 * talks over.
 */
import { type Connection, ConnectionError, type Received } from "../../ctl/served.ts";
import type { ControlSession } from "../control/session.ts";

export class InnerConnection implements Connection {
  readonly #session: ControlSession;
  readonly #ownUid: number;
  readonly #onClose: () => void;

  /** @param onClose Called once or more. */
  constructor(session: ControlSession, ownUid: number, onClose: () => void) {
    this.#session = session;
    this.#ownUid = ownUid;
    this.#onClose = onClose;
  }

  send(bytes: Uint8Array): void {
    // What a socket's other end says when it is closed: EPIPE.
    if (this.#session.phase !== "open") throw new ConnectionError("Broken pipe");
    this.#session.receive(bytes);
  }

  /** What is there, without waiting; "timeout": nothing. */
  receive(): Received {
    const packet = this.#session.nextOutput();
    if (packet === undefined) return this.#session.phase === "closed" ? "end" : "timeout";
    const bytes = packet.slice();
    this.#session.outputWritten(bytes.length);
    return bytes;
  }

  peerUser(): number {
    return this.#ownUid;
  }

  close(): void {
    this.#onClose();
  }
}
