/** Commands about a service's processes, sockets and record. */
import type { Event } from "../../core/event.ts";
import type { SchedulerApi } from "../../core/schedule/api.ts";
import type { ServiceId, ServiceName } from "../../core/types.ts";
import type { Platform } from "../../platform/mod.ts";
import type { ServiceChecks } from "../conditions/service_checks.ts";
import type { ControlServer } from "../control/server.ts";
import type { ServiceFaults } from "../control/answers/service_faults.ts";
import type { CommandHandlers, CommandOf } from "./execute.ts";
import type { ActivationSockets } from "../launch/activation_sockets.ts";
import type { DemandSockets } from "../launch/demand.ts";
import type { LaunchQueue } from "../launch/queue.ts";
import type { ServiceFolders } from "../launch/service_folders.ts";
import type { Log } from "../output/log.ts";
import type { ServiceOutputs } from "../output/service_output.ts";
import { askToEnd } from "../processes/end_signal.ts";
import type { MemoryWatch } from "../processes/memory_watch.ts";
import type { ServiceCgroups } from "../processes/cgroups/service_cgroups.ts";
import type { ServiceProcesses } from "../processes/service_processes.ts";
import type { Signals } from "../processes/service_signals.ts";
import type { ServiceProbes } from "../health/service_probes.ts";
import type { ServiceTimers } from "../timetable/service_timers.ts";
import type { TreeKiller } from "../processes/tree_killer.ts";

/** Knows something of services by their records. */
export interface ServiceMemory {
  /** The record is gone. */
  forget(service: ServiceId): void;
}

/** What these commands are carried out on. */
export interface ServiceCommandParts {
  readonly platform: Pick<Platform, "errnoText">;
  readonly scheduler: Pick<SchedulerApi, "description" | "list">;
  readonly log: Pick<Log, "warn">;
  readonly control: Pick<ControlServer, "notify" | "notifyHealth" | "forget">;
  readonly faults: ServiceFaults;
  readonly launches: Pick<LaunchQueue, "add">;
  /** Whether a launch was made already, by a manager that has died. */
  readonly isMade: (command: CommandOf<"spawn">) => boolean;
  readonly processes: Pick<ServiceProcesses, "target">;
  readonly signals: Signals;
  readonly trees: Pick<TreeKiller, "takesSignal" | "remember" | "beginWithDaemon">;
  readonly sockets: Pick<ActivationSockets, "close">;
  readonly demand: Pick<DemandSockets, "listen" | "ignore">;
  readonly timers: Pick<ServiceTimers, "listen" | "ignore" | "begins" | "redescribe">;
  readonly probes: Pick<ServiceProbes, "begin" | "end" | "tell" | "redescribe">;
  readonly checks: Pick<ServiceChecks, "check" | "forget">;
  readonly outputs: Pick<ServiceOutputs, "serviceStopped" | "redescribe" | "hasPipe" | "forget">;
  readonly cgroups: Pick<ServiceCgroups, "remove">;
  readonly memory: Pick<MemoryWatch, "serviceStopped">;
  readonly folders: Pick<ServiceFolders, "serviceStopped">;
  readonly memories: readonly ServiceMemory[];
  readonly report: (event: Event) => void;
}

type ServiceCommand =
  | ("spawn" | "signal" | "end-tree" | "kill-tree" | "listen" | "close-socket")
  | ("notify" | "redescribe" | "forget" | "check")
  | ("probe" | "end-probes" | "tell-unhealthy" | "notify-health");

export function serviceCommands(parts: ServiceCommandParts): CommandHandlers<ServiceCommand> {
  const { scheduler, faults, launches, trees, sockets, demand, timers, outputs } = parts;
  const description = (service: ServiceId) => scheduler.description(service);
  return {
    "spawn": (command) => {
      // What was wrong with the run before is no fault of this one.
      if (command.role === "start") {
        faults.forget(command.service);
        timers.begins(command.service);
      }
      if (!parts.isMade(command)) launches.add(command);
    },
    "signal": (command) => signal(parts, command),
    "end-tree": (command) => endTree(parts, command),
    "kill-tree": ({ service }) => void trees.takesSignal(service, "KILL"),
    "listen": ({ service }) => {
      const { timer, sockets } = description(service);
      if (timer === undefined) demand.listen(service, sockets);
      else timers.listen(service);
    },
    "probe": ({ service, purpose }) => parts.probes.begin(service, purpose),
    "end-probes": ({ service }) => parts.probes.end(service),
    "tell-unhealthy": ({ service, why }) => parts.probes.tell(service, why),
    "notify-health": ({ service, state, why }) => {
      parts.control.notifyHealth(service, state, why);
    },
    "check": ({ service }) => parts.checks.check(service),
    "close-socket": ({ service }) => {
      timers.ignore(service);
      demand.ignore(service);
      sockets.close(service);
    },
    "notify": (command) => notify(parts, command),
    "redescribe": ({ service }) => {
      outputs.redescribe(description(service));
      timers.redescribe(service);
      parts.probes.redescribe(service);
    },
    "forget": (command) => forget(parts, command),
  };
}

function signal(
  { platform, scheduler, log, signals, trees }: ServiceCommandParts,
  { service, signal, pid, target }: CommandOf<"signal">,
): void {
  if (trees.takesSignal(service, signal)) return;
  trees.remember(service);
  const failure = askToEnd(signals, signal, pid, target);
  if (failure === undefined || platform.errnoText(failure.errno).name === "ESRCH") return;
  const { name } = scheduler.description(service);
  log.warn(`${name}: Cannot send SIG${signal} to process ${pid}: ${failure.message}`);
}

function endTree(
  { scheduler, processes, trees }: ServiceCommandParts,
  { service, daemon }: CommandOf<"end-tree">,
): void {
  const status = { kind: "exited", code: 0 } as const;
  const isThere = processes.target(daemon, "process") !== "gone";
  trees.beginWithDaemon(
    service,
    scheduler.description(service),
    isThere ? daemon : undefined,
    { kind: "exited", service, role: "start", status },
  );
}

function notify(
  { scheduler, outputs, cgroups, memory, folders, checks, control }: ServiceCommandParts,
  { service, event, status }: CommandOf<"notify">,
): void {
  if (status.state === "stopped") {
    const description = scheduler.description(service);
    const { name } = description;
    checks.forget(service);
    outputs.serviceStopped(name);
    memory.serviceStopped(service);
    cgroups.remove(name);
    if (description.folders.length > 0) folders.serviceStopped(description);
  }
  control.notify(service, event, status);
}

function forget(
  { scheduler, control, memories, faults, cgroups, outputs }: ServiceCommandParts,
  { service, name }: CommandOf<"forget">,
): void {
  control.forget(service);
  faults.forget(service);
  for (const memory of memories) memory.forget(service);
  cgroups.remove(name);
  // Few have any, and to look for a consumer is to look at all services.
  if (outputs.hasPipe(name) && !hasConsumer(scheduler, name)) outputs.forget(name);
}

/**
 * A consumer keeps the pipe of a producer that was unloaded: what waits in it is still to be read.
 */
function hasConsumer(
  scheduler: Pick<SchedulerApi, "description" | "list">,
  producer: ServiceName,
): boolean {
  return scheduler.list().some((id) => scheduler.description(id).consumerOf === producer);
}
