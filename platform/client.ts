/**
 * What a client of the daemon needs of the system, function by function; clients import this and not
 * `mod.ts`, so that they bind only what they use.
 */
import { bsdClient } from "./bsd/client.ts";
import { openFreebsd } from "./bsd/freebsd.ts";
import type { Client } from "./client_interface.ts";
import { openDarwin } from "./darwin/darwin.ts";
import { LINUX_CLIENT } from "./linux/client.ts";

export type { Failure } from "./failure.ts";
export type { Poller } from "./interface.ts";

/** Opens nothing yet. @throws {Error} On a system without an implementation. */
function clientHere(): Client {
  const { os } = Deno.build;
  if (os === "linux") return LINUX_CLIENT;
  if (os === "freebsd") return bsdClient(openFreebsd);
  if (os === "darwin") return bsdClient(openDarwin);
  throw new Error(
    `Cannot talk to a manager on "${os}": supported are "linux", "freebsd" and "darwin"`,
  );
}

/** The functions of this system; `client_interface.ts` tells what each does. */
export const {
  signals: SIGNALS,
  systemErrorText,
  connectUnix,
  createPoller,
  runProgram,
  sendSignal,
  exists,
  readDirectory,
  readFile,
  dieOfSignal,
  processId,
  userId,
  unblockSignals,
  close,
  read,
  setBlocking,
  write,
} = clientHere();
