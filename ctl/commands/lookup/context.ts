/** What every command is given. */
import type { CtlOptions } from "../../words/options.ts";
import type { ClientIo } from "../../interface/io.ts";
import type { CommandRun } from "../../interface/report.ts";
import type { Session } from "../../connection/session.ts";

export interface CommandContext {
  readonly session: Session;
  readonly operands: readonly string[];
  readonly options: CtlOptions;
  readonly io: ClientIo;
}

/** A verb that talks to the manager. */
export type Command = (context: CommandContext) => CommandRun;
