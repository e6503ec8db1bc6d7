/**
 * The outside as it usually is: every command is answered with the event that follows when all goes
 * well, after the time that it usually takes. A process can be made, runs its program, says that it
 * is ready, ends when it is told to.
 *
 * What a program does by itself cannot be known, so nothing happens here that no command, or start
 * that is under way, has led to.
 */
import { probeDue } from "../service/health.ts";
import type { Command } from "../command.ts";
import type { Event, ProcessRole } from "../event.ts";
import type { Scheduler } from "../schedule/scheduler.ts";
import type { ServiceRecord } from "../service/record/record.ts";
import { type ExitStatus, type Pid, pid, type ServiceId } from "../types.ts";
import { Agenda } from "./agenda.ts";
import { KILL_ALL_MS, usualStartMs, usualStopMs } from "./usual_time.ts";

/** A process that is there or thought to be. */
interface Process {
  readonly service: ServiceId;
  readonly role: ProcessRole;
  readonly pid: Pid;
  /** It was told to end. */
  isEnding: boolean;
  /** Nothing more can be heard of it. */
  isGone: boolean;
}

interface Happening {
  readonly event: Event;
  /** That of which it is told. */
  readonly process: Process | undefined;
}

/** Above what any system gives out. Source: Linux, PID_MAX_LIMIT, 4,194,304. */
const FIRST_PID = 4_194_305;

const EXITED: ExitStatus = { kind: "exited", code: 0 };
const TERMINATED: ExitStatus = { kind: "signalled", signal: 15, dumpedCore: false };

export class Outside {
  readonly #agenda = new Agenda<Happening>();
  readonly #records: (service: ServiceId) => Readonly<ServiceRecord> | undefined;
  readonly #main = new Map<ServiceId, Process>();
  readonly #stoppers = new Map<ServiceId, Process>();
  #lastPid = FIRST_PID;

  /** @param records Finds what is known of a service. */
  constructor(records: (service: ServiceId) => Readonly<ServiceRecord> | undefined) {
    this.#records = records;
  }

  /** When something happens next; undefined: nothing is left. */
  get next(): number | undefined {
    return this.#agenda.next;
  }

  /** What happens then; undefined: it has lost its meaning. */
  take(): Event | undefined {
    const happening = this.#agenda.take();
    if (happening === undefined || happening.process?.isGone === true) return undefined;
    const { event, process } = happening;
    if (event.kind === "exited" && process !== undefined) {
      process.isGone = true;
      if (event.pidFile?.kind === "running") this.#adopt(process.service, event.pidFile.pid);
    }
    return event;
  }

  /** What is under way at the beginning comes to its end. @param now In milliseconds. */
  begin(scheduler: Pick<Scheduler, "records">, now: number): void {
    for (const record of scheduler.records()) this.#goOn(record, now);
  }

  /** @param now In milliseconds. */
  carryOut(command: Command, now: number): void {
    switch (command.kind) {
      case "spawn":
        this.#spawn(command.service, command.role, now);
        return;
      case "signal":
        this.#end(command.service, command.role, now, command.signal === "KILL");
        return;
      case "end-tree":
        this.#end(command.service, "start", now, false);
        return;
      case "kill-tree":
        this.#end(command.service, "start", now, true);
        return;
      case "kill-all":
        this.#later(now + KILL_ALL_MS, { kind: "all-killed", service: command.service });
        return;
      case "check":
        // What the machine is like then is not known: it is as it has to be.
        this.#later(now, { kind: "checked", service: command.service, verdict: { kind: "met" } });
        return;
      case "probe":
        if (command.purpose === "readiness") this.#later(now, isReady(command.service));
        return;
      case "listen":
        this.#later(now, { kind: "listening", service: command.service });
        return;
      case "want-console":
        this.#later(now, { kind: "console-idle" });
        return;
      default:
        return;
    }
  }

  #goOn(record: Readonly<ServiceRecord>, now: number): void {
    const { id, main, stopper, phase } = record;
    if (main.phase === "ended") {
      this.#later(now, { kind: "exec-succeeded", service: id, role: "start" });
    } else if (main.phase !== "none") {
      const process = this.#make(id, "start", main.pid === 0 ? undefined : main.pid);
      if (main.pid === 0) this.#later(now, spawned(process), process);
      if (main.phase !== "daemon") this.#run(process, record, now, main.phase === "running");
      if (phase === "coming-down" || phase === "interrupted") this.#end(id, "start", now, false);
    }
    if (stopper.phase === "ended") {
      this.#later(now, { kind: "exec-succeeded", service: id, role: "stop" });
    } else if (stopper.phase !== "none") {
      const process = this.#make(id, "stop", stopper.pid === 0 ? undefined : stopper.pid);
      if (stopper.pid === 0) this.#later(now, spawned(process), process);
      this.#runStopper(process, record, now, stopper.phase === "running");
    }
    if (phase === "killing-all") {
      this.#later(now + KILL_ALL_MS, { kind: "all-killed", service: id });
    }
    if (phase === "checking" || record.isCheckingRun) {
      this.#later(now, { kind: "checked", service: id, verdict: { kind: "met" } });
    }
    if (probeDue(record) === "readiness") this.#later(now, isReady(id));
    if (phase === "coming-up" && record.description.startsOnDemand && main.phase === "none") {
      this.#later(now, { kind: "listening", service: id });
    }
  }

  #spawn(service: ServiceId, role: ProcessRole, now: number): void {
    const record = this.#records(service);
    if (record === undefined) return;
    const process = this.#make(service, role, undefined);
    this.#later(now, spawned(process), process);
    if (role === "start") this.#run(process, record, now, false);
    else this.#runStopper(process, record, now, false);
  }

  /** What a start command, a launcher or a process does of itself until the service is up. */
  #run(
    process: Process,
    record: Readonly<ServiceRecord>,
    now: number,
    isExecuted: boolean,
  ): void {
    const { service } = process;
    const upAt = now + (usualStartMs(record) ?? 0);
    const { type } = record.description;
    const isUpWhenExecuted = type === "process" && !record.awaitsReadiness;
    if (!isExecuted) {
      const at = isUpWhenExecuted ? upAt : now;
      this.#later(at, { kind: "exec-succeeded", service, role: "start" }, process);
    }
    switch (type) {
      case "process":
        if (record.awaitsReadiness) this.#later(upAt, { kind: "ready", service }, process);
        return;
      case "bgprocess":
        this.#later(upAt, {
          ...exited(process, EXITED),
          pidFile: { kind: "running", pid: this.#newPid(), tracked: true },
        }, process);
        return;
      default:
        this.#later(upAt, exited(process, EXITED), process);
    }
  }

  /** That of a process ends it, too. */
  #runStopper(
    process: Process,
    record: Readonly<ServiceRecord>,
    now: number,
    isExecuted: boolean,
  ): void {
    const { service } = process;
    const downAt = now + (usualStopMs(record) ?? 0);
    if (!isExecuted) {
      this.#later(now, { kind: "exec-succeeded", service, role: "stop" }, process);
    }
    process.isEnding = true;
    if (record.side !== undefined) {
      // A command before or after: what it takes is not known, and it ends nothing else.
      this.#later(now, exited(process, EXITED), process);
      return;
    }
    this.#later(downAt, exited(process, EXITED), process);
    this.#end(service, "start", now, false);
  }

  #end(service: ServiceId, role: ProcessRole, now: number, isAtOnce: boolean): void {
    const process = (role === "start" ? this.#main : this.#stoppers).get(service);
    const record = this.#records(service);
    if (process === undefined || record === undefined || process.isGone) return;
    if (process.isEnding && !isAtOnce) return;
    process.isEnding = true;
    const delayMs = isAtOnce ? 0 : usualStopMs(record) ?? 0;
    this.#later(now + delayMs, exited(process, TERMINATED), process);
  }

  /** A launcher has left its daemon. */
  #adopt(service: ServiceId, daemon: Pid): void {
    this.#make(service, "start", daemon);
  }

  #make(service: ServiceId, role: ProcessRole, known: Pid | undefined): Process {
    const processes = role === "start" ? this.#main : this.#stoppers;
    const old = processes.get(service);
    if (old !== undefined) old.isGone = true;
    const process: Process = {
      ...{ service, role, pid: known ?? this.#newPid() },
      ...{ isEnding: false, isGone: false },
    };
    processes.set(service, process);
    return process;
  }

  #newPid(): Pid {
    return pid(this.#lastPid++);
  }

  #later(at: number, event: Event, process?: Process): void {
    this.#agenda.add(at, { event, process });
  }
}

function spawned({ service, role, pid }: Process): Event {
  return { kind: "spawned", service, role, pid };
}

function exited({ service, role }: Process, status: ExitStatus) {
  return { kind: "exited", service, role, status } as const;
}

/** A service that is asked answers. */
function isReady(service: ServiceId): Event {
  return { kind: "probed", service, purpose: "readiness", isGood: true, why: "" };
}
