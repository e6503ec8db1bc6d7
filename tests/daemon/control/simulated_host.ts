/**
 * A manager with the real scheduler and loader, whose processes are simulated: virtual time, and
 * programs that do what the few commands of the recordings do.
 *
 * What a process causes comes as an event later; nothing of it happens inside a request, as in the
 * daemon. Time passes only when a test asks for it.
 */
import { InputRecorder } from "../../../core/report/input_recorder.ts";
import { replay } from "../../../core/report/replay.ts";
import { readReport } from "../../../core/report/report_text.ts";
import { reportOf } from "../../../daemon/reports/reporting.ts";
import { planFor } from "../../../daemon/orders/planning.ts";
import { startReport } from "../../../daemon/reports/start_report.ts";
import { StartNotes } from "../../../daemon/time/start_notes.ts";
import { serviceDetails } from "../../../daemon/control/answers/service_details.ts";
import { ServiceFaults } from "../../../daemon/control/answers/service_faults.ts";
import type { Command } from "../../../core/command.ts";
import { loadClosure } from "../../../core/description/load/closure.ts";
import type { ServiceDescription } from "../../../core/description/contract/description.ts";
import type { DescriptionFiles } from "../../../core/description/contract/files.ts";
import { parseUserDatabase } from "../../../core/description/contract/users.ts";
import type { Answer, Event, Order, ProcessRole, ReloadedService } from "../../../core/event.ts";
import { LogBuffer } from "../../../core/log/buffer.ts";
import type { AskedOrder, Plan, ReportedDetails } from "../../../core/protocol/mod.ts";
import type { Scheduler } from "../../../core/schedule/scheduler.ts";
import type { StartReport } from "../../../core/figures/start_times.ts";
import { type ManagerUsage, NO_USAGE, type ServiceUsage } from "../../../core/figures/usage.ts";
import {
  EXEC_STAGE,
  type ExitStatus,
  instant,
  type Pid,
  pid,
  type ServiceId,
} from "../../../core/types.ts";
import type {
  ControlHost,
  LoadOutcome,
  Refreshed,
  ReloadOutcome,
  SearchPath,
} from "../../../daemon/control/host.ts";
import { assert, assertEquals } from "../../assert.ts";
import type { FakeListeners } from "./fake_host.ts";

/** Numbers on Linux. */
const SIGNALS: Readonly<Record<string, number>> = { INT: 2, KILL: 9, TERM: 15 };
const HIGHEST_SIGNAL = 64;
const ENOENT = 2;

const REFUSED: ReloadOutcome = { kind: "refused", faults: [] };

interface Process {
  readonly service: ServiceId;
  readonly role: ProcessRole;
  readonly program: string;
}

interface Pending {
  readonly atMs: number;
  readonly act: () => void;
}

export interface SimulatedHostOptions {
  readonly scheduler: Scheduler;
  /** Text of each description, in upstream's format. */
  readonly descriptions: Readonly<Record<string, string>>;
  readonly directory: string;
  readonly workingDirectory: string;
  readonly descriptionTime: { readonly seconds: number; readonly nanoseconds: number };
  readonly environment: Readonly<Record<string, string>>;
}

export class SimulatedHost implements ControlHost {
  readonly services: Scheduler;
  readonly #recorder: InputRecorder;
  readonly #starts = new StartNotes();
  readonly #options: SimulatedHostOptions;
  readonly #environment: Map<string, string>;
  readonly #processes = new Map<Pid, Process>();
  readonly #logs = new Map<ServiceId, LogBuffer>();
  #pending: Pending[] = [];
  #nowMs = 0;
  #nextPid = 30_000;
  listeners: FakeListeners | undefined;

  constructor(options: SimulatedHostOptions) {
    this.#options = options;
    this.services = options.scheduler;
    this.#recorder = new InputRecorder(this.services, 50);
    this.services.watchInputs({
      note: (input, now) => {
        this.#recorder.note(input, now);
        this.#starts.note(input, now);
      },
    });
    this.services.watchPhases(this.#starts);
    this.#environment = new Map(Object.entries(options.environment));
  }

  /** Nothing is there to be executed. */
  reexec(): string {
    return "Simulated managers stay";
  }

  order(order: Order): Answer {
    const { answer, commands } = this.services.order(order, this.#now());
    this.#execute(commands);
    return answer;
  }

  load(name: string): LoadOutcome {
    const present = this.services.find(name);
    if (present !== undefined && this.services.fault(present) === undefined) {
      return { kind: "loaded", service: present };
    }
    const result = this.#read(name);
    if (result.kind === "not-found") return { kind: "not-found" };
    if (result.kind === "faulty") {
      return { kind: result.own ? "description-error" : "load-error", faults: [] };
    }
    const answer = this.services.load(result, this.#now());
    if (answer.kind !== "loaded") return { kind: "load-error", faults: [] };
    this.#execute(answer.commands);
    const service = this.services.find(name);
    return service === undefined ? { kind: "load-error", faults: [] } : { kind: "loaded", service };
  }

  reload(service: ServiceId): ReloadOutcome {
    const result = this.#read(this.services.description(service).name);
    if (result.kind !== "loaded") return REFUSED;
    const [description, ...others] = result.descriptions;
    if (description === undefined) return REFUSED;
    this.services.load({ ...result, descriptions: others }, this.#now());
    const answer = this.order({ kind: "reload", service, description });
    return answer.kind === "refused" ? REFUSED : { kind: "done" };
  }

  reloadTogether(names: readonly string[]): ReloadOutcome {
    const reloads: ReloadedService[] = [];
    for (const name of new Set(names)) {
      const present = this.services.find(name);
      if (present === undefined || this.services.fault(present) !== undefined) {
        if (this.load(name).kind !== "loaded") return REFUSED;
        continue;
      }
      const result = this.#read(name);
      const description = result.kind === "loaded" ? result.descriptions[0] : undefined;
      if (description === undefined) return REFUSED;
      reloads.push({ service: present, description });
    }
    const answer = this.order({ kind: "reload-together", reloads });
    return answer.kind === "refused" ? REFUSED : { kind: "done" };
  }

  /** @throws {Error} When something has changed by it. */
  plan(orders: readonly AskedOrder[]): Plan {
    const before = this.services.write();
    const plan = planFor(orders, {
      platform: { now: () => this.#now() },
      loader: {
        load: (name, isLoaded) => this.#read(name, isLoaded),
        changeFinder: () => () => false,
      },
      scheduler: this.services,
    });
    assertEquals(this.services.write(), before);
    return plan;
  }

  /** @throws {Error} When it cannot be replayed. */
  report(): string {
    const text = reportOf(this.services, this.#recorder, undefined);
    const report = readReport(text);
    const played = typeof report === "string" ? undefined : replay(report);
    assert(played?.kind === "replayed" && played.isAlike, text);
    return text;
  }

  starts(): StartReport {
    return startReport({
      scheduler: this.services,
      starts: this.#starts,
      platform: {
        now: () => this.#now(),
        keepClock: () => ({ instant: this.#now(), kernelMs: this.#nowMs + 1500 }),
        processId: () => pid(1),
      },
      options: { services: ["boot"], isSystemManager: true },
      wallClockMs: 1_700_000_000_000 + this.#nowMs,
    });
  }

  usage(service: ServiceId): ServiceUsage {
    const { restarts } = this.services.history(service);
    return {
      ...{ ...NO_USAGE, source: "none", isPartial: false, atMs: this.#nowMs },
      ...{ inStateMs: undefined, restarts, ...this.#starts.counts(service) },
      ...{ state: this.services.status(service).state, waitsFor: [] },
      ...{ usualStartMs: undefined, usualStopMs: undefined },
    };
  }

  managerUsage(): ManagerUsage {
    return { ...NO_USAGE, version: "0", pid: 1, descriptors: undefined, atMs: this.#nowMs };
  }

  details(service: ServiceId): ReportedDetails {
    const faults = new ServiceFaults();
    const { services: scheduler } = this;
    return serviceDetails(service, { scheduler, faults, statusText: undefined, now: this.#now() });
  }

  /** Nothing is run here. */
  refresh(): Refreshed {
    return { kind: "refused", why: "There are no commands here" };
  }

  readLog(service: ServiceId, clear: boolean): Uint8Array | undefined {
    const description = this.services.description(service);
    const log = this.#log(service, description);
    const contents = log?.contents();
    if (clear) log?.clear();
    return contents;
  }

  signal(process: Pid, signal: number): "sent" | "bad-number" | "failed" {
    if (signal < 0 || signal > HIGHEST_SIGNAL) return "bad-number";
    if (!this.#processes.has(process)) return "failed";
    if (signal !== 0) this.#deliver(process, signal);
    return "sent";
  }

  setEnvironment(name: string, value: string | undefined): boolean {
    const hadValue = this.#environment.has(name);
    if (value === undefined) this.#environment.delete(name);
    else this.#environment.set(name, value);
    return hadValue;
  }

  listEnvironment(): readonly string[] {
    return [...this.#environment].map(([name, value]) => `${name}=${value}`);
  }

  searchPath(): SearchPath {
    const { workingDirectory, directory } = this.#options;
    return { workingDirectory, directories: [directory] };
  }

  /** Loads and starts a service, as the daemon does with those of its command line. */
  start(name: string): void {
    const outcome = this.load(name);
    if (outcome.kind === "loaded") {
      this.order({ kind: "start", service: outcome.service, pin: false });
    }
  }

  /** Lets time pass and everything happen that is due in it. */
  pass(milliseconds: number): void {
    const end = this.#nowMs + milliseconds;
    while (this.#dueAt() <= end) this.advance();
    this.#nowMs = end;
  }

  /** Goes on to the next thing that happens. @returns False when there is nothing to wait for. */
  advance(): boolean {
    const at = this.#dueAt();
    if (at === Infinity) return false;
    this.#nowMs = Math.max(this.#nowMs, at);
    const next = this.#pending.findIndex((pending) => pending.atMs <= this.#nowMs);
    const [pending] = next < 0 ? [] : this.#pending.splice(next, 1);
    if (pending === undefined) this.#apply({ kind: "deadline" });
    else pending.act();
    return true;
  }

  /** All services have stopped after a shutdown order: the manager would end now. */
  get hasEnded(): boolean {
    return this.services.shutdownType !== undefined && this.services.activeCount === 0;
  }

  #dueAt(): number {
    let at: number = this.services.nextDeadline() ?? Infinity;
    for (const pending of this.#pending) at = Math.min(at, pending.atMs);
    return at;
  }

  #apply(event: Event): void {
    this.#execute(this.services.apply(event, this.#now()));
  }

  #later(delayMs: number, act: () => void): void {
    this.#pending.push({ atMs: this.#nowMs + delayMs, act });
  }

  #execute(commands: readonly Command[]): void {
    for (const command of commands) this.#executeOne(command);
  }

  #executeOne(command: Command): void {
    switch (command.kind) {
      case "spawn":
        return this.#spawn(command.service, command.role);
      case "signal":
        return this.#deliver(command.pid, SIGNALS[command.signal] ?? 0);
      case "notify":
        return this.listeners?.notify(command.service, command.event, command.status);
      case "forget":
        return this.listeners?.forget(command.service);
      default:
        return;
    }
  }

  #spawn(service: ServiceId, role: ProcessRole): void {
    const description = this.services.description(service);
    const program = (role === "start" ? description.command : description.stopCommand).join(" ");
    const failure = execFailure(description, program);
    if (failure !== undefined) {
      const event: Event = { kind: "exec-failed", service, role, stage: failure, errno: ENOENT };
      this.#later(0, () => this.#apply(event));
      return;
    }
    const process = pid(this.#nextPid++);
    this.#processes.set(process, { service, role, program });
    this.#apply({ kind: "spawned", service, role, pid: process });
    this.#later(0, () => this.#apply({ kind: "exec-succeeded", service, role }));
    this.#run(process, service, program, description);
  }

  #run(process: Pid, service: ServiceId, program: string, description: ServiceDescription): void {
    if (program.includes("echo hello")) {
      const text = new TextEncoder().encode("hello\n");
      this.#later(10, () => this.#log(service, description)?.append(text));
      return;
    }
    const sleep = program.match(/^\/bin\/sleep (\d+)$/);
    if (sleep !== null) return this.#endLater(process, Number(sleep[1]) * 1000, 0);
    if (program.endsWith("false")) return this.#endLater(process, 5, 1);
    const exit = program.match(/exit (\d)$/);
    if (exit !== null) this.#endLater(process, 5, Number(exit[1]));
  }

  #endLater(process: Pid, delayMs: number, code: number): void {
    this.#later(delayMs, () => this.#end(process, { kind: "exited", code }));
  }

  #end(ended: Pid, status: ExitStatus): void {
    const process = this.#processes.get(ended);
    if (process === undefined) return;
    this.#processes.delete(ended);
    const { service, role } = process;
    this.#apply({ kind: "exited", service, role, status });
  }

  #deliver(to: Pid, signal: number): void {
    const program = this.#processes.get(to)?.program;
    if (program === undefined) return;
    if (program.endsWith("slow.sh") && signal === SIGNALS["TERM"]) {
      return this.#endLater(to, 700, 0);
    }
    this.#later(1, () => this.#end(to, { kind: "signalled", signal, dumpedCore: false }));
  }

  #log(service: ServiceId, description: ServiceDescription): LogBuffer | undefined {
    if (description.type === "internal" || description.type === "triggered") return undefined;
    if (description.log.kind !== "buffer") return undefined;
    const log = this.#logs.get(service) ?? new LogBuffer(description.log);
    this.#logs.set(service, log);
    return log;
  }

  #now() {
    return instant(this.#nowMs);
  }

  #read(name: string, isLoaded = (other: string) => this.services.find(other) !== undefined) {
    return loadClosure(name, {
      directories: [this.#options.directory],
      files: this.#files(),
      users: parseUserDatabase("root:x:0:0::/root:/bin/sh\n", "root:x:0:\n"),
      managerUid: 0,
      environment: this.#environment,
      isLoaded,
    });
  }

  #files(): DescriptionFiles {
    const { directory, descriptions, descriptionTime } = this.#options;
    const textOf = (path: string) => {
      const prefix = `${directory}/`;
      return path.startsWith(prefix) ? descriptions[path.slice(prefix.length)] : undefined;
    };
    return {
      read(path) {
        const text = textOf(path);
        if (text === undefined) return { kind: "missing" };
        return {
          kind: "contents",
          bytes: new TextEncoder().encode(text),
          modifiedSeconds: descriptionTime.seconds,
          modifiedNanoseconds: descriptionTime.nanoseconds,
        };
      },
      list: () => ({ kind: "unreadable", why: "no such file or directory (ENOENT)" }),
      exists: (path) => textOf(path) !== undefined,
      realDirectory: () => directory,
    };
  }
}

function execFailure(description: ServiceDescription, program: string) {
  if (description.workingDirectory === "/nonexistent") return EXEC_STAGE.workingDirectory;
  return program.startsWith("/nonexistent") ? EXEC_STAGE.execute : undefined;
}
