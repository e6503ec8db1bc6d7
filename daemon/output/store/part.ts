/**
 * The log store, and the way to syslog, as one part of the program
 * (`tools/build/program_parts.ts`): a manager whose services need neither never reads it.
 */
export { LogStore } from "./log_store.ts";
export { SyslogOutput } from "../syslog/syslog_output.ts";
