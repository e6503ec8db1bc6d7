/**
 * `shutdown`, `halt`, `poweroff`, `reboot`, `soft-reboot`: ask the system manager to go down.
 *
 * With `--system` the manager is not asked: what is done then belongs to whoever runs as the
 * system's last process and is given in by `main.ts`.
 */
import { printable } from "../../core/text/printable.ts";
import { ClientError } from "../interface/client_error.ts";
import { openSystemSession } from "../connection/connect.ts";
import type { ClientIo } from "../interface/io.ts";
import type { ExitCode, Reporting } from "../interface/report.ts";
import { isWait, NOTHING, runToEnd, type Waiting } from "../interface/waits.ts";
import { waitForShutdown } from "../commands/orders/shutdown.ts";
import { passingText } from "../render/text/screen_codes.ts";
import { interruptText, waitText } from "../render/orders/wait_text.ts";
import {
  type ParsedShutdownLine,
  parseShutdownLine,
  shutdownHelp,
  type WantedShutdown,
} from "./options.ts";

/**
 * Ends all processes, unmounts and ends the machine's run, at once.
 *
 * @returns The exit status: 0 after the preparations for a soft reboot; 1 when it could not be
 *   done.
 */
export type SystemShutdown = (type: WantedShutdown, io: ClientIo) => number;

/** Carries out one command line of `shutdown` under any of its names. Help counts as a failure. */
export function runShutdown(
  words: readonly string[],
  io: ClientIo,
  runSystemShutdown?: SystemShutdown,
): number {
  const parsed = parseShutdownLine(words, io.programName);
  return runToEnd(shutdownProgram(parsed, io, runSystemShutdown), io);
}

/** A command line of `shutdown` at work, as {@linkcode runShutdown}. */
export function* shutdownProgram(
  parsed: ParsedShutdownLine,
  io: ClientIo,
  runSystemShutdown?: SystemShutdown,
): Waiting<number> {
  if (parsed.kind === "help") {
    io.out(shutdownHelp(io.programName));
    return 1;
  }
  if (parsed.kind === "faulty") {
    tell(parsed.lines, io);
    return 1;
  }
  if (parsed.type === "kexec" && io.os !== "linux") {
    tell(["this system cannot start another kernel (kexec)."], io);
    return 1;
  }
  if (parsed.isDirect) {
    if (runSystemShutdown !== undefined) return runSystemShutdown(parsed.type, io);
    tell(["this program was built without --system."], io);
    return 1;
  }
  return yield* askManager(parsed.type, parsed.usesPassedConnection, io);
}

/**
 * How long to be killed is waited for after the manager has gone; in a container nobody may do it.
 */
const LAST_WAIT_MS = 30_000;

/**
 * Waits to be killed with everything else once the manager has agreed, so that no shell comes back
 * while the machine goes down.
 */
function* askManager(
  type: WantedShutdown,
  usesPassedConnection: boolean,
  io: ClientIo,
): Waiting<ExitCode> {
  try {
    const session = yield* openSystemSession(usesPassedConnection, io);
    try {
      io.out("Issuing shutdown command...\n");
      yield* session.expect({ kind: "shutdown", type }, "ack");
      const wait = waitForShutdown({ session, io, options: { isQuiet: false } }, {
        ...{ text: "", sleepMs: LAST_WAIT_MS },
      });
      yield* shown(wait, io);
    } finally {
      session.close();
    }
    yield { kind: "sleep", milliseconds: LAST_WAIT_MS };
    return 0;
  } catch (error) {
    if (!(error instanceof ClientError)) throw error;
    tell(error.lines, io);
    return 1;
  }
}

/** Prints the lines that come meanwhile. */
function* shown(run: Reporting<void>, io: ClientIo): Waiting<void> {
  let received = NOTHING;
  for (;;) {
    const step = run.next(received);
    if (step.done === true) return;
    received = NOTHING;
    if (isWait(step.value)) received = yield step.value;
    else if (step.value.kind === "interruptible") io.atInterrupt(interruptText(step.value.text));
    else if (step.value.kind === "waiting") io.out(passingText(waitText(step.value)));
    else if (step.value.kind === "progress") io.out(`${step.value.text}\n`);
    else if (step.value.kind === "waiting-over") io.out(passingText(""));
  }
}

function tell(lines: readonly string[], io: ClientIo): void {
  for (const line of lines) io.err(`${io.programName}: ${printable(line)}\n`);
}
