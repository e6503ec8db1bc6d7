/**
 * `telinit`: what scripts of packages ask of whatever init there is. After an update of a library
 * that
 * it has loaded they call `telinit u`; the rest is for hands that are used to it.
 *
 * There are no runlevels: what is no shutdown and no upgrade is told so. Source: telinit(8) of
 * sysvinit and systemd.
 */
import { printable } from "../../core/text/printable.ts";
import { OWN_PROGRAM } from "../../core/protocol/mod.ts";
import { openSystemSession } from "../connection/connect.ts";
import type { Session } from "../connection/session.ts";
import { ClientError } from "../interface/client_error.ts";
import type { ClientIo } from "../interface/io.ts";
import { runToEnd, type Waiting } from "../interface/waits.ts";
import type { WantedShutdown } from "../shutdown/options.ts";
import { shutdownProgram } from "../shutdown/run_shutdown.ts";

/** Runlevels that end the machine's run. */
const SHUTDOWNS: ReadonlyMap<string, WantedShutdown> = new Map([
  ["0", "poweroff"],
  ["6", "reboot"],
]);

const USAGE = "Usage: telinit u|q|0|6\n\n" +
  "  u, U   have the system manager go on as the program that an update has installed\n" +
  "  q, Q   nothing: descriptions are read when they are needed (dinitctl reload)\n" +
  "  0      power off\n" +
  "  6      reboot\n";

/** Carries out one command line of `telinit`. @returns The exit status. */
export function runTelinit(words: readonly string[], io: ClientIo): number {
  const [word = ""] = words;
  const type = words.length === 1 ? SHUTDOWNS.get(word) : undefined;
  if (type !== undefined) {
    const parts = { isDirect: false, usesPassedConnection: false } as const;
    return runToEnd(shutdownProgram({ kind: "run", type, ...parts }, io), io);
  }
  switch (words.length === 1 ? word.toLowerCase() : "") {
    case "u":
      return runToEnd(upgrade(io), io);
    case "q":
      return 0;
    case "--help":
      io.out(USAGE);
      return 0;
    default:
      io.err(`${USAGE}\n${io.programName}: there are no runlevels; see dinitctl(8).\n`);
      return 1;
  }
}

function* upgrade(io: ClientIo): Waiting<number> {
  try {
    const session = yield* openSystemSession(false, io);
    try {
      const faults = yield* faultsOfUpgrade(session);
      for (const fault of faults) tell(fault.split("\n"), io);
      return faults.length === 0 ? 0 : 1;
    } finally {
      session.close();
    }
  } catch (error) {
    if (!(error instanceof ClientError)) throw error;
    tell(error.lines, io);
    return 1;
  }
}

/** @returns Why the manager stays as it was; none: it does not. */
function* faultsOfUpgrade(session: Session): Waiting<readonly string[]> {
  if (!(yield* session.isExtended())) return ["this manager cannot be upgraded in place."];
  const request = { kind: "reexec", program: OWN_PROGRAM } as const;
  const reply = yield* session.expect(request, "ack", "nak", "bad-request");
  if (reply.kind === "ack") return [];
  const causes = reply.kind === "nak" ? yield* session.causes() : [];
  return ["the manager goes on as it was.", ...causes];
}

function tell(lines: readonly string[], io: ClientIo): void {
  for (const line of lines) io.err(`${io.programName}: ${printable(line)}\n`);
}
