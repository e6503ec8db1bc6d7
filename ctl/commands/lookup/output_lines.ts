/** The last lines that a service wrote, as text. */
import { decodeText, type Handle } from "../../../core/protocol/mod.ts";
import type { Session } from "../../connection/session.ts";
import type { Waiting } from "../../interface/waits.ts";
import { lastLines } from "./last_lines.ts";

/** undefined: none wanted, or the manager keeps none for this service. */
export function* outputLines(
  session: Session,
  handle: Handle,
  count: number,
): Waiting<readonly string[] | undefined> {
  if (count === 0 || !session.knows("read-log")) return undefined;
  const reply = yield* session.expect({ kind: "read-log", handle, clear: false }, "log", "nak");
  if (reply.kind === "nak") return undefined;
  const text = decodeText(lastLines(reply.bytes, count)).replace(/\n$/, "");
  return text === "" ? [] : text.split("\n");
}
