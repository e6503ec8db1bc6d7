/**
 * What failed and why, for the person who finds the machine with nothing running: one line a
 * service, the causes first, bounded.
 */
import type { ServiceStatus } from "../../core/command.ts";
import { type BrokenService, problemLine } from "../../core/description/mod.ts";
import { printable } from "../../core/text/printable.ts";
import type { SchedulerApi } from "../../core/schedule/api.ts";
import type { Platform } from "../../platform/mod.ts";

/** Services that are named; the others are counted. */
const MOST_NAMED = 12;

/**
 * @param asked Names of the services that were to be started.
 * @returns One sentence a line, at most {@linkcode MOST_NAMED} + 1; none when nothing has failed.
 */
export function bootFailureReport(
  scheduler: SchedulerApi,
  asked: readonly string[],
  errnoText: Platform["errnoText"],
): readonly string[] {
  const missing = asked.filter((name) => scheduler.find(name) === undefined)
    .map((name) => `${name}: could not be loaded`);
  const own: string[] = [];
  const byDependency: string[] = [];
  for (const service of scheduler.list()) {
    const status = scheduler.status(service);
    const { name } = scheduler.description(service);
    const fault = scheduler.fault(service);
    const why = fault === undefined ? reasonText(status, errnoText) : faultText(fault);
    if (why === undefined) continue;
    (status.reason === "dependency-failed" ? byDependency : own).push(`${name}: ${why}`);
  }
  const lines = [...missing, ...own, ...byDependency].map(printable);
  const left = lines.length - MOST_NAMED;
  return left > 0 ? [...lines.slice(0, MOST_NAMED), `and ${left} more`] : lines;
}

/** The first error, which is the one that others follow from. */
function faultText({ problems }: BrokenService): string {
  const first = problems.find(({ severity }) => severity === "error");
  return `could not be loaded${first === undefined ? "" : `: ${problemLine(first)}`}`;
}

function reasonText(
  status: ServiceStatus,
  errnoText: Platform["errnoText"],
): string | undefined {
  switch (status.reason) {
    case "normal":
    case "dependency-restarted":
      return undefined;
    case "dependency-failed":
      return "a service that it needs failed";
    case "timed-out":
      return "its start took too long";
    case "exec-failed": {
      const { execFailure } = status;
      const why = execFailure === undefined ? "" : `: ${errnoText(execFailure.errno).text}`;
      return `its program could not be run${why}`;
    }
    case "failed":
      return `failed to start${endText(status)}`;
    case "terminated":
      return `ended by itself${endText(status)}`;
  }
}

function endText({ exit }: ServiceStatus): string {
  switch (exit.kind) {
    case "none":
      return "";
    case "exited":
      return `, with status ${exit.code}`;
    case "signalled":
      return `, by signal ${exit.signal}`;
  }
}
