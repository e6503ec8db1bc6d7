/**
 * The client programs inside the manager, for clients that are only a pipe: `core/client_pipe.ts`. A part of the program of its
 * own (`tools/build/program_parts.ts`), loaded at the first order; `ctl/` comes with it.
 */
import type { ClientPrograms } from "../control/client_programs.ts";
import { Run } from "./run.ts";

export const CLIENT_PROGRAMS: ClientPrograms = { openRun: (context) => new Run(context) };
