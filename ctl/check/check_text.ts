/**
 * What a check found → lines of text, in upstream's frames, each fault with its line and a caret.
 */
import { printable } from "../../core/text/printable.ts";
import {
  type CheckedService,
  type CheckReport,
  type Finding,
  formatProblem,
  type Problem,
  type WrittenStep,
} from "../../core/description/mod.ts";
import { type Printed, told } from "../render/text/printed.ts";

/** Everything that is printed for a report. */
export function checkText(report: CheckReport, hasColour: boolean): readonly Printed[] {
  const printed: Printed[] = [];
  for (const service of report.services) {
    printed.push(told(`Checking service: ${service.name}...`));
    for (const finding of service.findings) printed.push(findingText(service, finding, hasColour));
  }
  printed.push(told("Performing secondary checks..."));
  for (const { service, finding } of report.secondary) {
    printed.push(complaint(framed(`Service '${service}'`, finding.problem, hasColour)));
  }
  if (report.cycle !== undefined) printed.push(complaint(cycleText(report.cycle)));
  printed.push(complaint("Secondary checks complete."));
  const verdict = report.isClean ? "No problems found." : "One or more errors/warnings issued.";
  return [...printed, told(verdict)];
}

function findingText(service: CheckedService, finding: Finding, hasColour: boolean): Printed {
  const lead = service.isUnloadable
    ? `Unable to load service '${service.name}'`
    : `Service '${service.name}'`;
  return complaint(framed(lead, finding.problem, hasColour));
}

/** `Service 'NAME' (FILE:LINE:COLUMN): TEXT`, then the line, a caret below, and the hint. */
function framed(lead: string, found: Problem, hasColour: boolean): string {
  const place = placeOf(found);
  const position = place === undefined ? "" : ` (${place})`;
  const warning = found.severity === "warning" ? "warning: " : "";
  const [, ...below] = formatProblem(found, { colour: hasColour }).split("\n");
  // Without its file the first line is the severity and the message, made safe for a terminal.
  const bare = formatProblem({ ...found, file: undefined, lineText: undefined, hint: undefined });
  const message = bare.slice(`${found.severity}: `.length);
  return [
    `${printable(lead + position)}: ${warning}${message}`,
    ...below.map((line) => `    ${line}`),
  ].join(
    "\n",
  );
}

/** `FILE:LINE:COLUMN`, as much of it as is known. */
function placeOf({ file, line, column }: Problem): string | undefined {
  const parts = [file, line, column].filter((part) => part !== undefined);
  return parts.length === 0 ? undefined : parts.join(":");
}

/** The circle in words of upstream, then where each step of it is written. */
function cycleText(cycle: readonly WrittenStep[]): string {
  const lines = cycle.map(({ name, via }) =>
    `    ${printable(name)} ->${via === "dependency" ? "" : ` (via '${via}')`}`
  );
  const places = cycle.flatMap(({ where }) => {
    const place = where === undefined ? undefined : placeOf(where);
    return where === undefined || place === undefined
      ? []
      : [`    ${printable(`${place}: ${where.message}`)}`];
  });
  const last = `    ${printable(cycle[0]?.name ?? "")}.`;
  return ["Found dependency cycle:", ...lines, last, ...places].join("\n");
}

function complaint(text: string): Printed {
  return { stream: "err", text: `${text}\n` };
}
