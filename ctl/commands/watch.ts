/**
 * `watch`: each start, stop and failure as it happens.
 *
 * A handle for each service makes its events come. The protocol does not tell of services that are
 * loaded later; so the list is asked again now and then.
 */
import type { Handle } from "../../core/protocol/mod.ts";
import type { Session } from "../session.ts";
import type { Command } from "./context.ts";
import { matchesAny } from "./name_pattern.ts";
import { findService } from "./service_lookup.ts";

/** How often services that were loaded meanwhile are looked for. */
const REFRESH_MS = 2000;

export const watch: Command = function* ({ session, operands, io }) {
  const watched = new Map<Handle, string>();
  const known = new Set<string>();
  for (;;) {
    subscribe(session, operands, watched, known);
    const refreshAt = io.monotonicMs() + REFRESH_MS;
    for (;;) {
      const event = session.nextEvent(Math.max(0, refreshAt - io.monotonicMs()));
      if (event === "timeout") break;
      if (event === "closed") {
        yield { kind: "remark", text: "the manager closed the connection." };
        return 1;
      }
      if (event.kind !== "service-event") continue;
      const service = watched.get(event.handle);
      if (service === undefined) continue;
      yield { kind: "happened", service, event: event.event, status: event.status };
      if (io.isOutClosed()) return 0;
    }
  }
};

/** Gets a handle for each loaded service that is not watched yet. */
function subscribe(
  session: Session,
  patterns: readonly string[],
  watched: Map<Handle, string>,
  known: Set<string>,
): void {
  for (const { name } of session.list()) {
    if (known.has(name) || (patterns.length > 0 && !matchesAny(name, patterns))) continue;
    const service = findService(session, name);
    if (service === undefined) continue;
    known.add(name);
    watched.set(service.handle, name);
  }
}
