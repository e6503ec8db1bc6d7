/**
 * Services that are asked whether they are well, as the manager's other parts know them: this is
 * all that there is of it before the first of them runs, which loads the rest.
 */
import type { Event, ProbePurpose } from "../../core/event.ts";
import type { SchedulerApi } from "../../core/schedule/api.ts";
import type { Fd, Instant, Pid, ServiceId } from "../../core/types.ts";
import type { Platform, Reaped } from "../../platform/mod.ts";
import { FACT_KIND, Facts } from "../kept/facts.ts";
import type { ServiceLaunches } from "../launch/service_launches.ts";
import type { KeptProbes, ProbeChildFact } from "./probe_child.ts";
import type { ProbeView, RunningProbes } from "./running_probes.ts";

/** The part, in steps: undefined but from the last one on (`tools/build/load_part.ts`). */
export type LoadProbes = () => typeof import("./part.ts") | undefined;

/** More than there are steps: a part that never comes must not be waited for. */
const MOST_STEPS = 16;

export interface ServiceProbesParts {
  readonly platform: Platform;
  readonly scheduler: Pick<SchedulerApi, "description" | "status" | "list" | "probeDue">;
  readonly launches: Pick<ServiceLaunches, "runErrand">;
  readonly load: LoadProbes;
  readonly report: (event: Event) => void;
  readonly warn: (text: string) => void;
}

export class ServiceProbes {
  readonly #parts: ServiceProbesParts;
  readonly #children = new Map<Pid, ProbeChildFact>();
  /** Processes that were made for probes. */
  readonly facts = new Facts<ProbeChildFact>(FACT_KIND.probeChild, this.#children);
  #probes: RunningProbes | undefined;

  constructor(parts: ServiceProbesParts) {
    this.#parts = parts;
  }

  /** Asks a service from now on, for `probed`. */
  begin(service: ServiceId, purpose: ProbePurpose): void {
    this.#loaded().begin(service, purpose);
  }

  /** It has no process any more. */
  end(service: ServiceId): void {
    this.#probes?.end(service);
  }

  forget(service: ServiceId): void {
    this.end(service);
  }

  /** Runs the command for one that is not well. */
  tell(service: ServiceId, why: string): void {
    this.#loaded().tell(service, why);
  }

  redescribe(service: ServiceId): void {
    const { liveness } = this.#parts.scheduler.description(service);
    if (liveness !== undefined) this.#loaded().redescribe(service);
    else this.#probes?.redescribe(service);
  }

  /** @returns Undefined for a service that is not asked. */
  view(service: ServiceId): ProbeView | undefined {
    return this.#probes?.view(service);
  }

  next(): Instant | undefined {
    return this.#probes?.next();
  }

  runDue(now: Instant): void {
    this.#probes?.runDue(now);
  }

  handleDescriptor(descriptor: Fd): boolean {
    return this.#probes?.handleDescriptor(descriptor) ?? false;
  }

  childEnded(end: Reaped): boolean {
    return this.#probes?.childEnded(end) ?? false;
  }

  /** For {@linkcode adopt}. */
  keep(): KeptProbes {
    return new Map(this.#children);
  }

  /** Processes of another manager go on, or are ended. */
  adoptChildren(children: KeptProbes): void {
    if (children.size === 0) return;
    const { platform } = this.#parts;
    for (const pid of children.keys()) {
      // Of a child its end is noticed anyway.
      if (platform.childState(pid) === "foreign") platform.poller.watchProcess(pid);
    }
    this.#loaded().adoptChildren(children);
  }

  /**
   * Goes on where another manager was, whose scheduler is ours now: all is asked anew.
   *
   * @param children Undefined: from one that kept nothing of them.
   */
  adopt(children: KeptProbes | undefined): void {
    this.adoptChildren(children ?? new Map());
    const { scheduler } = this.#parts;
    for (const service of scheduler.list()) {
      const { readiness, liveness } = scheduler.description(service);
      if (readiness === undefined && liveness === undefined) continue;
      const purpose = scheduler.probeDue(service);
      if (purpose !== undefined) this.begin(service, purpose);
    }
  }

  #loaded(): RunningProbes {
    return this.#probes ??= this.#load();
  }

  #load(): RunningProbes {
    for (let step = 0; step < MOST_STEPS; step++) {
      const part = this.#parts.load();
      if (part !== undefined) {
        const { FILE_TIMES: files, findHost, RunningProbes } = part;
        return new RunningProbes({
          ...{ ...this.#parts, files, findHost, children: this.#children },
          noteChild: (pid) => this.facts.note(pid),
        });
      }
    }
    throw new Error("The part of the program that knows probes could not be loaded");
  }
}
