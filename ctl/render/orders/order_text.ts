/**
 * What is said about a service that was ordered to start or stop. Upstream's words, to the letter.
 *
 * Where several services were named, the lines that would not say which one is meant name it.
 */
import { printable, printableLines } from "../../../core/text/printable.ts";
import type { ReportedDetails, ReportedExit, ReportedStatus } from "../../../core/protocol/mod.ts";
import type { OrderReport } from "../../interface/report.ts";
import { type ErrorText, exitText, launchFailureLines } from "../text/state_text.ts";
import { type Printed, problem, success, told } from "../text/printed.ts";

/** The lines for one report. */
export function orderText(
  report: OrderReport,
  isOneOfMany: boolean,
  errorText: ErrorText,
): readonly Printed[] {
  const { service } = report;
  const who = isOneOfMany ? `Service '${service}'` : "Service";
  const whom = isOneOfMany ? `service '${service}'` : "service";
  switch (report.kind) {
    case "reached":
      return [success(`Service '${service}' ${report.state}.`)];
    case "already":
      return [success(`${who} (already) ${report.state}.`)];
    case "at-once":
      return [success(`${who} ${report.state}.`)];
    case "issued": {
      const order = report.verb === "stop" || report.verb === "release" ? "stop" : "start";
      return [success(`Issued ${order} command successfully for service '${service}'.`)];
    }
    case "stays-up":
      return [success(`Service '${service}' released; other services keep it up.`)];
    case "start-failed":
      return [
        told(`Service '${service}' failed to start.`),
        ...failureReason(report, errorText).split("\n").map(told),
        ...failureDetails(report).map((line) => problem(line)),
        ...hintLines(report),
      ];
    case "cancelled":
      return [told(`Service '${service}' ${report.what} cancelled.`)];
    case "held-by-dependents":
      return heldByDependents(report);
    case "pinned": {
      const verb = report.pin === "started" ? "stop" : "start";
      return [
        problem(`cannot ${verb} service '${service}' as it is pinned ${report.pin}`),
      ];
    }
    case "not-started":
      if (report.isIgnored) return [success(`Service '${service}' is not currently started.`)];
      return [problem(`cannot restart ${whom}; service not started.`)];
    case "no-active-dependents":
      return [
        problem(`${whom} has no active dependents, cannot wake.`),
      ];
    case "shutting-down":
      return [problem(`cannot start/restart/wake ${whom}, shutdown is in progress.`)];
    case "file-changed":
      return [
        problem(
          `warning: service description may have changed; use 'dinitctl reload ${service}' to apply changes.`,
        ),
      ];
  }
}

function heldByDependents(
  report: Extract<OrderReport, { kind: "held-by-dependents" }>,
): readonly Printed[] {
  const caution = "(only direct dependents are listed. Exercise caution before using '--force' !!)";
  // Managers name the one that was loaded last at the end; upstream's client shows it first.
  const names = report.dependents.toReversed();
  return [
    problem(`cannot stop service '${report.service}' due to the following dependents:`),
    ...report.verb === "stop" ? [{ stream: "err", text: caution + "\n" } as const] : [],
    { stream: "err", text: ` ${names.map((name) => ` ${printable(name)}`).join("")}\n` },
  ];
}

function failureReason(
  { status }: Extract<OrderReport, { kind: "start-failed" }>,
  errorText: ErrorText,
): string {
  switch (status?.reason) {
    case "dependency-failed":
      return "Reason: a dependency of the service failed to start. Check dinit log.";
    case "timed-out":
      return "Reason: start timed out.";
    case "exec-failed": {
      const details = status.execFailure === undefined
        ? ""
        : "\n" + launchFailureLines(status.execFailure, errorText).trimEnd();
      return `Reason: execution of service process failed:${details}`;
    }
    case "failed":
      return `Reason: service process terminated before ready: ${endText(status.exit)}`;
    default:
      return "Reason unknown/unrecognised. Check dinit log.";
  }
}

/** What upstream's manager does not tell; apart from its lines, which scripts read. */
function failureDetails(
  { details }: Extract<OrderReport, { kind: "start-failed" }>,
): readonly string[] {
  const { failedDependency, fault } = details ?? {};
  if (failedDependency === undefined) return fault === undefined ? [] : [fault.text];
  return [
    `dependency '${failedDependency}' failed${fault === undefined ? "." : `: ${fault.text}`}`,
  ];
}

/** For people: what it said last, and what to try next. */
function hintLines(
  { service, status, details, hint }: Extract<OrderReport, { kind: "start-failed" }>,
): readonly Printed[] {
  if (hint === undefined) return [];
  const { lastLines } = hint;
  const said = lastLines.map((line) => err(`  | ${printableLines(line)}`));
  const lead = lastLines.length === 0 ? [] : [err("It said last:")];
  return [...lead, ...said, err(`Next: ${nextStep(service, status?.reason, details)}`)];
}

function nextStep(
  service: string,
  reason: ReportedStatus["reason"] | undefined,
  details: ReportedDetails | undefined,
): string {
  switch (reason) {
    case "dependency-failed":
      return `dinitctl status ${details?.failedDependency ?? service}`;
    case "exec-failed":
      return `dinitctl cat ${service}; dinit check ${service}`;
    case "timed-out":
      return `dinitctl logs ${service}; if it needs more time, set start-timeout`;
    default:
      return `dinitctl status ${service}; dinitctl logs ${service}`;
  }
}

function err(line: string): Printed {
  return { stream: "err", text: `${printable(line)}\n` };
}

/** Unlike in `status`, an exit with status 0 is worth telling: it came too early. */
function endText(exit: ReportedExit): string {
  if (exit.kind === "exited") return `exited - status ${exit.code}`;
  return exitText(exit) ?? "unknown reason";
}
