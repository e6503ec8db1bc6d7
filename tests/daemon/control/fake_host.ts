/**
 * A manager without rules: its services do what a test says. For the session's and the server's
 * tests; what the real scheduler answers is in `transcripts_test.ts`.
 */
import type { ServiceStatus } from "../../../core/command.ts";
import type { ServiceDescription } from "../../../core/description/contract/description.ts";
import type { AskedOrder, Plan, ReportedDetails } from "../../../core/protocol/mod.ts";
import type { Answer, Order } from "../../../core/event.ts";
import type { StartReport } from "../../../core/figures/start_times.ts";
import { type ManagerUsage, NO_USAGE, type ServiceUsage } from "../../../core/figures/usage.ts";
import {
  type Pid,
  pid,
  type ServiceEvent,
  type ServiceId,
  serviceId,
} from "../../../core/types.ts";
import type {
  ControlHost,
  LoadOutcome,
  Refreshed,
  ReloadOutcome,
  SearchPath,
} from "../../../daemon/control/host.ts";
import { NO_DETAILS } from "../../reported_details.ts";

const STOPPED: ServiceStatus = {
  state: "stopped",
  target: "stopped",
  waitsForConsole: false,
  hasConsole: false,
  startSkipped: false,
  marked: false,
  pid: 0,
  reason: "normal",
  execFailure: undefined,
  exit: { kind: "none" },
};

export const STARTED: ServiceStatus = {
  ...STOPPED,
  state: "started",
  target: "started",
  marked: true,
};

/** Of every service. */
export const DETAILS: ReportedDetails = {
  ...NO_DETAILS,
  statusText: "Serving",
  inStateMs: 1500,
  restarts: 2,
  health: { purpose: "liveness", state: "healthy", agoMs: 20, why: "" },
};

interface FakeService {
  readonly name: string;
  status: ServiceStatus;
  readonly log: Uint8Array | undefined;
}

/** What the host tells connections; a hub or a server. */
export interface FakeListeners {
  notify(service: ServiceId, event: ServiceEvent, status: ServiceStatus): void;
  forget(service: ServiceId): void;
}

export class FakeHost implements ControlHost {
  readonly #loaded = new Map<ServiceId, FakeService>();
  #nextId = 0;
  readonly orders: Order[] = [];
  readonly signals: [Pid, number][] = [];
  /** Masks by services' names, and services that have a probe. */
  readonly masks = new Map<string, string>();
  readonly probed = new Set<string>();
  readonly environment = new Map<string, string>([["PATH", "/bin"]]);
  /** Answers to loads of names that are not loaded; the rest is not found. */
  readonly loadable = new Map<string, LoadOutcome["kind"]>();
  listeners: FakeListeners | undefined;
  reloadOutcome: "done" | "refused" = "done";
  signalOutcome: "sent" | "bad-number" | "failed" = "sent";
  /** What an order does and answers; by default starts and stops succeed at once. */
  onOrder: (order: Order) => Answer = (order) => this.obey(order);

  readonly services = {
    find: (name: string) => [...this.#loaded].find(([, service]) => service.name === name)?.[0],
    list: () => [...this.#loaded.keys()],
    status: (service: ServiceId) => this.#get(service).status,
    description: (service: ServiceId) => this.#description(service),
  };

  add(name: string, log?: Uint8Array): ServiceId {
    const service = serviceId(this.#nextId++);
    this.#loaded.set(service, { name, status: STOPPED, log });
    return service;
  }

  setStatus(service: ServiceId, change: Partial<ServiceStatus>): void {
    const record = this.#get(service);
    record.status = { ...record.status, ...change };
  }

  tell(service: ServiceId, event: ServiceEvent): void {
    this.listeners?.notify(service, event, this.#get(service).status);
  }

  /** Programs that were to take the manager's place. */
  readonly successors: (string | undefined)[] = [];
  /** Why none may. */
  reexecFault: string | undefined;

  /** Services that were to be refreshed, with who is to be told later. */
  readonly refreshed: (readonly [ServiceId, (outcome: Refreshed) => void])[] = [];
  refreshOutcome: Refreshed | "later" = "later";

  refresh(service: ServiceId, done: (outcome: Refreshed) => void): Refreshed | "later" {
    this.refreshed.push([service, done]);
    return this.refreshOutcome;
  }

  reexec(program: string | undefined): string | undefined {
    if (this.reexecFault === undefined) this.successors.push(program);
    return this.reexecFault;
  }

  order(order: Order): Answer {
    this.orders.push(order);
    return this.onOrder(order);
  }

  obey(order: Order): Answer {
    switch (order.kind) {
      case "start":
        this.setStatus(order.service, { ...STARTED, pid: pid(100 + order.service) });
        this.tell(order.service, "started");
        return { kind: "already" };
      case "stop":
        this.setStatus(order.service, STOPPED);
        this.tell(order.service, "stopped");
        return { kind: "already" };
      case "unload":
        this.#loaded.delete(order.service);
        this.listeners?.forget(order.service);
        return { kind: "accepted" };
      case "enable":
      case "add-link":
        return { kind: "linked", existed: false };
      default:
        return { kind: "accepted" };
    }
  }

  load(name: string): LoadOutcome {
    const kind = this.loadable.get(name) ?? "not-found";
    switch (kind) {
      case "loaded":
        return { kind, service: this.add(name) };
      case "not-found":
        return { kind };
      default:
        return { kind, faults: [`${name} is at fault`] };
    }
  }

  reload(): ReloadOutcome {
    if (this.reloadOutcome === "done") return { kind: "done" };
    return { kind: "refused", faults: ["it cannot change"] };
  }

  /** What was reloaded together last. */
  together: readonly string[] = [];

  reloadTogether(names: readonly string[]): ReloadOutcome {
    this.together = names;
    return this.reload();
  }

  report(): string {
    return "a report\n";
  }

  starts(): StartReport {
    return {
      ...{ nowMs: 5, begunAt: 4, isFirstProcess: false, kernelMs: 3, readyMs: undefined },
      ...{ targets: [], services: [] },
    };
  }

  usage(): ServiceUsage {
    return {
      ...{ ...NO_USAGE, cpuMs: 10, source: "processes", isPartial: false, atMs: 5 },
      ...{ inStateMs: 4, restarts: 3, starts: 2, startFailures: 1 },
      ...{ state: "started", waitsFor: [], usualStartMs: 9, usualStopMs: undefined },
    };
  }

  managerUsage(): ManagerUsage {
    return { ...NO_USAGE, version: "1.2.3", pid: 77, descriptors: 5, atMs: 5 };
  }

  /** What was asked about last. */
  asked: readonly AskedOrder[] = [];

  plan(orders: readonly AskedOrder[]): Plan {
    this.asked = orders;
    return { answers: [], steps: [], services: [], lacks: [], reloads: [], end: "whole" };
  }

  details(): ReportedDetails {
    return DETAILS;
  }

  readLog(service: ServiceId): Uint8Array | undefined {
    return this.#get(service).log;
  }

  signal(process: Pid, signal: number): "sent" | "bad-number" | "failed" {
    this.signals.push([process, signal]);
    return this.signalOutcome;
  }

  setEnvironment(name: string, value: string | undefined): boolean {
    const hadValue = this.environment.has(name);
    if (value === undefined) this.environment.delete(name);
    else this.environment.set(name, value);
    return hadValue;
  }

  listEnvironment(): readonly string[] {
    return [...this.environment].map(([name, value]) => `${name}=${value}`);
  }

  searchPath(): SearchPath {
    return { workingDirectory: "/work", directories: ["/etc/dinit.d", "sd"] };
  }

  #get(service: ServiceId): FakeService {
    const record = this.#loaded.get(service);
    if (record === undefined) throw new RangeError(`Service ${service} is not loaded`);
    return record;
  }

  /** Only what the control connections read. */
  #description(service: ServiceId): ServiceDescription {
    const { name } = this.#get(service);
    const source = {
      file: `/etc/dinit.d/${name}`,
      directory: "/etc/dinit.d",
      format: "native",
      modifiedSeconds: 10,
      modifiedNanoseconds: 20,
      mask: this.masks.get(name),
    };
    const liveness = this.probed.has(name) ? {} : undefined;
    return { name, source, liveness } as unknown as ServiceDescription;
  }
}
