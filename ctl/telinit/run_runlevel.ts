/**
 * `runlevel`: what scripts of packages ask before they touch a service. Debian's invoke-rc.d(8)
 * looks for links in /etc/rcN.d by it, and starts nothing where the answer is that there is none.
 *
 * There are no runlevels. While the manager runs, the machine is in what Debian calls 2: all is up.
 * Source: runlevel(8) of sysvinit and systemd.
 */
import { systemSocketPath } from "../../core/paths.ts";
import type { ClientIo } from "../interface/io.ts";

const USAGE = "Usage: runlevel\n\n" +
  'Prints "N 2" while the system manager runs, and "unknown" otherwise, with status 1.\n';

/** Carries out one command line of `runlevel`. @returns The exit status. */
export function runRunlevel(words: readonly string[], io: ClientIo): number {
  if (words.includes("--help")) {
    io.out(USAGE);
    return 0;
  }
  const answer = io.connect(systemSocketPath(io.os));
  if (!("close" in answer)) {
    io.out("unknown\n");
    return 1;
  }
  answer.close();
  io.out("N 2\n");
  return 0;
}
