/**
 * The starts and stops of services, noted from the commands by which they are done.
 */
import type { Command } from "../command.ts";
import type { PlannedStep } from "../planned.ts";
import type { ServiceRecord } from "../service/record/record.ts";
import { isIdle, isLastingLink } from "../service/record/terms.ts";
import type { ServiceId, StopReason } from "../types.ts";
import { usualStartMs, usualStopMs } from "./usual_time.ts";

type Draft = { -readonly [Name in keyof PlannedStep]: PlannedStep[Name] };

export class Steps {
  readonly #steps: Draft[] = [];
  /** Of each service the last one. */
  readonly #last = new Map<ServiceId, Draft>();
  /** What services wait for, till they wait no more. */
  readonly #waits = new Map<ServiceId, readonly string[]>();
  readonly #records: (service: ServiceId) => Readonly<ServiceRecord> | undefined;
  readonly #beganAt: number;

  /**
   * @param records Finds what is known of a service.
   * @param beganAt The time of the orders, in milliseconds.
   */
  constructor(
    records: (service: ServiceId) => Readonly<ServiceRecord> | undefined,
    beganAt: number,
  ) {
    this.#records = records;
    this.#beganAt = beganAt;
  }

  /** In the order in which they begin. */
  get all(): readonly PlannedStep[] {
    return this.#steps;
  }

  /** The orders have been given: what each service waits for can be seen now. */
  noteWaits(records: Iterable<Readonly<ServiceRecord>>): void {
    for (const record of records) this.#noteWaits(record);
  }

  /** @param now In milliseconds. */
  note(command: Command, now: number): void {
    switch (command.kind) {
      case "spawn":
        return this.#begin(command.service, command.role, now);
      case "listen":
        if (this.#records(command.service)?.state === "starting") {
          this.#begin(command.service, "start", now);
        }
        return;
      case "signal":
      case "end-tree":
      case "kill-all":
        if (this.#records(command.service)?.state === "stopping") {
          this.#begin(command.service, "stop", now);
        }
        return;
      case "notify":
        return this.#notify(command, now);
      default:
        return;
    }
  }

  /** Nothing more happens: services that are on their way stay so. */
  finish(records: Iterable<Readonly<ServiceRecord>>, now: number): void {
    for (const record of records) {
      if (record.state !== "starting" && record.state !== "stopping") continue;
      const what = record.state === "starting" ? "start" : "stop";
      const last = this.#last.get(record.id);
      if (last?.result === "unfinished" && last.what === what) continue;
      this.#noteWaits(record);
      this.#open(record.id, what, now);
    }
  }

  #noteWaits(record: Readonly<ServiceRecord>): void {
    const names = waitedFor(record);
    if (names.length > 0) this.#waits.set(record.id, names);
  }

  #notify({ service, event, status }: Extract<Command, { kind: "notify" }>, now: number): void {
    const record = this.#records(service);
    switch (event) {
      case "started":
        return this.#end(service, "start", "done", now);
      case "stopped":
        this.#stopped(service, now);
        // It waits again for what it was over, before it comes back.
        if (status.state === "starting" && record !== undefined) this.#noteWaits(record);
        return;
      case "failed":
        return this.#failed(service, status.reason, now);
      case "start-cancelled":
        return this.#end(service, "start", "cancelled", now);
      case "stop-cancelled":
        return this.#end(service, "stop", "cancelled", now);
    }
  }

  /** What follows a start that came to nothing is no stop of its own. */
  #stopped(service: ServiceId, now: number): void {
    const last = this.#last.get(service);
    const isAfterFailure = last?.what === "start" &&
      (last.result === "failed" || last.result === "cancelled");
    if (!isAfterFailure) this.#end(service, "stop", "done", now);
  }

  #failed(service: ServiceId, reason: StopReason, now: number): void {
    this.#end(service, "start", "failed", now);
    const step = this.#last.get(service);
    if (step !== undefined) step.why = this.#whyOf(service, reason);
  }

  #whyOf(service: ServiceId, reason: StopReason): string {
    const record = this.#records(service);
    if (record?.presence.kind === "broken") return "its description cannot be loaded";
    const dependency = record?.history.failedDependency;
    if (reason === "dependency-failed") {
      return dependency === undefined
        ? "a dependency cannot be started"
        : `its dependency "${dependency}" cannot be started`;
    }
    if (record?.isPinnedStopped === true) return "it is pinned stopped";
    return reason === "timed-out" ? "its time limit is over before it is up" : "it cannot start";
  }

  #begin(service: ServiceId, what: "start" | "stop", now: number): void {
    const last = this.#last.get(service);
    // A start that is broken off by a signal is no stop.
    if (last?.result === "unfinished" && (last.what === what || what === "stop")) return;
    this.#open(service, what, now);
  }

  #end(
    service: ServiceId,
    what: "start" | "stop",
    result: PlannedStep["result"],
    now: number,
  ): void {
    const last = this.#last.get(service);
    const isOpen = last?.result === "unfinished" && last.what === what;
    const step = isOpen ? last : this.#open(service, what, now);
    step.result = result;
    step.endsMs = now - this.#beganAt;
  }

  #open(service: ServiceId, what: "start" | "stop", now: number): Draft {
    const record = this.#records(service);
    const step: Draft = {
      service: record?.name ?? "",
      what,
      beginsMs: now - this.#beganAt,
      endsMs: now - this.#beganAt,
      usualMs: record && (what === "start" ? usualStartMs(record) : usualStopMs(record)),
      result: "unfinished",
      why: undefined,
      waitsFor: this.#waits.get(service) ?? [],
    };
    this.#waits.delete(service);
    this.#steps.push(step);
    this.#last.set(service, step);
    return step;
  }
}

/** Names of the services that one on its way up or down waits for, each once. */
function waitedFor(record: Readonly<ServiceRecord>): readonly string[] {
  switch (record.state) {
    case "starting":
      return unique(record.links.filter((link) => link.waits).map(({ to }) => to.name));
    case "stopping":
      return unique(
        record.dependents.filter((link) => isLastingLink(link) && !isIdle(link.from))
          .map(({ from }) => from.name),
      );
    default:
      return [];
  }
}

function unique(names: readonly string[]): readonly string[] {
  return [...new Set(names)];
}
