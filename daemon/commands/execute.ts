/**
 * Carries out the scheduler's commands: one handler for each kind, of which a kind without one does
 * not compile.
 *
 * Events that a command causes are queued (`event_queue.ts`): the loop takes them when the present
 * order and its reply are done. Launches wait in a queue of their own (`launch/queue.ts`).
 */
import type { Command } from "../../core/command.ts";
import type { WorkNotes } from "../kept/work_notes.ts";

export type CommandKind = Command["kind"];
export type CommandOf<Kind extends CommandKind> = Extract<Command, { kind: Kind }>;

/** What is done for some kinds of commands. */
export type CommandHandlers<Kinds extends CommandKind = CommandKind> = {
  readonly [Kind in Kinds]: (command: CommandOf<Kind>) => void;
};

/** Those that are noted as what the manager is at; the others only write down what is the case. */
const DOES_MUCH: ReadonlySet<CommandKind> = new Set<CommandKind>([
  ...["spawn", "signal", "end-tree", "kill-tree", "listen", "close-socket", "check"] as const,
  ...["kill-all", "forget", "redescribe"] as const,
]);

export class Executor {
  readonly #handlers: CommandHandlers;
  readonly #work: Pick<WorkNotes, "note">;

  constructor(handlers: CommandHandlers, work: Pick<WorkNotes, "note">) {
    this.#handlers = handlers;
    this.#work = work;
  }

  /** Launches are only queued. A fault in one command does not keep the rest back. */
  execute(commands: readonly Command[]): void {
    let at = 0;
    try {
      for (; at < commands.length; at++) this.#executeOne(commands[at] as Command);
    } catch (error) {
      this.execute(commands.slice(at + 1));
      throw error;
    }
  }

  #executeOne<Kind extends CommandKind>(command: CommandOf<Kind>): void {
    if (DOES_MUCH.has(command.kind) && "service" in command) {
      this.#work.note(command.service, command.kind);
    }
    const handle: (command: CommandOf<Kind>) => void = this.#handlers[command.kind as Kind];
    handle(command);
  }
}
