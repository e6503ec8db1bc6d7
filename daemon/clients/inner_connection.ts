/**
 * A client's connection to this very manager, without a socket: what a run of one of its programs
 * talks over.
 */
import {
  CURRENT_VERSION,
  encodeReply,
  encodeRequest,
  ReplyReader,
  type Request,
  type ServerPacket,
} from "../../core/protocol/mod.ts";
import { type Connection, ConnectionError, type Packets, type Received } from "../../ctl/served.ts";
import type { ControlSession } from "../control/session.ts";

export class InnerConnection implements Connection {
  readonly #session: ControlSession;
  readonly #ownUid: number;
  readonly #onClose: () => void;
  readonly packets: Packets;

  /** @param onClose Called once or more. */
  constructor(session: ControlSession, ownUid: number, onClose: () => void) {
    this.#session = session;
    this.#ownUid = ownUid;
    this.#onClose = onClose;
    this.packets = new InnerPackets(session, (bytes) => this.send(bytes));
  }

  send(bytes: Uint8Array): void {
    // What a socket's other end says when it is closed: EPIPE.
    if (this.#session.phase !== "open") throw new ConnectionError("Broken pipe");
    this.#session.receive(bytes);
  }

  /** What is there, without waiting; "timeout": nothing. */
  receive(): Received {
    const reply = this.#session.takeReply();
    if (reply !== undefined) return encodeReply(reply);
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

/** Replies are taken as they are where the session hands them over. */
class InnerPackets implements Packets {
  readonly version = CURRENT_VERSION;
  readonly #session: ControlSession;
  readonly #send: (bytes: Uint8Array) => void;
  readonly #reader = new ReplyReader();

  constructor(session: ControlSession, send: (bytes: Uint8Array) => void) {
    this.#session = session;
    this.#send = send;
  }

  send(request: Request): void {
    this.#reader.expect(request);
    this.#send(encodeRequest(request));
  }

  push(bytes: Uint8Array): void {
    this.#reader.push(bytes);
  }

  next(): ServerPacket | undefined {
    for (;;) {
      // What came as bytes came before.
      const packet = this.#reader.isEmpty ? undefined : this.#reader.next();
      if (packet !== undefined) return packet;
      const reply = this.#session.takeReply();
      if (reply !== undefined) return this.#reader.take(reply);
      const bytes = this.#session.nextOutput();
      if (bytes === undefined) return undefined;
      this.#reader.push(bytes);
      this.#session.outputWritten(bytes.length);
    }
  }
}
