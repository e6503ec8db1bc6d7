/**
 * `watch`: on a terminal a table of services that is kept up to date, elsewhere a line for each
 * start, stop and failure as it happens.
 */
import type { Screen } from "../../interface/screen.ts";
import type { CommandRun, Report, Reporting, WatchedService } from "../../interface/report.ts";
import type { Command, CommandContext } from "../lookup/context.ts";
import { WatchedServices } from "./watched_services.ts";

/** How often services that were loaded meanwhile are looked for. */
const LINES_REFRESH_MS = 2000;

/** How often the table is drawn when nothing happens: what no event tells is seen then. */
const TABLE_REFRESH_MS = 1000;

/** Events that come within this time are drawn together. */
const GATHERING_MS = 50;

const LOST: Report = { kind: "remark", text: "the manager closed the connection." };

export const watch: Command = function* (context) {
  const screen = context.io.openScreen();
  if (screen === undefined) return yield* lines(context);
  let end: TableEnd;
  try {
    end = yield* table(context, screen);
  } finally {
    screen.close();
  }
  // It stays on the terminal as it was last.
  yield { kind: "table", services: end.services, size: screen.size(), isPassing: false };
  if (end.why === "left") return 0;
  yield LOST;
  return 1;
};

function* lines({ session, operands, io }: CommandContext): CommandRun {
  const watched = new WatchedServices(session, operands);
  for (;;) {
    yield* watched.refresh();
    const refreshAt = io.monotonicMs() + LINES_REFRESH_MS;
    for (;;) {
      const event = yield* session.nextEvent(Math.max(0, refreshAt - io.monotonicMs()));
      if (event === "timeout") break;
      if (event === "closed") {
        yield LOST;
        return 1;
      }
      if (event.kind === "environment-event") continue;
      const service = watched.nameOf(event.handle);
      if (service === undefined) continue;
      if (event.kind === "health-event") {
        const { state, why } = event;
        yield { kind: "health-changed", service, state, why };
      } else yield { kind: "happened", service, event: event.event, status: event.status };
      if (io.isOutClosed()) return 0;
    }
  }
}

interface TableEnd {
  readonly why: "left" | "closed";
  readonly services: readonly WatchedService[];
}

function* table(
  { session, operands, io }: CommandContext,
  screen: Screen,
): Reporting<TableEnd> {
  const watched = new WatchedServices(session, operands);
  const lastEvents = new Map<string, WatchedService["last"]>();
  for (;;) {
    const services = (yield* watched.refresh()).map(({ name, status }) => ({
      name,
      status,
      isUnhealthy: watched.isUnhealthy(name),
      last: lastEvents.get(name),
    }));
    yield { kind: "table", services, size: screen.size(), isPassing: true };

    let drawAt = io.monotonicMs() + TABLE_REFRESH_MS;
    for (;;) {
      // A key, a signal or another size of the terminal ends the wait, too.
      const event = yield* session.nextEvent(Math.max(0, drawAt - io.monotonicMs()));
      if (event === "closed") return { why: "closed", services };
      if (event === "timeout") break;
      if (event.kind === "environment-event") continue;
      const service = watched.nameOf(event.handle);
      if (service === undefined) continue;
      if (event.kind === "health-event") {
        watched.noteHealth(service, event.state);
        drawAt = Math.min(drawAt, io.monotonicMs() + GATHERING_MS);
        if (event.state !== "unknown") {
          lastEvents.set(service, { event: event.state, time: io.timeOfDay() });
        }
        continue;
      }
      lastEvents.set(service, { event: event.event, time: io.timeOfDay() });
      drawAt = Math.min(drawAt, io.monotonicMs() + GATHERING_MS);
    }
    if (screen.isLeft() || io.isOutClosed()) return { why: "left", services };
  }
}
