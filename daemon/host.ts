/**
 * The manager as control connections (and the start-up) see it: loads services, gives the scheduler
 * its orders, and carries out what comes of them before the answer is made.
 */
import type { Command } from "../core/command.ts";
import { type Dependency, formatProblem, type Problem, problem } from "../core/description/mod.ts";
import type { Answer, Order } from "../core/event.ts";
import type { SchedulerApi } from "../core/schedule/api.ts";
import { loadFaultText } from "../core/schedule/load.ts";
import type { ReportedDetails } from "../core/protocol/mod.ts";
import { type Pid, type ServiceId, type ServiceName, unreachable } from "../core/types.ts";
import type { Platform } from "../platform/mod.ts";
import type {
  ControlHost,
  LoadOutcome,
  Refusal,
  ReloadOutcome,
  SearchPath,
  ServiceQueries,
} from "./control/host.ts";
import { environmentTexts, type ManagerEnvironment } from "./start/environment.ts";
import type { FaultyLoad, LoadedSet, Loader } from "./descriptions/loader.ts";
import type { Log } from "./output/log.ts";
import type { LaunchQueue } from "./launch/queue.ts";
import type { Notifications } from "./processes/notifications.ts";
import type { Signals } from "./processes/service_signals.ts";
import type { ServiceFaults } from "./control/service_faults.ts";
import { serviceDetails } from "./control/service_details.ts";
import type { ServiceOutputs } from "./output/service_output.ts";

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
  /** All services are about to be told to stop. */
  readonly beforeShutdown: () => void;
  readonly signals: Pick<Signals, "signal">;
  readonly notifications: Pick<Notifications, "statusText">;
  readonly faults: ServiceFaults;
  /** As {@linkcode ControlHost.reexec}. */
  readonly reexec: ControlHost["reexec"];
}

export class Host implements ControlHost {
  readonly services: ServiceQueries;
  readonly #parts: HostParts;

  constructor(parts: HostParts) {
    this.#parts = parts;
    this.services = parts.scheduler;
  }

  order(order: Order): Answer {
    const { scheduler, platform, log } = this.#parts;
    if (order.kind === "shutdown") this.#parts.beforeShutdown();
    const { answer, commands } = scheduler.order(order, platform.now());
    this.#carryOut(commands);
    if (answer.kind === "refused") log.message("debug", `Refused to ${order.kind}: ${answer.why}`);
    return answer;
  }

  load(name: string): LoadOutcome {
    const { scheduler, loader, log } = this.#parts;
    const present = scheduler.find(name);
    const isBroken = present !== undefined && scheduler.fault(present) !== undefined;
    if (present !== undefined && !isBroken) return { kind: "loaded", service: present };
    const outcome = loader.load(name);
    switch (outcome.kind) {
      case "not-found":
        log.error(
          `Cannot load "${name}": no description in ${outcome.searched.join(", ")}`,
        );
        return { kind: "not-found" };
      case "faulty":
        this.#logProblems(outcome.problems);
        log.error(`Cannot load "${name}": see above`);
        if (present !== undefined) this.#stayBroken(present, outcome);
        return {
          kind: outcome.own ? "description-error" : "load-error",
          faults: faultTexts(outcome.problems),
        };
      case "loaded": {
        const roots: readonly Dependency[] = [{ kind: "need", name: name as ServiceName }];
        const refused = this.#addRecords(outcome, name, roots);
        const service = scheduler.find(name);
        if (refused === undefined && service !== undefined) return { kind: "loaded", service };
        const faults = refused?.faults ?? [];
        if (present !== undefined) {
          const problems = faults.map((text) => problem(undefined, text));
          this.#stayBroken(present, { problems, source: outcome.descriptions[0]?.source });
        }
        return { kind: "load-error", faults };
      }
    }
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

  reload(service: ServiceId): ReloadOutcome {
    const { scheduler, loader, log } = this.#parts;
    const { name } = scheduler.description(service);
    if (scheduler.fault(service) !== undefined) return reloadOutcome(this.load(name));
    const outcome = loader.reload(name);
    if (outcome.kind === "not-found") {
      const fault = `Cannot reload "${name}": no description in ${outcome.searched.join(", ")}`;
      log.error(fault);
      return { kind: "refused", faults: [fault] };
    }
    if (outcome.kind === "faulty") {
      this.#logProblems(outcome.problems);
      return { kind: "refused", faults: faultTexts(outcome.problems) };
    }
    const [description, ...descriptions] = outcome.descriptions;
    if (description === undefined) return { kind: "refused", faults: [] };
    const { dependencies } = description;
    const refused = this.#addRecords({ ...outcome, descriptions }, name, dependencies);
    if (refused !== undefined) return { kind: "refused", ...refused };
    const answer = this.order({ kind: "reload", service, description });
    if (answer.kind !== "refused") return { kind: "done" };
    const fault = `Cannot reload "${name}": ${answer.why}`;
    log.error(fault);
    return { kind: "refused", faults: [fault] };
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
    const { scheduler, faults, notifications, platform } = this.#parts;
    return serviceDetails(service, {
      scheduler,
      faults,
      statusText: notifications.statusText(service),
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

  reexec(program: string | undefined): string | undefined {
    return this.#parts.reexec(program);
  }

  #carryOut(commands: readonly Command[]): void {
    this.#parts.execute(commands);
    this.#parts.launches.run(LAUNCH_BEFORE_REPLY_MS);
  }

  /**
   * @param roots What the set is loaded for.
   * @returns undefined when it is loaded; else the reason, which was logged.
   */
  #addRecords(
    { descriptions, broken, problems }: LoadedSet,
    name: string,
    roots: readonly Dependency[],
  ): Refusal | undefined {
    const { scheduler, platform, log } = this.#parts;
    this.#logProblems(problems);
    const answer = scheduler.load({ descriptions, broken, roots }, platform.now());
    if (answer.kind !== "loaded") {
      const at = answer.kind === "refused" ? answer.service : name;
      const hint = answer.kind === "cycle"
        ? [`hint: dinit check ${at} tells where they are written`]
        : [];
      const lines = [`Cannot load "${at}": ${loadFaultText(answer)}`, ...hint];
      for (const line of lines) log.error(line);
      return { faults: [lines.join("\n")] };
    }
    for (const left of answer.leftOut) this.#logProblems(left.problems);
    this.#carryOut(answer.commands);
    return undefined;
  }

  /** It was broken before, and is still, for reasons that may be others. */
  #stayBroken(
    service: ServiceId,
    { problems, source }: Pick<FaultyLoad, "problems" | "source">,
  ): void {
    const { scheduler, platform } = this.#parts;
    const known = scheduler.description(service);
    const fault = { name: known.name, source: source ?? known.source, problems };
    scheduler.load({ descriptions: [], broken: [fault] }, platform.now());
  }

  #logProblems(problems: readonly Problem[]): void {
    for (const problem of problems) {
      const level = problem.severity === "error" ? "error" : "warn";
      const lines = formatProblem(problem).trimEnd().split("\n");
      for (const line of lines) this.#parts.log.message(level, line);
    }
  }
}

/** Those that keep a service from being loaded, with the line and what to write instead. */
function faultTexts(problems: readonly Problem[]): readonly string[] {
  return problems.filter(({ severity }) => severity === "error").map((problem) =>
    formatProblem(problem).trimEnd()
  );
}

function reloadOutcome(outcome: LoadOutcome): ReloadOutcome {
  switch (outcome.kind) {
    case "loaded":
      return { kind: "done" };
    case "not-found":
      return { kind: "refused", faults: [] };
    case "description-error":
    case "load-error":
      return { kind: "refused", faults: outcome.faults };
    default:
      return unreachable(outcome);
  }
}
