/**
 * The client programs as the manager runs them for clients that are only a pipe
 * (`daemon/clients/`), and what it needs to drive them.
 */
export { ClientError } from "./interface/client_error.ts";
export {
  type Connection,
  ConnectionError,
  type Packets,
  type Received,
} from "./interface/connection.ts";
export { closedEarly } from "./connection/protocol_error.ts";
export { errorText } from "./interface/error_text.ts";
export type { ClientIo } from "./interface/io.ts";
export { LongWay } from "./interface/long_way.ts";
export { lostOutputStatus } from "./interface/lost_output.ts";
export { problemText } from "./render/text/printed.ts";
export { wantsNoPager } from "./interface/pager.ts";
export { wantsColour } from "./render/text/colour.ts";
export { ctlProgram } from "./run_ctl.ts";
export { parseShutdownLine } from "./shutdown/options.ts";
export { shutdownProgram } from "./shutdown/run_shutdown.ts";
export { unserved } from "./interface/unserved.ts";
export { NOTHING, PAUSE, type Wait, type Waiting } from "./interface/waits.ts";
export { choosesLines } from "./words/options.ts";
export { parseCommandLine, type ParsedCommandLine } from "./words/command_line.ts";
