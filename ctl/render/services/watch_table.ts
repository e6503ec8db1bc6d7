/**
 * `watch` on a terminal: one line a service, under a line that counts them.
 *
 *     3 services: 2 started, 1 failed                             14:03:22
 *     STATE     SERVICE    PID  LAST EVENT
 *     started   boot         -
 *     started   web        812  14:03:20 started
 *     failed    job          -  14:03:21 stopped (exited - status 3)
 */
import { printable } from "../../../core/text/printable.ts";
import type { ScreenSize } from "../../interface/screen.ts";
import type { WatchedEvent, WatchedService } from "../../interface/report.ts";
import type { Colour, Paint } from "../text/colour.ts";
import { exitText, stoppedBadly } from "../text/state_text.ts";
import { cutTo, padTo, textWidth } from "../text/text_width.ts";

/** Words and colours of what may happen; a list of events has the same. */
export const EVENT_WORDS: Readonly<
  Record<WatchedEvent, readonly [string, Colour]>
> = {
  started: ["started", "green"],
  stopped: ["stopped", "bold"],
  failed: ["failed to start", "red"],
  "start-cancelled": ["start cancelled", "yellow"],
  "stop-cancelled": ["stop cancelled", "yellow"],
  healthy: ["healthy", "green"],
  unhealthy: ["unhealthy", "red"],
};

/** What a service is, in one word, in the order in which they are counted. */
const STATES = ["started", "unhealthy", "starting", "stopping", "failed", "stopped"] as const;
type State = typeof STATES[number];

const COLOURS: Readonly<Record<State, Colour>> = {
  started: "green",
  unhealthy: "red",
  starting: "yellow",
  stopping: "yellow",
  failed: "red",
  stopped: "grey",
};

const STATE_COLUMNS = 10;
const LONGEST_NAME_COLUMNS = 40;
const HEADING_LINES = 2;

/** The table's lines, no longer and no more than fit. */
export function watchTable(
  services: readonly WatchedService[],
  size: ScreenSize,
  style: { readonly paint: Paint; readonly time: string },
): readonly string[] {
  const room = Math.max(1, size.rows - HEADING_LINES);
  const shown = services.length <= room ? services : mostTelling(services, room - 1);
  const nameColumns = Math.min(
    LONGEST_NAME_COLUMNS,
    Math.max("SERVICE".length, ...shown.map(({ name }) => textWidth(cell(name)))),
  );
  const row = (name: string, pid: string, last: string) =>
    cutTo(
      `${padTo(cutTo(name, nameColumns), nameColumns)}  ${pid.padStart(7)}  ${last}`.trimEnd(),
      Math.max(0, size.columns - STATE_COLUMNS),
    );
  const lines = [
    headline(services, size.columns, style.time),
    style.paint("bold", cutTo("STATE".padEnd(STATE_COLUMNS), size.columns)) +
    style.paint("bold", row("SERVICE", "PID", "LAST EVENT")),
  ];
  for (const service of shown) {
    const state = stateOf(service);
    const { name, status } = service;
    lines.push(
      style.paint(COLOURS[state], cutTo(state.padEnd(STATE_COLUMNS), size.columns)) +
        row(cell(name), status.pid === 0 ? "-" : String(status.pid), lastEvent(service)),
    );
  }
  const hidden = services.length - shown.length;
  if (hidden > 0) {
    lines.push(cutTo(`… and ${hidden} more; name patterns show fewer`, size.columns));
  }
  return lines.slice(0, size.rows);
}

/** Safe to show; a tab would take an unknown number of columns. */
function cell(name: string): string {
  return printable(name).replaceAll("\t", " ");
}

function headline(
  services: readonly WatchedService[],
  columns: number,
  time: string,
): string {
  const counts: string[] = [];
  for (const state of STATES) {
    const count = services.filter((service) => stateOf(service) === state).length;
    if (count > 0) counts.push(`${count} ${state}`);
  }
  const noun = services.length === 1 ? "service" : "services";
  const text = `${services.length} ${noun}${counts.length > 0 ? ": " : ""}${counts.join(", ")}`;
  const room = columns - time.length - 1;
  return room < text.length ? cutTo(text, columns) : `${padTo(text, room)} ${time}`;
}

/** Those that need attention before those that are as they should be; in their usual order. */
function mostTelling(
  services: readonly WatchedService[],
  count: number,
): readonly WatchedService[] {
  const rank: Readonly<Record<State, number>> = {
    failed: 0,
    unhealthy: 0,
    starting: 1,
    stopping: 1,
    started: 2,
    stopped: 3,
  };
  const chosen = new Set(
    services.toSorted((a, b) => rank[stateOf(a)] - rank[stateOf(b)]).slice(0, Math.max(0, count)),
  );
  return services.filter((service) => chosen.has(service));
}

function stateOf({ status, isUnhealthy }: WatchedService): State {
  if (isUnhealthy === true && status.state === "started") return "unhealthy";
  return stoppedBadly(status) ? "failed" : status.state;
}

function lastEvent({ last, status }: WatchedService): string {
  const exit = status.state === "stopped" ? exitText(status.exit) : undefined;
  const ending = exit === undefined ? "" : `(${exit})`;
  if (last === undefined) return ending;
  return `${last.time} ${EVENT_WORDS[last.event][0]} ${ending}`.trimEnd();
}
