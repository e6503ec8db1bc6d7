/**
 * Running services that are told to read their own configuration again: `reload-signal` and
 * `reload-command`. Nothing of it concerns the scheduler: whatever comes of it, the service is
 * started before and after.
 *
 * A manager that takes this one's place knows nothing of the commands that run: who asked is told
 * before, and they end as they will.
 */
import type { SchedulerApi } from "../../core/schedule/api.ts";
import { execFailureText } from "../../core/service/types/exec_failure.ts";
import type { ExitStatus, Instant, Pid, ServiceId } from "../../core/types.ts";
import type { Platform, Reaped } from "../../platform/mod.ts";
import type { Log } from "../output/log.ts";
import type { Signals } from "../processes/service_signals.ts";
import { earliestDue, type Timed } from "../time/timed.ts";
import type { SettledLaunch } from "./pending.ts";
import type { ServiceLaunches } from "./service_launches.ts";

export interface RefreshParts {
  readonly platform: Pick<Platform, "now" | "errnoText" | "signal" | "signalNumber">;
  readonly scheduler: Pick<SchedulerApi, "description" | "status">;
  readonly log: Pick<Log, "warn">;
  /** Signals to processes of services. */
  readonly signals: Signals;
  readonly launches: Pick<ServiceLaunches, "runErrand">;
}

/** What came of a refresh, as clients are told. `why`: a sentence without its end. */
export type RefreshOutcome =
  | { readonly kind: "done" }
  | { readonly kind: "refused"; readonly why: string };

/** A command that runs. */
interface Running {
  readonly service: ServiceId;
  /** When it is killed; Infinity: it has been, or may take as long as it likes. */
  due: number;
  isKilled: boolean;
  readonly done: (outcome: RefreshOutcome) => void;
}

const DONE: RefreshOutcome = { kind: "done" };

export class Refreshes implements Timed {
  readonly #parts: RefreshParts;
  readonly #running = new Map<Pid, Running>();

  constructor(parts: RefreshParts) {
    this.#parts = parts;
  }

  /** As `ControlHost.refresh`. */
  begin(service: ServiceId, done: (outcome: RefreshOutcome) => void): RefreshOutcome | "later" {
    const { scheduler } = this.#parts;
    const { name, refresh } = scheduler.description(service);
    const { state, pid } = scheduler.status(service);
    if (state !== "started") return refused(`Service "${name}" is ${state}, not started`);
    switch (refresh.kind) {
      case "none":
        return refused(`Service "${name}" has neither reload-command nor reload-signal`);
      case "signal":
        return this.#signal(pid, refresh.signal);
      case "command":
        return this.#run(service, pid, done);
    }
  }

  /** Whether commands run. */
  get isBusy(): boolean {
    return this.#running.size > 0;
  }

  /** @returns Whether it was one of these commands. */
  childEnded({ pid, status }: Reaped): boolean {
    const running = this.#running.get(pid);
    if (running === undefined) return false;
    this.#running.delete(pid);
    this.#tell(running, endFault(status));
    return true;
  }

  /** The record is gone. */
  forget(service: ServiceId): void {
    for (const [pid, running] of this.#running) {
      if (running.service !== service) continue;
      this.#running.delete(pid);
      running.done(refused("The service was unloaded meanwhile"));
    }
  }

  next(): Instant | undefined {
    return earliestDue(this.#running.values());
  }

  /** A command that takes too long is killed; its end is told as any other. */
  runDue(now: Instant): void {
    const { platform } = this.#parts;
    for (const [pid, running] of this.#running) {
      if (running.due > now) continue;
      running.due = Infinity;
      running.isKilled = true;
      const kill = platform.signalNumber("KILL");
      if (kill !== undefined) platform.signal(pid, kill, "group");
    }
  }

  #signal(pid: Pid | 0, name: string): RefreshOutcome {
    const { signals } = this.#parts;
    if (pid === 0) return refused("The service has no process at present");
    const signal = signals.signalNumber(name);
    if (signal === undefined) return refused(`This system has no signal ${name}`);
    const failure = signals.signal(pid, signal, "process");
    return failure === undefined ? DONE : refused(`Cannot send SIG${name}: ${failure.message}`);
  }

  #run(
    service: ServiceId,
    mainPid: Pid | 0,
    done: (outcome: RefreshOutcome) => void,
  ): RefreshOutcome | "later" {
    const { platform, scheduler, launches } = this.#parts;
    const { refresh, startTimeoutMs } = scheduler.description(service);
    if (refresh.kind !== "command") return DONE;
    for (const running of this.#running.values()) {
      if (running.service === service) return refused("Its reload command is at work already");
    }
    const errand = {
      command: refresh.command,
      variables: mainPid === 0 ? [] : [`MAINPID=${mainPid}`],
    };
    const child: { pid?: Pid } = {};
    const made = launches.runErrand(service, errand, (outcome) => {
      const fault = this.#launchFault(service, refresh.command, outcome);
      if (fault !== undefined) this.#notExecuted(child.pid, fault);
    });
    if (typeof made !== "number") {
      const why = made.kind === "failure"
        ? `Cannot launch the reload command: ${made.call}: ${made.message}`
        : this.#launchFault(service, refresh.command, made);
      return refused(why ?? "");
    }
    child.pid = made;
    const due = startTimeoutMs > 0 ? platform.now() + startTimeoutMs : Infinity;
    this.#running.set(made, { service, due, isKilled: false, done });
    return "later";
  }

  /** The child ends without a word, which is nothing to wait for. */
  #notExecuted(pid: Pid | undefined, why: string): void {
    const running = pid === undefined ? undefined : this.#running.get(pid);
    if (pid === undefined || running === undefined) return;
    this.#running.delete(pid);
    this.#tell(running, why);
  }

  #launchFault(
    service: ServiceId,
    words: readonly string[],
    outcome: SettledLaunch,
  ): string | undefined {
    if (outcome.kind === "executed") return undefined;
    const { platform, scheduler } = this.#parts;
    const { stage, errno, why } = outcome;
    const { name, text } = platform.errnoText(errno);
    const failure = { stage, errno, error: `${text} (${name})` };
    const command = { what: "reload command", words };
    return why ?? execFailureText(scheduler.description(service), command, failure);
  }

  #tell({ service, done, isKilled }: Running, fault: string | undefined): void {
    if (fault === undefined) return done(DONE);
    const { log, scheduler } = this.#parts;
    const why = isKilled ? `${fault} when start-timeout was over` : fault;
    log.warn(`${scheduler.description(service).name}: ${why}`);
    done(refused(why));
  }
}

function refused(why: string): RefreshOutcome {
  return { kind: "refused", why };
}

/** undefined: it has ended well. */
function endFault(status: ExitStatus): string | undefined {
  switch (status.kind) {
    case "none":
      return "The end of the reload command was not seen";
    case "exited":
      return status.code === 0 ? undefined : `The reload command exited with status ${status.code}`;
    case "signalled":
      return `The reload command was ended by signal ${status.signal}`;
  }
}
