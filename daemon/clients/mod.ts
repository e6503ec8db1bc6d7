/**
 * The client programs inside the manager, for clients that are only a pipe:
 * `core/program/client_pipe.ts`. Loaded at the first order, with `ctl/` (`part.ts`).
 */
import type { ClientPrograms } from "../control/client_runs/client_programs.ts";
import { Run } from "./run.ts";

export const CLIENT_PROGRAMS: ClientPrograms = { openRun: (context) => new Run(context) };
