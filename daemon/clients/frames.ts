/** What goes to a client that is only a pipe: frames, as `core/client_pipe.ts` has them, that wait to be written. */
import { END_TEXT_LIMIT_BYTES, FRAME } from "../../core/client_pipe.ts";
import { encodeText } from "../../core/protocol/mod.ts";
import { ControlOutput } from "../control/output.ts";

/** Most bytes in a frame. */
const LARGEST_BODY_BYTES = 0xffff;

/** What the client does at the connection's end. */
export interface AtEnd {
  readonly status: number;
  readonly stream: "output" | "errors";
  readonly text: string;
  readonly sleepMs: number;
}

export class Frames {
  readonly #waiting = new ControlOutput();

  get waiting(): Pick<ControlOutput, "bytes" | "isEmpty" | "isAboveHighWater"> {
    return this.#waiting;
  }

  next(): Uint8Array | undefined {
    return this.#waiting.next();
  }

  written(count: number): void {
    this.#waiting.written(count);
  }

  /** In as many frames as it takes. */
  print(stream: "output" | "errors", bytes: Uint8Array): void {
    for (let start = 0; start < bytes.length; start += LARGEST_BODY_BYTES) {
      this.#push(FRAME[stream], bytes.subarray(start, start + LARGEST_BODY_BYTES));
    }
  }

  status(status: number): void {
    this.#push(FRAME.status, Uint8Array.of(status));
  }

  longWay(): void {
    this.#push(FRAME.longWay, NOTHING);
  }

  heard(): void {
    this.#push(FRAME.heard, NOTHING);
  }

  atEnd({ status, stream, text, sleepMs }: AtEnd): void {
    const told = encodeText(text).subarray(0, END_TEXT_LIMIT_BYTES);
    const body = new Uint8Array(4 + told.length);
    const seconds = Math.ceil(sleepMs / 1000);
    body.set([status, FRAME[stream], seconds & 0xff, seconds >> 8]);
    body.set(told, 4);
    this.#push(FRAME.atEnd, body);
  }

  #push(kind: number, body: Uint8Array): void {
    const frame = new Uint8Array(3 + body.length);
    frame.set([kind, body.length & 0xff, body.length >> 8]);
    frame.set(body, 3);
    this.#waiting.pushReply(frame);
  }
}

const NOTHING = new Uint8Array(0);
