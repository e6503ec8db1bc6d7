/** Commands about what people read: the log, status lines, and who has the console. */
import type { SchedulerApi } from "../../core/schedule/api.ts";
import type { ServiceId } from "../../core/types.ts";
import type { Platform } from "../../platform/mod.ts";
import type { ServiceFaults } from "../control/answers/service_faults.ts";
import type { CommandHandlers } from "./execute.ts";
import type { Log } from "../output/log.ts";

/** What these commands are carried out on. */
export interface LogCommandParts {
  readonly platform: Pick<Platform, "now" | "reclaimConsole">;
  readonly scheduler: Pick<SchedulerApi, "description">;
  readonly log: Log;
  readonly faults: ServiceFaults;
}

type LogCommand = "status-line" | "log" | "announce" | "console" | "want-console";

export function logCommands(parts: LogCommandParts): CommandHandlers<LogCommand> {
  const { platform, scheduler, log, faults } = parts;
  const nameOf = (service: ServiceId) => scheduler.description(service).name;
  return {
    "status-line": ({ outcome, service }) => log.status(outcome, nameOf(service)),
    "log": ({ service, level, text }) => {
      faults.note(service, level, text, platform.now());
      log.message(level, `${nameOf(service)}: ${text}`);
    },
    "announce": ({ level, text }) => log.announce(level, text),
    "console": ({ owner }) => {
      if (owner !== "log") return log.handConsoleOver(platform.now());
      platform.reclaimConsole();
      log.takeConsoleBack(platform.now());
    },
    // The console's stream reports when what waits in it is out; nothing can hurry it.
    "want-console": () => {},
  };
}
