/**
 * `status`: what is known of one service, in upstream's lines; then the end of its output.
 */
import { printable } from "../../core/printable.ts";
import type { ReportedStatus } from "../../core/protocol/status_block.ts";
import type { ServiceDetails } from "../report.ts";
import type { Colour, Paint } from "./colour.ts";
import {
  type ErrorText,
  exitText,
  hasFailed,
  launchFailureLines,
  stateName,
} from "./state_text.ts";

const INDENT = "    ";

/** All lines about a service. */
export function statusLines(details: ServiceDetails, paint: Paint, errorText: ErrorText): string {
  const { name, status, file } = details;
  let text = `Service: ${paint("bold", printable(name))}\n`;
  if (file !== undefined) {
    const note = file.isModified ? paint("yellow", " (modified since loaded)") : "";
    text += `${INDENT}File: ${printable(file.path)}${note}\n`;
  }
  text += `${INDENT}State: ${stateLine(status, paint)}\n`;
  if (status.state === "stopped" && status.execFailure !== undefined) {
    text += launchFailureLines(status.execFailure, errorText);
  }
  if (status.target === "started") {
    const cause = status.marked ? "explicitly started" : "start due to dependent(s)";
    text += `${INDENT}Activation: ${cause}\n`;
  }
  if (status.pid !== 0) text += `${INDENT}Process ID: ${status.pid}\n`;
  if (details.statusText !== undefined) {
    text += `${INDENT}Status: ${printable(details.statusText)}\n`;
  }
  return text + logSection(details.logLines, paint);
}

function stateLine(status: ReportedStatus, paint: Paint): string {
  let text = paint(stateColour(status), stateName(status.state)) + stateNote(status);
  if (status.hasConsole) text += " (holding console)";
  else if (status.waitsForConsole) text += " (waiting for console)";
  return text;
}

function stateColour(status: ReportedStatus): Colour {
  if (status.state === "started") return "green";
  if (status.state !== "stopped") return "yellow";
  return hasFailed(status) ? "red" : "bold";
}

function stateNote(status: ReportedStatus): string {
  switch (status.state) {
    case "stopped":
      return stopNote(status);
    case "starting":
      return status.target === "stopped" ? " (target state: STOPPED)" : "";
    case "started":
      return status.startSkipped ? " (startup skipped)" : "";
    case "stopping":
      return stoppingNote(status);
  }
}

function stopNote(status: ReportedStatus): string {
  const exit = exitText(status.exit);
  const detail = exit === undefined ? "" : `; ${exit}`;
  switch (status.reason) {
    case "normal":
      return "";
    case "dependency-restarted":
      return " (dependency restarted)";
    case "dependency-failed":
      return " (dependency failed/terminated)";
    case "failed":
      return ` (failed to start${detail})`;
    case "exec-failed":
      return " (could not be launched)";
    case "timed-out":
      return " (start timed out)";
    case "terminated":
      return ` (terminated${detail})`;
  }
}

/** The missing and the misplaced blank are upstream's. */
function stoppingNote(status: ReportedStatus): string {
  const target = status.target === "started" ? " (target state: STARTED)" : "";
  const exit = status.pid === 0 ? exitText(status.exit) : undefined;
  return exit === undefined ? target : `${target}(terminated ;${exit})`;
}

function logSection(lines: readonly string[] | undefined, paint: Paint): string {
  if (lines === undefined || lines.length === 0) return "";
  const title = lines.length === 1 ? "Output (last line)" : `Output (last ${lines.length} lines)`;
  const shown = lines.map((line) => `${INDENT}${INDENT}${paint("grey", printable(line))}\n`);
  return `${INDENT}${title}:\n${shown.join("")}`;
}
