/**
 * The manager as control connections (and the start-up) see it: loads services, gives the scheduler its
 * orders, and carries out what comes of them before the reply is made.
 */
import type { Command } from "../core/command.ts";
import {
  type BrokenService,
  type Dependency,
  formatProblem,
  type Problem,
  problemLine,
} from "../core/description/mod.ts";
import type { Order, Reply } from "../core/event.ts";
import type { SchedulerApi } from "../core/schedule/api.ts";
import { loadFaultText } from "../core/schedule/load.ts";
import type { Pid, ServiceId, ServiceName, ShutdownType } from "../core/types.ts";
import type { Platform } from "../platform/mod.ts";
import type { ControlHost, LoadOutcome, SearchPath, ServiceQueries } from "./control_host.ts";
import { environmentTexts, type ManagerEnvironment } from "./environment.ts";
import type { Executor } from "./execute.ts";
import type { FaultyLoad, LoadedSet, Loader } from "./loader.ts";
import type { Log } from "./log.ts";
import type { ServiceOutputs } from "./service_output.ts";

/** A reply may wait this long for launches that its order caused. */
const LAUNCH_BEFORE_REPLY_MS = 5;

export interface HostParts {
  readonly platform: Platform;
  readonly scheduler: SchedulerApi;
  readonly executor: Executor;
  readonly loader: Loader;
  readonly environment: ManagerEnvironment;
  readonly outputs: ServiceOutputs;
  readonly log: Log;
  readonly searchPath: SearchPath;
}

export class Host implements ControlHost {
  readonly services: ServiceQueries;
  readonly #parts: HostParts;

  constructor(parts: HostParts) {
    this.#parts = parts;
    this.services = parts.scheduler;
  }

  order(order: Order): Reply {
    const { scheduler, platform, log, executor } = this.#parts;
    if (order.kind === "shutdown") executor.launches.preference.lingerNoMore();
    const { reply, commands } = scheduler.order(order, platform.now());
    this.#carryOut(commands);
    if (reply.kind === "refused") log.message("debug", `Refused to ${order.kind}: ${reply.why}`);
    return reply;
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
        return { kind: outcome.own ? "description-error" : "load-error" };
      case "loaded": {
        const service = this.#addRecords(outcome, name, [{
          kind: "need",
          name: name as ServiceName,
        }]);
        return service === undefined ? { kind: "load-error" } : { kind: "loaded", service };
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

  reload(service: ServiceId): "done" | "refused" {
    const { scheduler, loader, log } = this.#parts;
    const { name } = scheduler.description(service);
    if (scheduler.fault(service) !== undefined) {
      return this.load(name).kind === "loaded" ? "done" : "refused";
    }
    const outcome = loader.reload(name);
    if (outcome.kind === "not-found") {
      log.error(`Cannot reload "${name}": no description in ${outcome.searched.join(", ")}`);
      return "refused";
    }
    if (outcome.kind === "faulty") {
      this.#logProblems(outcome.problems);
      return "refused";
    }
    const [description, ...descriptions] = outcome.descriptions;
    if (description === undefined) return "refused";
    const added = this.#addRecords({ ...outcome, descriptions }, name, description.dependencies);
    if (added === undefined) return "refused";
    const reply = this.order({ kind: "reload", service, description });
    if (reply.kind !== "refused") return "done";
    log.error(`Cannot reload "${name}": ${reply.why}`);
    return "refused";
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

  statusText(service: ServiceId): string | undefined {
    const fault = this.#parts.scheduler.fault(service);
    if (fault !== undefined) return faultText(fault);
    return this.#parts.executor.notifications.statusText(service);
  }

  signal(pid: Pid, signal: number): "sent" | "bad-number" | "failed" {
    const { platform, executor } = this.#parts;
    // Its service still ends what it left; the number may be another process's by now.
    if (executor.trees.isCollected(pid)) return "failed";
    const failure = platform.signal(pid, signal, "process");
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

  shutDown(type: ShutdownType): void {
    this.order({ kind: "shutdown", type });
  }

  #carryOut(commands: readonly Command[]): void {
    this.#parts.executor.execute(commands);
    this.#parts.executor.launches.run(LAUNCH_BEFORE_REPLY_MS);
  }

  /**
   * @param roots What the set is loaded for.
   * @returns The record of the named service; undefined, with the reason logged, when refused.
   */
  #addRecords(
    { descriptions, broken, problems }: LoadedSet,
    name: string,
    roots: readonly Dependency[],
  ): ServiceId | undefined {
    const { scheduler, platform, log } = this.#parts;
    this.#logProblems(problems);
    const reply = scheduler.load({ descriptions, broken, roots }, platform.now());
    if (reply.kind !== "loaded") {
      const at = reply.kind === "refused" ? reply.service : name;
      log.error(`Cannot load "${at}": ${loadFaultText(reply)}`);
      if (reply.kind === "cycle") log.error(`hint: dinit check ${at} tells where they are written`);
      return undefined;
    }
    for (const left of reply.leftOut) this.#logProblems(left.problems);
    this.#carryOut(reply.commands);
    return scheduler.find(name);
  }

  /** It was broken before, and is still, for reasons that may be others. */
  #stayBroken(service: ServiceId, { problems, source }: FaultyLoad): void {
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

/** In place of what a service says of itself: the first fault that keeps it from being loaded. */
function faultText({ problems }: BrokenService): string {
  const first = problems.find(({ severity }) => severity === "error");
  return first === undefined ? "cannot be loaded" : `cannot be loaded: ${problemLine(first)}`;
}
