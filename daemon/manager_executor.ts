/** Who carries out what the scheduler commands: a handler for each command, of all parts. */
import type { Event } from "../core/event.ts";
import { Executor } from "./commands/execute.ts";
import { logCommands } from "./commands/log_commands.ts";
import { managerCommands } from "./commands/manager_commands.ts";
import { serviceCommands } from "./commands/service_commands.ts";
import type { ControlServer } from "./control/server.ts";
import type { ControlSocket } from "./control/socket.ts";
import type { Foundations } from "./foundations.ts";
import type { Ending } from "./machine/ending.ts";
import type { SpawnCommand } from "./launch/queue.ts";
import type { Host } from "./orders/host.ts";
import type { Supervision } from "./supervision/supervision.ts";

export interface ExecutorSources {
  readonly foundations: Foundations;
  readonly supervision: Supervision;
  readonly control: ControlServer;
  readonly host: Host;
  readonly socket: ControlSocket;
  readonly ending: Ending;
  /** Whether a launch was made already, by a manager that has died. */
  readonly isMade: (command: SpawnCommand) => boolean;
}

export function managerExecutor(sources: ExecutorSources): Executor {
  const { foundations, supervision, control, host, socket, ending, isMade } = sources;
  const { platform, options, scheduler, output, faults, outputs, cgroups } = foundations;
  const { folders, memory, launcher, starts, logins, killAll, events, work, copies } = foundations;
  const { log, mainLog } = output;
  const { processes, signals, trees, demand, timers, checks, probes, launches, memories } =
    supervision;
  return new Executor({
    ...serviceCommands({
      ...{
        platform,
        scheduler,
        log,
        faults,
        processes,
        signals,
        trees,
        demand,
        timers,
        checks,
        probes,
      },
      ...{ control, outputs, cgroups, folders, memory, isMade },
      memories: [...memories, starts],
      launches: launches.queue,
      sockets: launcher.sockets,
      report: (event: Event) => events.report(event),
    }),
    ...logCommands({ platform, scheduler, log, faults }),
    ...managerCommands({
      ...{ scheduler, log, mainLog, copies, logins, killAll, host, socket, ending },
      isSystemManager: options.isSystemManager,
    }),
  }, work);
}
