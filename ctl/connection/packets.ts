/**
 * Requests to a manager and its packets, as a session has them: over a stream of bytes, or within
 * one program.
 */
import {
  encodeRequest,
  ReplyReader,
  type Request,
  type ServerPacket,
} from "../../core/protocol/mod.ts";
import type { Connection, Packets } from "../interface/connection.ts";

/** What a session talks over. */
export function packetsOf(connection: Connection): Packets {
  return connection.packets ?? new BytePackets(connection);
}

class BytePackets implements Packets {
  readonly version = undefined;
  readonly #connection: Connection;
  readonly #reader = new ReplyReader();

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  send(request: Request): void {
    this.#reader.expect(request);
    this.#connection.send(encodeRequest(request));
  }

  push(bytes: Uint8Array): void {
    this.#reader.push(bytes);
  }

  next(): ServerPacket | undefined {
    return this.#reader.next();
  }
}
