/** What the manager tells of what it and its services take of the machine. */
import type { ManagerUsage, ServiceUsage } from "../../core/figures/usage.ts";
import { encodeText, TEXT_LIMIT_BYTES } from "../../core/protocol/mod.ts";
import { ClientError } from "../interface/client_error.ts";
import type { Waiting } from "../interface/waits.ts";
import type { Session } from "./session.ts";

/** Behind a mark a request has room for a byte less than other names may have. */
const LONGEST_NAME_BYTES = TEXT_LIMIT_BYTES - 1;

/** The manager's own figures; undefined: it knows none, and may not be asked for others. */
export function* askManager(session: Session): Waiting<ManagerUsage | undefined> {
  const answer = yield* session.expect(
    { kind: "query-manager" },
    "manager",
    "service-name",
    "nak",
  );
  return answer.kind === "manager" ? answer.usage : undefined;
}

/** The same, for commands that are about nothing else. @throws {ClientError} When it knows none. */
export function* expectManager(session: Session): Waiting<ManagerUsage> {
  const usage = yield* askManager(session);
  if (usage !== undefined) return usage;
  throw new ClientError(
    "not known here: this manager does not tell what services take, only one of this program does.",
  );
}

/**
 * A service's figures; undefined: there is none of that name any more, or it is too long to ask.
 *
 * Only for managers that {@linkcode askManager} knows: others would be confused by it.
 */
export function* askUsage(session: Session, name: string): Waiting<ServiceUsage | undefined> {
  if (encodeText(name).length > LONGEST_NAME_BYTES) return undefined;
  const answer = yield* session.expect({ kind: "query-usage", name }, "usage", "no-service");
  return answer.kind === "usage" ? answer.usage : undefined;
}
