/**
 * How it is said in the log that a program could not be executed.
 */
import { EXEC_STAGE, type ExecStage } from "../types.ts";

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
  [EXEC_STAGE.execute]: "executing the program",
};

/**
 * @param what The command line concerned: "command" or "stop command".
 * @param error The system's words for the error: `no such file or directory (ENOENT)`.
 */
export function execFailureText(what: string, stage: ExecStage, error: string): string {
  return `Cannot run the ${what}: ${STAGE_TEXT[stage]} failed: ${error}`;
}
