/**
 * `timers`: a table of services with a timer, and the same as JSON.
 *
 *     SERVICE  NEXT                           LAST                            RESULT  TIMES
 *     backup   2026-12-01 02:00:00 (in 10 h)  2026-11-30 02:00:00 (13 h ago)  good    every 24h
 */
import { printable } from "../../../core/text/printable.ts";
import type { TimedService } from "../../interface/report.ts";
import { exitJson } from "./json.ts";
import { pastText } from "../text/past_text.ts";
import { exitText } from "../text/state_text.ts";
import { padTo, textWidth } from "../text/text_width.ts";
import { futureText } from "../text/until_text.ts";

const HEADINGS = ["SERVICE", "NEXT", "LAST", "RESULT", "TIMES"] as const;

/** @param nowMs The time now, in milliseconds since 1970. */
export function timersLines(services: readonly TimedService[], nowMs: number): string {
  if (services.length === 0) return "No loaded service has a timer.\n";
  const rows = [HEADINGS, ...services.map((service) => rowOf(service, nowMs))];
  const widths = HEADINGS.map((_, column) =>
    Math.max(...rows.map((row) => textWidth(row[column] ?? "")))
  );
  return rows.map((row) => {
    const cells = row.map((cell, column) => padTo(cell, widths[column] ?? 0));
    return `${cells.join("  ").trimEnd()}\n`;
  }).join("");
}

function rowOf(service: TimedService, nowMs: number): readonly string[] {
  const { name, status, timer } = service;
  return [
    printable(name),
    timer.nextInMs === undefined
      ? status.pid === 0 ? "-" : "when it has ended"
      : futureText(timer.nextInMs, nowMs),
    timer.lastAgoMs === undefined ? "-" : pastText(timer.lastAgoMs, nowMs),
    resultText(service),
    printable(timer.times),
  ];
}

/** How the last run ended. */
function resultText({ status, lastEnd }: TimedService): string {
  if (status.pid !== 0) return "running";
  if (status.state !== "started") return status.state;
  if (lastEnd === undefined) return "-";
  const { exit } = lastEnd;
  if (exit.kind === "exited" && exit.code === 0) return "good";
  return (exitText(exit) ?? "unknown").replace(" - ", ", ");
}

/** The object of a service in `timers --json`. */
export function timedServiceJson(
  { name, status, timer, lastEnd }: TimedService,
  nowMs: number,
): object {
  const time = (fromNowMs: number | undefined) =>
    fromNowMs === undefined ? null : new Date(nowMs + fromNowMs).toISOString();
  const lastAgoMs = timer.lastAgoMs === undefined ? undefined : -timer.lastAgoMs;
  return {
    name,
    state: status.state,
    times: timer.times,
    next: time(timer.nextInMs),
    last: time(lastAgoMs),
    running: status.pid !== 0,
    lastEnd: lastEnd === undefined ? null : { time: time(-lastEnd.agoMs), ...exitJson(lastEnd) },
  };
}
