/**
 * The client programs as one part of the program (`tools/build/program_parts.ts`), for themselves
 * and inside the manager: every byte of a part is in each process's memory, so there are not two of
 * them.
 */
export * from "../../ctl/mod.ts";
export { CLIENT_PROGRAMS } from "./mod.ts";
