/** The last lines that a service wrote, as text. */
import { decodeText, type Handle } from "../../../core/protocol/mod.ts";
import type { Session } from "../../connection/session.ts";
import { NotAllowed } from "../../interface/not_allowed.ts";
import type { Waiting } from "../../interface/waits.ts";
import { lastLines } from "./last_lines.ts";

/** undefined: none wanted, or the manager keeps none for this service, or not for this user. */
export function* outputLines(
  session: Session,
  handle: Handle,
  count: number,
): Waiting<readonly string[] | undefined> {
  if (count === 0 || !session.knows("read-log")) return undefined;
  const reply = yield* readLog(session, handle);
  if (reply?.kind !== "log") return undefined;
  const text = decodeText(lastLines(reply.bytes, count)).replace(/\n$/, "");
  return text === "" ? [] : text.split("\n");
}

function* readLog(session: Session, handle: Handle) {
  try {
    return yield* session.expect({ kind: "read-log", handle, clear: false }, "log", "nak");
  } catch (error) {
    if (error instanceof NotAllowed) return undefined;
    throw error;
  }
}
