/**
 * The timetable as one part of the program (`tools/build/program_parts.ts`): a manager without a
 * service that has a timer never reads it.
 */
export { STAMP_FILES } from "./last_runs.ts";
export { RunningTimes } from "./running_times.ts";
