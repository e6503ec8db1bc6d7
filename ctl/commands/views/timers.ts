/** `timers`: services that run at certain times; their last runs and their next ones. */
import { ClientError } from "../../interface/client_error.ts";
import type { TimedService } from "../../interface/report.ts";
import type { Command } from "../lookup/context.ts";
import { namedServices } from "../lookup/named_services.ts";
import { findService } from "../lookup/service_lookup.ts";

export const timers: Command = function* (context) {
  const { session, operands } = context;
  const named = operands.length === 0 ? undefined : yield* namedServices(context);
  const listed = yield* session.list();
  const found: TimedService[] = [];
  for (const { name, status } of listed) {
    if (named !== undefined && !named.names.has(name)) continue;
    session.renewPatience();
    const service = yield* findService(session, name);
    if (service === undefined) continue;
    const details = yield* session.details(service.handle);
    if (details === undefined) {
      throw new ClientError("this manager has no timers: only a manager of this program does.");
    }
    const { timer, lastEnd } = details;
    if (timer !== undefined) found.push({ name, status, timer, lastEnd });
  }
  // Those that are to run next first, then those that run, then those that wait for nothing.
  const rank = ({ timer, status }: TimedService) =>
    timer.nextInMs ?? (status.pid === 0 ? Infinity : Number.MAX_SAFE_INTEGER);
  found.sort((a, b) => rank(a) === rank(b) ? 0 : rank(a) - rank(b));
  yield { kind: "timers", services: found };
  return named?.exit ?? 0;
};
