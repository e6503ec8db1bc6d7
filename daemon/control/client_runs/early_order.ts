/**
 * What a client that is only a pipe has said before the programs were loaded that read it: its
 * bytes, which the run gets that is opened then.
 */
import { ORDER_LIMIT_BYTES } from "../../../core/program/client_pipe.ts";
import type { Talker } from "./client_programs.ts";
import type { Peer } from "../peer.ts";
import type { SessionPhase } from "../session.ts";

export class EarlyOrder implements Talker {
  /** Who connected. */
  readonly peer: Peer;
  readonly phase: SessionPhase = "open";
  readonly waitingBytes = 0;
  #bytes: Uint8Array = new Uint8Array(0);

  constructor(peer: Peer) {
    this.peer = peer;
  }

  get bytes(): Uint8Array {
    return this.#bytes;
  }

  /** Never none: the client's end is to be seen. What no order could have is dropped. */
  get inputRoomBytes(): number {
    return Math.max(ORDER_LIMIT_BYTES - this.#bytes.length, 1);
  }

  receive(bytes: Uint8Array): void {
    const kept = bytes.subarray(0, ORDER_LIMIT_BYTES - this.#bytes.length);
    const joined = new Uint8Array(this.#bytes.length + kept.length);
    joined.set(this.#bytes);
    joined.set(kept, this.#bytes.length);
    this.#bytes = joined;
  }

  nextOutput(): undefined {
    return undefined;
  }

  outputWritten(): void {}

  outputWrittenEarly(): void {}

  finish(): void {}
}
