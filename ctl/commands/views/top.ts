/**
 * `top`: what services take of the machine; on a terminal a table that is kept up to date.
 *
 * The manager tells sums. How much that is now comes from two looks, some time apart.
 */
import { askUsage, expectManager } from "../../connection/figures.ts";
import type { ListEntry, Session } from "../../connection/session.ts";
import type { Screen } from "../../interface/screen.ts";
import type { CommandRun, Reporting, ServiceFigures } from "../../interface/report.ts";
import type { ManagerUsage } from "../../../core/figures/usage.ts";
import type { Waiting } from "../../interface/waits.ts";
import type { Command, CommandContext } from "../lookup/context.ts";
import { nameMatcher } from "../lookup/name_pattern.ts";
import { sendingFault } from "../lookup/service_lookup.ts";

/** Between two looks. */
const INTERVAL_MS = 1000;

/** One look at all that are asked for. */
interface Look {
  readonly manager: ManagerUsage;
  readonly services: readonly ServiceFigures[];
}

export const top: Command = function* (context) {
  const { io, options } = context;
  yield* expectManager(context.session);
  const screen = options.once || options.json ? undefined : io.openScreen();
  if (screen === undefined) return yield* once(context);
  let end: TableEnd;
  try {
    end = yield* live(context, screen);
  } finally {
    screen.close();
  }
  // It stays on the terminal as it was last.
  yield { kind: "top", ...end.look, sort: options.sort, size: screen.size(), isPassing: false };
  if (end.why === "left") return 0;
  yield { kind: "remark", text: "the manager closed the connection." };
  return 1;
};

function* once({ session, operands, options }: CommandContext): CommandRun {
  const before = yield* look(session, operands, undefined);
  yield { kind: "sleep", milliseconds: INTERVAL_MS };
  session.renewPatience();
  const now = yield* look(session, operands, before);
  yield { kind: "top", ...now, sort: options.sort, size: undefined, isPassing: false };
  return 0;
}

interface TableEnd {
  readonly why: "left" | "closed";
  readonly look: Look;
}

function* live(
  { session, operands, options, io }: CommandContext,
  screen: Screen,
): Reporting<TableEnd> {
  let before: Look | undefined;
  for (;;) {
    session.renewPatience();
    const now: Look = yield* look(session, operands, before);
    yield { kind: "top", ...now, sort: options.sort, size: screen.size(), isPassing: true };
    const lookAt = io.monotonicMs() + INTERVAL_MS;
    for (;;) {
      // A key, a signal or another size of the terminal ends the wait, too.
      const event = yield* session.nextEvent(Math.max(0, lookAt - io.monotonicMs()));
      if (event === "closed") return { why: "closed", look: now };
      if (event === "timeout") break;
    }
    if (screen.isLeft() || io.isOutClosed()) return { why: "left", look: now };
    // What comes at once after a key would tell of too short a time.
    if (io.monotonicMs() >= lookAt) before = now;
  }
}

/** @param before The look that this one is to be held against. */
function* look(
  session: Session,
  patterns: readonly string[],
  before: Look | undefined,
): Waiting<Look> {
  const isWanted = nameMatcher(patterns);
  const listed = yield* session.list();
  const wanted = listed.filter(({ name }) => patterns.length === 0 || isWanted(name));
  const earlier = new Map(before?.services.map(({ name, usage }) => [name, usage]));
  const services: ServiceFigures[] = [];
  for (const entry of wanted) {
    const figures = yield* figuresOf(session, entry);
    if (figures !== undefined) services.push({ ...figures, before: earlier.get(entry.name) });
  }
  const manager = yield* expectManager(session);
  return { manager, services };
}

/** A service's figures; undefined: it is gone. */
export function* figuresOf(
  session: Session,
  { name, status }: ListEntry,
): Waiting<Omit<ServiceFigures, "before"> | undefined> {
  // A list cuts long names, and what is cut is nobody's.
  if (sendingFault(name) !== undefined) return undefined;
  const usage = yield* askUsage(session, name);
  return usage === undefined ? undefined : { name, status, usage };
}
