/**
 * Probes as one part of the program (`tools/build/program_parts.ts`): a manager without a service
 * that is asked anything never reads it.
 */
export { findHost } from "../output/host_file.ts";
export { FILE_TIMES } from "./file_attempt.ts";
export { RunningProbes } from "./running_probes.ts";
