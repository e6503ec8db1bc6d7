/**
 * A client that is only a pipe, in TypeScript: what the executable's entry does as machine code
 * (`core/program/client_pipe.ts`).
 */
import { BUILD } from "../core/program/build_info.ts";
import { FRAME, ORDER_CODE, ORDER_FIELD } from "../core/program/client_pipe.ts";
import { encodeText } from "../core/protocol/mod.ts";

/** Surroundings of the client, as it tells them. */
export interface PipeClientOptions {
  readonly variables?: Readonly<Record<string, string>>;
  readonly isTerminal?: boolean;
  readonly columns?: number;
  readonly userId?: number;
  readonly directory?: string;
  /** Of its build; default: the one that runs this. */
  readonly identity?: string;
}

/** What came back. */
export interface PipeAnswer {
  /** undefined: the manager leaves it to the client, or the connection ended without a status. */
  readonly status: number | undefined;
  readonly isLongWay: boolean;
  readonly output: Uint8Array;
  readonly errors: Uint8Array;
  /** The bodies of the frames that tell what the connection's end means. */
  readonly atEnd: readonly Uint8Array[];
}

/** The bytes of an order. */
export function encodeOrder(
  words: readonly string[],
  {
    variables = {},
    isTerminal = false,
    columns = 0,
    userId = Deno.uid() ?? 0,
    directory = "/",
    identity = BUILD.identity,
  }: PipeClientOptions = {},
): Uint8Array<ArrayBuffer> {
  const entries = Object.entries(variables).map(([name, value]) => `${name}=${value}`);
  const texts = [directory, ...words, ...entries].map((text) => encodeText(`${text}\0`));
  const length = ORDER_FIELD.texts + texts.reduce((sum, text) => sum + text.length, 0);
  const bytes = new Uint8Array(length);
  const view = new DataView(bytes.buffer);
  view.setUint8(0, ORDER_CODE);
  view.setUint16(ORDER_FIELD.length, length - ORDER_FIELD.identity, true);
  bytes.set(encodeText(identity), ORDER_FIELD.identity);
  view.setUint8(ORDER_FIELD.terminals, isTerminal ? 7 : 0);
  view.setUint16(ORDER_FIELD.columns, columns, true);
  view.setUint32(ORDER_FIELD.user, userId, true);
  view.setUint32(ORDER_FIELD.wordCount, words.length, true);
  view.setUint32(ORDER_FIELD.variableCount, entries.length, true);
  let at: number = ORDER_FIELD.texts;
  for (const text of texts) {
    bytes.set(text, at);
    at += text.length;
  }
  return bytes;
}

/** Connects. */
export async function openPipe(path: string): Promise<Deno.Conn> {
  return await Deno.connect({ transport: "unix", path });
}

/** Gives an order and waits for its end. */
export async function giveOrder(
  path: string,
  words: readonly string[],
  options: PipeClientOptions = {},
): Promise<PipeAnswer> {
  const connection = await openPipe(path);
  try {
    await write(connection, encodeOrder(words, options));
    return await readAnswer(connection);
  } finally {
    connection.close();
  }
}

export async function write(connection: Deno.Conn, bytes: Uint8Array): Promise<void> {
  for (let rest = bytes; rest.length > 0;) rest = rest.subarray(await connection.write(rest));
}

/** Reads frames until a status comes, or the connection ends. */
export async function readAnswer(connection: Deno.Conn): Promise<PipeAnswer> {
  const parts = { output: [] as Uint8Array[], errors: [] as Uint8Array[] };
  const atEnd: Uint8Array[] = [];
  let status: number | undefined;
  let isLongWay = false;
  for await (const [kind, body] of frames(connection)) {
    if (kind === FRAME.output) parts.output.push(body);
    else if (kind === FRAME.errors) parts.errors.push(body);
    else if (kind === FRAME.atEnd) atEnd.push(body);
    else if (kind === FRAME.longWay) isLongWay = true;
    else if (kind === FRAME.status) status = body[0];
    if (isLongWay || status !== undefined) break;
  }
  return {
    ...{ status, isLongWay, atEnd },
    output: joined(parts.output),
    errors: joined(parts.errors),
  };
}

/** All frames, kind and body, until the connection ends. */
export async function* frames(
  connection: Deno.Conn,
): AsyncGenerator<readonly [number, Uint8Array]> {
  let waiting: Uint8Array = new Uint8Array(0);
  const buffer = new Uint8Array(65_536);
  for (;;) {
    while (waiting.length >= 3) {
      const length = 3 + (waiting[1] ?? 0) + 256 * (waiting[2] ?? 0);
      if (waiting.length < length) break;
      yield [waiting[0] ?? 0, waiting.slice(3, length)];
      waiting = waiting.subarray(length);
    }
    const count = await connection.read(buffer).catch(() => null);
    if (count === null) return;
    waiting = joined([waiting, buffer.subarray(0, count)]);
  }
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
