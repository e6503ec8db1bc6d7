/**
 * `list`: one line a service in upstream's eight columns; on a terminal grouped by state and
 * coloured.
 *
 *     [[+]     ] boot
 *     [{ }>>   ] web (pid: 812)
 *
 * Columns 1 and 3: square brackets when explicitly activated, else braces when it is to be up. 2:
 * up. 4 and 5: on its way. 6 and 8: braces when it is to be stopped. 7: stopped, or failed.
 */
import { printable } from "../../../core/text/printable.ts";
import type { ListedService } from "../../interface/report.ts";
import type { Remark } from "../../../core/protocol/remarks.ts";
import type { ReportedStatus } from "../../../core/protocol/status_block.ts";
import { type Colour, type Paint, plainPaint } from "../text/colour.ts";
import { stoppedBadly } from "../text/state_text.ts";

/** Lines of a list in one piece. */
const LINES_IN_PIECE = 16;

/** The lines of a list as upstream prints them. */
export function* listLines(services: readonly ListedService[]): Iterable<string> {
  let piece = "";
  for (let index = 0; index < services.length; index++) {
    const service = services[index] as ListedService;
    piece += serviceLine(service, plainPaint) + "\n";
    if (index % LINES_IN_PIECE !== LINES_IN_PIECE - 1) continue;
    yield piece;
    piece = "";
  }
  if (piece !== "") yield piece;
}

type Group = "failed" | "moving" | "started" | "stopped" | "not-loaded";

const GROUPS: Readonly<Record<Group, { readonly title: string; readonly colour: Colour }>> = {
  failed: { title: "Failed", colour: "red" },
  moving: { title: "Starting or stopping", colour: "yellow" },
  started: { title: "Started", colour: "green" },
  stopped: { title: "Stopped", colour: "grey" },
  "not-loaded": { title: "Not loaded", colour: "grey" },
};

/** For a terminal: groups with a heading and a count each, what needs attention first. */
export function* groupedList(
  services: readonly ListedService[],
  paint: Paint,
): Iterable<string> {
  let gap = "";
  const byGroup = new Map<Group, ListedService[]>();
  for (let index = 0; index < services.length; index++) {
    const service = services[index] as ListedService;
    const group = groupOf(service.status);
    const members = byGroup.get(group);
    if (members === undefined) byGroup.set(group, [service]);
    else members.push(service);
    // A piece of nothing: it is taken in turns with other work.
    if (index % LINES_IN_PIECE === 0) yield "";
  }
  for (const group of Object.keys(GROUPS) as Group[]) {
    const members = byGroup.get(group);
    if (members === undefined) continue;
    const { title } = GROUPS[group];
    yield `${gap}${paint("bold", `${title} (${members.length})`)}\n`;
    for (const member of members) yield `  ${serviceLine(member, paint)}\n`;
    gap = "\n";
  }
}

function groupOf(status: ReportedStatus | undefined): Group {
  if (status === undefined) return "not-loaded";
  if (status.state === "started") return "started";
  if (status.state !== "stopped") return "moving";
  return stoppedBadly(status) ? "failed" : "stopped";
}

function serviceLine(service: ListedService, paint: Paint): string {
  const { status } = service;
  const name = printable(service.name);
  const remarks = remarkSuffixes(service.remark, paint);
  if (status === undefined) {
    return `[        ] ${name} ${paint("grey", "(not loaded)")}${remarks}`;
  }
  const { colour } = GROUPS[groupOf(status)];
  return `[${paint(colour, columns(status))}] ${name}${paint("grey", suffixes(status))}${remarks}`;
}

/** Only of services that upstream's could not have, so that others' lines are its lines. */
function remarkSuffixes(remark: Remark | undefined, paint: Paint): string {
  if (remark === undefined) return "";
  const { health, mask } = remark;
  let text = "";
  if (health !== undefined && health.state !== "unknown") {
    text += paint(health.state === "healthy" ? "green" : "red", ` (${health.state})`);
  }
  return mask === undefined ? text : text + paint("yellow", " (masked)");
}

function columns(status: ReportedStatus): string {
  return activation(status, startedMark(status)) + movementMarks(status) +
    (status.target === "stopped" ? `{${stoppedMark(status)}}` : ` ${stoppedMark(status)} `);
}

function activation(status: ReportedStatus, mark: string): string {
  if (status.marked) return `[${mark}]`;
  return status.target === "started" ? `{${mark}}` : ` ${mark} `;
}

function startedMark(status: ReportedStatus): string {
  if (status.state !== "started") return " ";
  return status.startSkipped ? "s" : "+";
}

function movementMarks(status: ReportedStatus): string {
  if (status.state === "starting") return "<<";
  return status.state === "stopping" ? ">>" : "  ";
}

function stoppedMark(status: ReportedStatus): string {
  if (status.state !== "stopped") return " ";
  return stoppedBadly(status) ? "X" : "-";
}

function suffixes(status: ReportedStatus): string {
  let text = "";
  if (status.state !== "stopped" && status.pid !== 0) text += ` (pid: ${status.pid})`;
  if (status.state === "stopped" && status.reason === "terminated") text += exitSuffix(status);
  if (status.hasConsole) text += " (has console)";
  else if (status.waitsForConsole) text += " (waiting for console)";
  return text;
}

/** A core dump shows nothing here, as upstream has it; `status` tells it. */
function exitSuffix(status: ReportedStatus): string {
  if (status.exit.kind === "exited") return ` (exit status: ${status.exit.code})`;
  const isPlainSignal = status.exit.kind === "signalled" && !status.exit.dumpedCore;
  return isPlainSignal ? ` (signal: ${status.exit.signal})` : "";
}
