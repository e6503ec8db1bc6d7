/**
 * The order of a client that is only a pipe, out of its bytes. Their form:
 * `core/program/client_pipe.ts`.
 */
import {
  IDENTITY_BYTES,
  ORDER_CODE,
  ORDER_FIELD,
  ORDER_LIMIT_BYTES,
  TERMINAL_BITS,
} from "../../core/program/client_pipe.ts";
import { BUILD } from "../../core/program/build_info.ts";
import { decodeText } from "../../core/protocol/mod.ts";

/** What is to be done, and for whom. */
export interface ClientOrder {
  readonly isOutTerminal: boolean;
  /** Effective user of the client, as it says. */
  readonly userId: number;
  /** All of the command line, the name that the program was called by first. */
  readonly words: readonly string[];
  readonly variables: ReadonlyMap<string, string>;
}

/** What the bytes received so far are. */
export type OrderReading =
  | { readonly kind: "order"; readonly order: ClientOrder; readonly length: number }
  | { readonly kind: "need-more" }
  | { readonly kind: "bad" };

/** What the order's length does not count: the code, and itself. */
const HEAD_BYTES = ORDER_FIELD.length + 2;

const BAD: OrderReading = { kind: "bad" };
const NEED_MORE: OrderReading = { kind: "need-more" };

/** Reads an order at the beginning of the bytes; never throws. */
export function readOrder(bytes: Uint8Array): OrderReading {
  if (bytes.length === 0) return NEED_MORE;
  if (bytes[0] !== ORDER_CODE) return BAD;
  if (bytes.length < HEAD_BYTES) return NEED_MORE;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const length = HEAD_BYTES + view.getUint16(ORDER_FIELD.length, true);
  if (length > ORDER_LIMIT_BYTES || length < ORDER_FIELD.texts) return BAD;
  if (bytes.length < length) return NEED_MORE;
  const identityEnd = ORDER_FIELD.identity + IDENTITY_BYTES;
  if (decodeText(bytes, ORDER_FIELD.identity, identityEnd) !== BUILD.identity) return BAD;
  const wordCount = view.getUint32(ORDER_FIELD.wordCount, true);
  const variableCount = view.getUint32(ORDER_FIELD.variableCount, true);
  const texts = decodeText(bytes, ORDER_FIELD.texts, length).split("\0");
  // Each has a NUL behind it, so there is an empty one at the end; the working directory is the
  // first.
  const isWhole = texts.pop() === "" && texts.length === 1 + wordCount + variableCount;
  if (!isWhole || wordCount === 0) return BAD;
  const variables = readVariables(texts.slice(1 + wordCount));
  if (variables === undefined) return BAD;
  const order: ClientOrder = {
    isOutTerminal: (view.getUint8(ORDER_FIELD.terminals) & TERMINAL_BITS.output) !== 0,
    userId: view.getUint32(ORDER_FIELD.user, true),
    words: texts.slice(1, 1 + wordCount),
    variables,
  };
  return { kind: "order", order, length };
}

/** The first of a name counts, as for getenv(3). undefined: one has no name. */
function readVariables(texts: readonly string[]): ReadonlyMap<string, string> | undefined {
  const variables = new Map<string, string>();
  for (const text of texts) {
    const equals = text.indexOf("=");
    if (equals < 1) return undefined;
    const name = text.slice(0, equals);
    if (!variables.has(name)) variables.set(name, text.slice(equals + 1));
  }
  return variables;
}
