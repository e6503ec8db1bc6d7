/**
 * The words for states, reasons and stages. They are upstream's, to the letter: scripts read them.
 */
import type { ReportedExit, ReportedStatus } from "../../../core/protocol/status_block.ts";
import type { ServiceState } from "../../../core/types.ts";

/** The system's text for an errno: `No such file or directory`. */
export type ErrorText = (errno: number) => string;

const STATE_NAMES: Readonly<Record<ServiceState, string>> = {
  stopped: "STOPPED",
  starting: "STARTING",
  started: "STARTED",
  stopping: "STOPPING",
};

/** `STARTED` and so on. */
export function stateName(state: ServiceState): string {
  return STATE_NAMES[state];
}

/** By the number of the stage; 13 to 17 are not assigned. */
const STAGE_TEXTS: readonly (string | undefined)[] = [
  "arranging file descriptors",
  "reading environment file",
  "setting environment variable",
  "setting up activation socket",
  "setting up control socket",
  "changing directory",
  "setting up standard input/output descriptors",
  "entering cgroup",
  "setting resource limits",
  "setting user/group ID",
  "opening log file",
  "setting capabilities",
  "setting I/O priority",
  undefined,
  undefined,
  undefined,
  undefined,
  undefined,
  "executing command",
];

/** What a child was doing when it could not be launched; a number that is not assigned says so. */
export function stageText(stage: number): string {
  return STAGE_TEXTS[stage] ?? `unknown stage ${stage}`;
}

/** The two lines below a launch that failed, each with its line end. */
export function launchFailureLines(
  failure: { readonly stage: number; readonly errno: number },
  errorText: ErrorText,
): string {
  const indent = "        ";
  return `${indent}Stage: ${stageText(failure.stage)}\n` +
    `${indent}Error: ${errorText(failure.errno)}\n`;
}

/** `exited - status 3`; undefined for a process that ended well, or never ran. */
export function exitText(exit: ReportedExit): string | undefined {
  switch (exit.kind) {
    case "none":
      return undefined;
    case "exited":
      return exit.code === 0 ? undefined : `exited - status ${exit.code}`;
    case "signalled":
      return `signalled - signal ${exit.signal}${exit.dumpedCore ? " (core dumped)" : ""}`;
    case "unsuccessful":
      return "unknown reason";
  }
}

/**
 * Whether a service is shown as failed (`X` in a list): it is stopped, not in the ordinary way, and
 * if its process ended by itself, then not with status 0. `is-failed` asks for less: whether its
 * start failed.
 */
export function stoppedBadly(status: ReportedStatus): boolean {
  if (status.state !== "stopped") return false;
  if (status.reason !== "terminated") return status.reason !== "normal";
  return !(status.exit.kind === "exited" && status.exit.code === 0);
}
