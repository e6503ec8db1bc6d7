/**
 * Which orders are carried out here. The others are left to the client's own program, before
 * anything was done: what draws on its terminal, follows, changes its files, or would not give the
 * same bytes here.
 */
import { namedProgram } from "../../core/program/program_names.ts";
import {
  choosesLines,
  type ClientIo,
  ctlProgram,
  parseCommandLine,
  type ParsedCommandLine,
  parseShutdownLine,
  shutdownProgram,
  type Waiting,
  wantsNoPager,
} from "../../ctl/served.ts";
import type { RunContext } from "../control/client_runs/client_programs.ts";
import { isLocalTimeKnown } from "./local_time.ts";
import type { ClientOrder } from "./order.ts";

/** A program that can be run here. */
export interface ServedProgram {
  /** What it calls itself in messages. */
  readonly name: string;
  run(io: ClientIo): Waiting<number>;
}

/** @returns undefined: the client is to do it by itself. */
export function servedProgram(
  order: ClientOrder,
  context: RunContext,
): ServedProgram | undefined {
  // Whose files are read is the question: a client that may read others than we do reads them by
  // itself.
  if (order.userId !== context.peerUid || order.userId !== context.ownUid) return undefined;
  const program = namedProgram(order.words);
  switch (program?.personality) {
    case "ctl": {
      const parsed = parseCommandLine(program.args);
      const isServed = parsed.kind !== "run" || isServedVerb(parsed, order);
      return isServed ? { name: program.name, run: (io) => ctlProgram(parsed, io) } : undefined;
    }
    case "shutdown": {
      const parsed = parseShutdownLine(program.args, program.name);
      if (parsed.kind === "run" && (parsed.isDirect || parsed.usesPassedConnection)) {
        return undefined;
      }
      return { name: program.name, run: (io) => shutdownProgram(parsed, io) };
    }
    default:
      return undefined;
  }
}

type ParsedVerb = Extract<ParsedCommandLine, { readonly kind: "run" }>;

function isServedVerb(
  { verb, operands, options }: ParsedVerb,
  order: ClientOrder,
): boolean {
  if (options.usesPassedConnection || options.trustsOtherUsers || options.isOffline) return false;
  switch (verb) {
    case "enable":
    case "disable":
    case "mask":
    case "unmask":
    case "watch":
    case "edit":
    // It changes files, and runs a program.
    case "confirm-boot":
    // It outlives this program, and the run in it would not.
    case "reexec":
      return false;
    case "top":
      // On a terminal it is drawn again and again.
      return options.once || options.json || !order.isOutTerminal;
    case "metrics":
      return options.outputFile === undefined;
    case "report":
      // A file is the client's to make.
      return operands.length === 0;
    case "logs":
      // That one writes a file is found out on the way, but before anything was said.
      if (options.clear) return true;
      // A pager is the client's to run.
      if (order.isOutTerminal && options.usesPager && !isPagerless(order)) return false;
      return operands.length === 1 && !options.follow && !choosesLines(options);
    case "list":
      return !options.all;
    case "setenv":
      // A name alone takes the value from the client's environment, of which we know little.
      return operands.every((operand) => operand.includes("="));
    case "status":
      return options.json || isLocalTimeKnown(order.variables.get("TZ"));
    default:
      return true;
  }
}

function isPagerless({ variables }: ClientOrder): boolean {
  return wantsNoPager((name) => variables.get(name));
}
