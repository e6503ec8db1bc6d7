/** Commands about the manager itself and its machine. */
import type { FailureCause } from "../../core/failure.ts";
import type { SchedulerApi } from "../../core/schedule/api.ts";
import type { ControlSocket } from "../control/socket.ts";
import type { CommandHandlers } from "./execute.ts";
import type { KillAll } from "./kill_all.ts";
import type { Ending } from "../machine/ending.ts";
import type { Log } from "../output/log.ts";
import type { MainLog } from "../output/main_log.ts";
import type { OutputCopies } from "../output/output_copies.ts";
import type { Logins } from "../processes/logins.ts";

/** What these commands are carried out on. */
export interface ManagerCommandParts {
  readonly scheduler: Pick<SchedulerApi, "description" | "list">;
  readonly log: Log;
  readonly mainLog: Pick<MainLog, "becomeAvailable" | "openFile">;
  readonly copies: Pick<OutputCopies, "becomeAvailable">;
  readonly logins: Pick<Logins, "recordBoot">;
  readonly killAll: Pick<KillAll, "begin">;
  readonly host: {
    /** @returns False when the service cannot be loaded or started. */
    chain(name: string): boolean;
    /** @returns Why the service was not started; undefined: it was. */
    handleFailure(name: string, cause: FailureCause): string | undefined;
  };
  readonly socket: Pick<ControlSocket, "recreate" | "reportReady">;
  readonly ending: Pick<Ending, "alsoDecides" | "abandon">;
  readonly isSystemManager: boolean;
}

type ManagerCommand =
  | "chain"
  | "handle-failure"
  | "root-writable"
  | "log-available"
  | "kill-all"
  | "abandon";

export function managerCommands(parts: ManagerCommandParts): CommandHandlers<ManagerCommand> {
  const { scheduler, log, mainLog, host, ending } = parts;
  return {
    "chain": ({ from, to }) => {
      ending.alsoDecides(to);
      if (host.chain(to)) return;
      log.error(`${scheduler.description(from).name}: Cannot chain to "${to}"`);
    },
    "handle-failure": ({ from, to, cause }) => {
      const { name } = scheduler.description(from);
      const why = host.handleFailure(to, cause);
      if (why === undefined) {
        log.message("info", `${name}: Has failed (${cause.reason}); starting "${to}"`);
      } else log.error(`${name}: Cannot start "${to}" for its failure: ${why}`);
    },
    "root-writable": () => rootBecameWritable(parts),
    "log-available": () => {
      parts.copies.becomeAvailable();
      mainLog.becomeAvailable(log);
    },
    "kill-all": ({ service }) => parts.killAll.begin(service),
    "abandon": () => ending.abandon(),
  };
}

function rootBecameWritable(
  { isSystemManager, logins, socket, mainLog, log, copies, scheduler }: ManagerCommandParts,
): void {
  if (isSystemManager) logins.recordBoot();
  socket.recreate();
  // Only a log file: syslog is not there yet, a service with starts-log tells when it is.
  const fault = mainLog.openFile();
  if (fault !== undefined) log.error(fault);
  socket.reportReady();
  // What has a file system of its own may come later.
  const tellsOfLog = scheduler.list().some((one) => scheduler.description(one).options.startsLog);
  if (!tellsOfLog) copies.becomeAvailable();
}
