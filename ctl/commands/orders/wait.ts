/** `wait`: until a service is started or stopped, without asking for it. */
import { ClientError } from "../../interface/client_error.ts";
import type { Command } from "../lookup/context.ts";
import { judge, withDetails } from "./order.ts";
import {
  findService,
  literalName,
  loadService,
  tellLoadFailure,
} from "../lookup/service_lookup.ts";

export const wait: Command = function* ({ session, operands, options, io }) {
  const name = yield* literalName(session, operands[0] ?? "");
  const awaited = options.awaitedState;
  if (awaited === "stopped" && (yield* findService(session, name)) === undefined) {
    yield { kind: "already", service: name, state: "stopped" };
    return 0;
  }
  // Loading starts nothing, and gives the handle that makes the events come.
  const service = yield* loadService(session, name);
  if (service.kind === "failed") {
    yield* tellLoadFailure(name, service.fault, { session }, io);
    return 1;
  }
  if (service.state === awaited) {
    yield { kind: "already", service: name, state: awaited };
    return 0;
  }

  const deadline = options.timeoutMs === undefined
    ? undefined
    : io.monotonicMs() + options.timeoutMs;
  const lost = () =>
    new ClientError(`the manager closed the connection before '${name}' was ${awaited}.`);
  for (;;) {
    const left = deadline === undefined ? undefined : Math.max(0, deadline - io.monotonicMs());
    const event = yield* session.expectEvent(lost, left);
    if (event === "timeout") {
      const lines = [`service '${name}' was not ${awaited} within the time; see its status.`];
      yield { kind: "error", lines };
      return 1;
    }
    if (event.kind !== "service-event" || event.handle !== service.handle) continue;
    // A start or stop that was cancelled may be ordered again: only a failure is final.
    if (event.event === "start-cancelled" || event.event === "stop-cancelled") continue;
    const progress = judge(event, name, [awaited]);
    if (progress.kind === "waiting") continue;
    for (const report of progress.reports) {
      yield yield* withDetails(session, event.handle, report);
    }
    return progress.kind === "failed" ? 1 : 0;
  }
};
