/**
 * What only managers of this program can be asked.
 */
import type { Waiting } from "../interface/waits.ts";
import type { Session } from "./session.ts";

/**
 * Whether the manager knows the requests that come together: `plan`, what it is about, and
 * `reload-together`. Upstream's must not be sent those that name orders.
 */
export function* takesOrdersTogether(session: Session): Waiting<boolean> {
  const answer = yield* session.expect({ kind: "plan" }, "plan", "service-name", "nak");
  return answer.kind === "plan";
}
