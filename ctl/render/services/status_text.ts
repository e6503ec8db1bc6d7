/**
 * `status`: what is known of one service, in upstream's lines; then the end of its output.
 */
import { printable, printableLines } from "../../../core/text/printable.ts";
import type { ReportedDetails, ReportedExit, ReportedStatus } from "../../../core/protocol/mod.ts";
import type { DescriptionFile, ServiceDetails } from "../../interface/report.ts";
import type { Colour, Paint } from "../text/colour.ts";
import { pastText } from "../text/past_text.ts";
import { futureText } from "../text/until_text.ts";
import { usageLine } from "../figures/usage_text.ts";
import {
  type ErrorText,
  exitText,
  launchFailureLines,
  stateName,
  stoppedBadly,
} from "../text/state_text.ts";

const INDENT = "    ";

export interface StatusStyle {
  readonly paint: Paint;
  readonly errorText: ErrorText;
  /** The time now, in milliseconds since 1970. */
  readonly nowMs: number;
}

/** All lines about a service. */
export function statusLines(service: ServiceDetails, style: StatusStyle): string {
  const { name, status, file, details } = service;
  const { paint, errorText } = style;
  let text = `Service: ${paint("bold", printable(name))}\n`;
  if (file !== undefined) {
    text += `${INDENT}File: ${printable(file.path)}${fileNote(file, paint)}\n`;
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
  if (details !== undefined) text += detailLines(service, details, style);
  return text + logSection(service.logLines, paint);
}

function fileNote({ isModified, isMissing }: DescriptionFile, paint: Paint): string {
  if (isMissing) return paint("yellow", " (not there)");
  return isModified ? paint("yellow", " (modified since loaded)") : "";
}

/** What upstream's client does not know; after its lines, which scripts read. */
function detailLines(
  { status, usage }: Pick<ServiceDetails, "status" | "usage">,
  details: ReportedDetails,
  { paint, nowMs }: StatusStyle,
): string {
  const { inStateMs, lastEnd, fault, failedDependency, timer, nextLaunchInMs } = details;
  const isWrong = stoppedBadly(status) || details.isLimitReached;
  const limit = paint("red", " (restart limit reached)");
  const lines: readonly (readonly [string, string | undefined])[] = [
    ["Aliases", details.aliases.map(printable).join(", ")],
    ["Description", details.summary && printable(details.summary)],
    ["Documentation", details.documentation.map(printable).join(", ")],
    ["Drop-ins", details.dropIns.map(printable).join(", ")],
    ["Masked", details.mask && paint("yellow", `by ${printable(details.mask)}`)],
    ["Since", inStateMs === undefined ? undefined : pastText(inStateMs, nowMs)],
    ["Restarts", restartText(details, limit)],
    ["Health", details.health && healthText(details.health, paint, nowMs)],
    ["Next try", nextLaunchInMs === undefined ? undefined : futureText(nextLaunchInMs, nowMs)],
    ["Started for", details.startedFor && `the failure of ${printable(details.startedFor)}`],
    ["Uses", usage && usageLine(usage)],
    ["Last end", lastEnd && `${endText(lastEnd.exit)}, ${pastText(lastEnd.agoMs, nowMs)}`],
    ["Pinned", pinText(details)],
    ["Timer", timer && printable(timer.times)],
    ["Next run", timer?.nextInMs === undefined ? undefined : futureText(timer.nextInMs, nowMs)],
    ["Last run", timer?.lastAgoMs === undefined ? undefined : pastText(timer.lastAgoMs, nowMs)],
    ["Set aside", details.isSetAside ? SET_ASIDE : undefined],
    ["Condition not met", details.unmetCondition && printable(details.unmetCondition)],
    ["Failed dependency", failedDependency && isWrong ? printable(failedDependency) : undefined],
    ["Fault", fault && isWrong ? printable(fault.text) : undefined],
    ["Status", details.statusText && printable(details.statusText)],
  ];
  return lines.filter(([, text]) => text !== undefined && text !== "")
    .map(([name, text]) => `${INDENT}${name}: ${text}\n`).join("");
}

const SET_ASIDE = "the manager crashed over it; dinitctl unpin releases it";

function healthText(
  { purpose, state, agoMs, why }: NonNullable<ReportedDetails["health"]>,
  paint: Paint,
  nowMs: number,
): string {
  const shown = state === "unknown" ? `asked for ${purpose}` : state;
  const since = agoMs === undefined ? "" : ` since ${pastText(agoMs, nowMs)}`;
  const fault = why === "" ? "" : `: ${printable(why)}`;
  const colour = state === "healthy" ? "green" : state === "unhealthy" ? "red" : "yellow";
  return `${paint(colour, shown)}${since}${fault}`;
}

function restartText(
  { restarts, isLimitReached }: ReportedDetails,
  limit: string,
): string | undefined {
  if (restarts === 0 && !isLimitReached) return undefined;
  return `${restarts}${isLimitReached ? limit : ""}`;
}

function endText(exit: ReportedExit): string {
  if (exit.kind === "exited") return `exited - status ${exit.code}`;
  return exitText(exit) ?? "unknown reason";
}

function pinText({ isPinnedStarted, isPinnedStopped }: ReportedDetails): string | undefined {
  const pins = [...isPinnedStarted ? ["started"] : [], ...isPinnedStopped ? ["stopped"] : []];
  return pins.length === 0 ? undefined : pins.join(", ");
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
  return stoppedBadly(status) ? "red" : "bold";
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
  const shown = lines.map((line) => `${INDENT}${INDENT}${paint("grey", printableLines(line))}\n`);
  return `${INDENT}${title}:\n${shown.join("")}`;
}
