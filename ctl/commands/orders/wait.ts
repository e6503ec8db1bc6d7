/** `wait`: until a service is started or stopped, without asking for it. */
import { ClientError } from "../../interface/client_error.ts";
import type { Command } from "../lookup/context.ts";
import { judge, withDetails } from "./order.ts";
import { WaitProgress } from "./wait_progress.ts";
import {
  findService,
  literalName,
  loadService,
  tellLoadFailure,
} from "../lookup/service_lookup.ts";

export const wait: Command = function* (context) {
  const { session, operands, options, io } = context;
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
  const progress = new WaitProgress(context);
  for (;;) {
    const leftMs = deadline === undefined ? Infinity : Math.max(0, deadline - io.monotonicMs());
    const waitMs = Math.min(leftMs, progress.pauseMs ?? Infinity);
    const event = yield* session.expectEvent(lost, waitMs === Infinity ? undefined : waitMs);
    if (event === "timeout" && waitMs < leftMs) {
      yield* progress.draw([name]);
      continue;
    }
    if (event === "timeout") {
      yield* progress.clear();
      const lines = [`service '${name}' was not ${awaited} within the time; see its status.`];
      yield { kind: "error", lines };
      return 1;
    }
    if (event.kind !== "service-event" || event.handle !== service.handle) continue;
    // A start or stop that was cancelled may be ordered again: only a failure is final.
    if (event.event === "start-cancelled" || event.event === "stop-cancelled") continue;
    const step = judge(event, name, [awaited]);
    if (step.kind === "waiting") continue;
    yield* progress.clear();
    for (const report of step.reports) {
      yield yield* withDetails(context, event.handle, report);
    }
    return step.kind === "failed" ? 1 : 0;
  }
};
