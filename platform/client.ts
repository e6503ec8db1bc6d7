/**
 * What a client of the daemon needs of the system, function by function; clients import this and
 * not `mod.ts`, so that they bind only what they use.
 */
import { bsdClient } from "./bsd/client.ts";
import { openFreebsd } from "./freebsd/freebsd.ts";
import { DARWIN_SIGNALS } from "./darwin/abi.ts";
import { FREEBSD_SIGNALS } from "./freebsd/abi.ts";
import type { Client } from "./interface/client.ts";
import { openDarwin } from "./darwin/darwin.ts";
import { LINUX_CLIENT } from "./linux/client.ts";

export type { Failure } from "./interface/failure.ts";
export type { Poller } from "./interface/platform.ts";

/** Opens nothing yet. @throws {Error} On a system without an implementation. */
function clientHere(): Client {
  // In this form, so that the bundler leaves out what is for other systems.
  if (Deno.build.os === "linux") return LINUX_CLIENT;
  else if (Deno.build.os === "freebsd") return bsdClient(FREEBSD_SIGNALS, openFreebsd);
  else if (Deno.build.os === "darwin") return bsdClient(DARWIN_SIGNALS, openDarwin);
  throw new Error(
    `Cannot talk to a manager on "${Deno.build.os}": supported are "linux", "freebsd" and "darwin"`,
  );
}

/** The functions of this system; `interface/client.ts` tells what each does. */
export const {
  signals: SIGNALS,
  systemErrorText,
  connectUnix,
  createPoller,
  runProgram,
  ignoreKeys,
  sendSignal,
  exists,
  readDirectory,
  readFile,
  dieOfSignal,
  processId,
  userId,
  unblockSignals,
  close,
  peerCredentials,
  read,
  setBlocking,
  write,
} = clientHere();
