/** What is told of answers that a manager cannot give. */
import type { Reply } from "../../core/protocol/mod.ts";
import { ClientError } from "../interface/client_error.ts";

/** An answer that this request cannot have. */
export function protocolError(reply: Reply): ClientError {
  const why = reply.kind === "out-of-memory"
    ? "the manager is out of memory"
    : `answer "${reply.kind}" was not expected`;
  return new ClientError(`protocol error: ${why}.`);
}

/** Bytes that are no packet. */
export function malformed(why: string): ClientError {
  return new ClientError(`read failure or protocol error: ${why}.`);
}

/**
 * A manager ends the connections of users it does not obey without a word: the protocol has none
 * for it.
 */
const CLOSED_HINT = "it may have ended, or does not take orders from this user; see its log.";

/** The manager takes nothing more. */
export function cannotWrite(why: string): ClientError {
  return new ClientError(`cannot write to the manager: ${why}`, CLOSED_HINT);
}

/** The manager has ended the connection where an answer was due. */
export function closedEarly(): ClientError {
  const line = "read failure or protocol error: the manager closed the connection.";
  return new ClientError(line, CLOSED_HINT);
}
