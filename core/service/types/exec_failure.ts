/**
 * How it is said in the log that a program could not be executed.
 */
import type { ServiceDescription } from "../../description/contract/description.ts";
import { joinPath } from "../../paths.ts";
import { EXEC_STAGE, type ExecStage } from "../../types.ts";

/** What the child was doing, to go on with "failed". */
const STAGE_TEXT: Readonly<Record<ExecStage, string>> = {
  [EXEC_STAGE.arrangeDescriptors]: "arranging descriptors",
  [EXEC_STAGE.buildEnvironment]: "building the environment",
  [EXEC_STAGE.readinessVariable]: "setting the readiness variable",
  [EXEC_STAGE.activationSocket]: "passing the activation socket",
  [EXEC_STAGE.controlSocket]: "passing the control socket",
  [EXEC_STAGE.workingDirectory]: "changing to the working directory",
  [EXEC_STAGE.standardDescriptors]: "setting up the standard descriptors",
  [EXEC_STAGE.cgroup]: "entering the cgroup",
  [EXEC_STAGE.resourceLimits]: "setting resource limits",
  [EXEC_STAGE.credentials]: "changing user and group",
  [EXEC_STAGE.logFile]: "opening the log file",
  [EXEC_STAGE.capabilities]: "setting capabilities",
  [EXEC_STAGE.priority]: "setting the priority",
  [EXEC_STAGE.execute]: "executing",
};

/**
 * ENOENT, ENXIO, EACCES, ENODEV: equal on all systems. Of what is done for the standard descriptors
 * only the opening of /dev/null fails with them.
 */
const NULL_DEVICE_ERRORS: ReadonlySet<number> = new Set([2, 6, 13, 19]);
const NULL_DEVICE_HINT =
  "Every service needs this device; a system's first process mounts devtmpfs " +
  "on an empty folder /dev, which must be there when the root is read-only";

/** A command that could not be run, and what it is called in messages: "stop command". */
export interface NamedCommand {
  readonly what: string;
  readonly words: readonly string[];
}

/**
 * @param error The system's words for the error: `no such file or directory (ENOENT)`.
 */
export function execFailureText(
  description: ServiceDescription,
  command: NamedCommand,
  failure: { readonly stage: ExecStage; readonly errno: number; readonly error: string },
): string {
  const { stage, errno, error } = failure;
  const { what } = command;
  if (stage === EXEC_STAGE.standardDescriptors && NULL_DEVICE_ERRORS.has(errno)) {
    return `Cannot run the ${what}: opening "/dev/null" failed: ${error}. ${NULL_DEVICE_HINT}`;
  }
  const object = objectOf(description, command, stage);
  const quoted = object === undefined ? "" : ` "${object}"`;
  return `Cannot run the ${what}: ${STAGE_TEXT[stage]}${quoted} failed: ${error}`;
}

/** What the child was working on: "no such file" alone leaves the reader to guess which. */
function objectOf(
  description: ServiceDescription,
  { words }: NamedCommand,
  stage: ExecStage,
): string | undefined {
  switch (stage) {
    case EXEC_STAGE.workingDirectory:
      return description.workingDirectory;
    case EXEC_STAGE.logFile:
      return description.log.kind === "file"
        ? joinPath(description.workingDirectory, description.log.path)
        : undefined;
    case EXEC_STAGE.cgroup:
      return description.attributes.runInCgroup;
    case EXEC_STAGE.execute:
      return words[0];
    default:
      return undefined;
  }
}
