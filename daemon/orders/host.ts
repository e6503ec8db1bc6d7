/**
 * The manager as control connections (and the start-up) see it: loads services, gives the scheduler
 * its orders, and carries out what comes of them before the answer is made.
 */
import type { Command } from "../../core/command.ts";
import type { Answer, Order } from "../../core/event.ts";
import type { FailureCause } from "../../core/failure.ts";
import type { SchedulerApi } from "../../core/schedule/api.ts";
import type { AskedOrder, Plan, ReportedDetails } from "../../core/protocol/mod.ts";
import type { StartReport } from "../../core/figures/start_times.ts";
import type { ManagerUsage, ServiceUsage } from "../../core/figures/usage.ts";
import type { Pid, ServiceId } from "../../core/types.ts";
import type { Platform } from "../../platform/mod.ts";
import type {
  ControlHost,
  LoadOutcome,
  Refreshed,
  ReloadOutcome,
  SearchPath,
  ServiceQueries,
} from "../control/host.ts";
import { environmentTexts, type ManagerEnvironment } from "../start/environment.ts";
import type { WorkNotes } from "../kept/work_notes.ts";
import type { Loader } from "../descriptions/loader.ts";
import type { Log } from "../output/log.ts";
import type { LaunchQueue } from "../launch/queue.ts";
import type { Refreshes } from "../launch/refreshes.ts";
import type { Notifications } from "../processes/notifications.ts";
import type { Signals } from "../processes/service_signals.ts";
import type { ServiceFaults } from "../control/answers/service_faults.ts";
import { serviceDetails } from "../control/answers/service_details.ts";
import { ServiceLoading } from "./service_loading.ts";
import type { ServiceOutputs } from "../output/service_output.ts";
import type { ServiceProbes } from "../health/service_probes.ts";
import type { ServiceTimers } from "../timetable/service_timers.ts";

/**
 * An answer may wait this long for launches that its order caused. No longer than the loop launches
 * in one go: others wait meanwhile.
 */
const LAUNCH_BEFORE_REPLY_MS = 1;

export interface HostParts {
  readonly platform: Platform;
  readonly scheduler: SchedulerApi;
  readonly loader: Loader;
  readonly environment: ManagerEnvironment;
  readonly outputs: ServiceOutputs;
  readonly log: Log;
  readonly searchPath: SearchPath;
  readonly execute: (commands: readonly Command[]) => void;
  readonly launches: Pick<LaunchQueue, "run">;
  /** What the manager is at. */
  readonly work: Pick<WorkNotes, "note">;
  /** All services are about to be told to stop. */
  readonly beforeShutdown: () => void;
  readonly signals: Pick<Signals, "signal">;
  readonly notifications: Pick<Notifications, "statusText">;
  readonly timers: Pick<ServiceTimers, "times">;
  readonly probes: Pick<ServiceProbes, "view">;
  readonly faults: ServiceFaults;
  readonly refreshes: Pick<Refreshes, "begin">;
  /** As {@linkcode ControlHost.reexec}. */
  readonly reexec: ControlHost["reexec"];
  readonly plan: (orders: readonly AskedOrder[]) => Plan;
  readonly report: () => string;
  readonly starts: () => StartReport;
  readonly usage: (service: ServiceId) => ServiceUsage;
  readonly managerUsage: () => ManagerUsage;
}

export class Host implements ControlHost {
  readonly services: ServiceQueries;
  readonly #parts: HostParts;
  readonly #loading: ServiceLoading;

  constructor(parts: HostParts) {
    this.#parts = parts;
    this.#loading = new ServiceLoading({
      ...parts,
      order: (order) => this.order(order),
      carryOut: (commands) => this.#carryOut(commands),
    });
    this.services = parts.scheduler;
  }

  order(order: Order): Answer {
    const { scheduler, platform, log, work } = this.#parts;
    if ("service" in order) work.note(order.service, order.kind);
    if (order.kind === "shutdown") this.#parts.beforeShutdown();
    const { answer, commands } = scheduler.order(order, platform.now());
    this.#carryOut(commands);
    if (answer.kind === "refused") log.message("debug", `Refused to ${order.kind}: ${answer.why}`);
    return answer;
  }

  /** Loads the service and marks it as wanted. @returns false when it cannot be loaded. */
  start(name: string): boolean {
    const outcome = this.load(name);
    if (outcome.kind !== "loaded") return false;
    this.order({ kind: "start", service: outcome.service, pin: false });
    return true;
  }

  /**
   * The same, because a service that names it has ended. @returns false when it cannot be loaded or
   * started.
   */
  chain(name: string): boolean {
    const outcome = this.load(name);
    if (outcome.kind !== "loaded") return false;
    return this.order({ kind: "chain", service: outcome.service }).kind !== "refused";
  }

  /** The same, because a service that names it has failed. @returns Why it was not started. */
  handleFailure(name: string, cause: FailureCause): string | undefined {
    const outcome = this.load(name);
    if (outcome.kind !== "loaded") return "it cannot be loaded";
    const { service } = outcome;
    const answer = this.order({ kind: "handle-failure", service, cause });
    switch (answer.kind) {
      case "refused":
        return answer.why;
      case "pinned-stopped":
        return "it is pinned stopped";
      case "shutting-down":
        return "the manager is shutting down";
      default:
        return undefined;
    }
  }

  load(name: string): LoadOutcome {
    return this.#loading.load(name);
  }

  reload(service: ServiceId): ReloadOutcome {
    return this.#loading.reload(service);
  }

  reloadTogether(names: readonly string[]): ReloadOutcome {
    return this.#loading.reloadTogether(names);
  }

  plan(orders: readonly AskedOrder[]): Plan {
    return this.#parts.plan(orders);
  }

  report(): string {
    return this.#parts.report();
  }

  starts(): StartReport {
    return this.#parts.starts();
  }

  usage(service: ServiceId): ServiceUsage {
    return this.#parts.usage(service);
  }

  managerUsage(): ManagerUsage {
    return this.#parts.managerUsage();
  }

  readLog(service: ServiceId, clear: boolean): Uint8Array | undefined {
    const { scheduler, outputs } = this.#parts;
    const description = scheduler.description(service);
    const hasOutput = description.type !== "internal" && description.type !== "triggered";
    if (!hasOutput) return undefined;
    outputs.drain(description.name);
    const contents = outputs.contents(description);
    if (clear) outputs.clear(description.name);
    return contents;
  }

  details(service: ServiceId): ReportedDetails {
    const { scheduler, faults, notifications, timers, probes, platform } = this.#parts;
    return serviceDetails(service, {
      scheduler,
      faults,
      statusText: notifications.statusText(service),
      runTimes: timers.times(service),
      probe: probes.view(service),
      now: platform.now(),
    });
  }

  signal(pid: Pid, signal: number): "sent" | "bad-number" | "failed" {
    const { platform, signals } = this.#parts;
    const failure = signals.signal(pid, signal, "process");
    if (failure === undefined) return "sent";
    return platform.errnoText(failure.errno).name === "EINVAL" ? "bad-number" : "failed";
  }

  setEnvironment(name: string, value: string | undefined): boolean {
    const { environment } = this.#parts;
    return value === undefined ? environment.unset(name) : environment.set(name, value);
  }

  listEnvironment(): readonly string[] {
    return environmentTexts(this.#parts.environment.variables);
  }

  searchPath(): SearchPath {
    return this.#parts.searchPath;
  }

  refresh(service: ServiceId, done: (outcome: Refreshed) => void): Refreshed | "later" {
    return this.#parts.refreshes.begin(service, done);
  }

  reexec(program: string | undefined): string | undefined {
    return this.#parts.reexec(program);
  }

  #carryOut(commands: readonly Command[]): void {
    this.#parts.execute(commands);
    this.#parts.launches.run(LAUNCH_BEFORE_REPLY_MS);
  }
}
