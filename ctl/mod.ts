/**
 * The client programs: `dinitctl`, `dinit-check`, `dinit-monitor`, and `shutdown` with its other
 * names.
 *
 * Each takes its words and a {@link ClientIo}, runs to its end synchronously and gives its exit
 * status.
 */
export { runCheck } from "./check/run_check.ts";
export type { ClientFiles, ClientIo } from "./interface/io.ts";
export { lostOutputStatus } from "./interface/lost_output.ts";
export { runMonitor } from "./monitor/run_monitor.ts";
export { openClientIo } from "./system/real_io.ts";
export { runCtl } from "./run_ctl.ts";
export { runSchema } from "./schema/run_schema.ts";
export { runShutdown, type SystemShutdown } from "./shutdown/run_shutdown.ts";
export { runRunlevel } from "./telinit/run_runlevel.ts";
export { runTelinit } from "./telinit/run_telinit.ts";
export type { WantedShutdown } from "./shutdown/options.ts";
