/**
 * Whether a service's conditions and assertions hold, as the scheduler wants it answered, and
 * whether its file systems are mounted. Loaded with the first service that has any of these.
 */
import { type ConditionFacts, judge } from "../../core/conditions/judge.ts";
import type { ServiceDescription } from "../../core/description/mod.ts";
import type { CheckVerdict, Event } from "../../core/event.ts";
import type { SchedulerApi } from "../../core/schedule/api.ts";
import type { Fd, ServiceId } from "../../core/types.ts";
import type { Platform } from "../../platform/mod.ts";
import type { Log } from "../output/log.ts";
import { machineFacts, type MachineFactsParts } from "./machine_facts.ts";
import { MountWaits } from "./mount_waits.ts";

/** What it asks, and whom it answers. */
export interface AnswersParts extends MachineFactsParts {
  readonly platform:
    & MachineFactsParts["platform"]
    & Pick<Platform, "openMountWatch" | "poller" | "close">;
  readonly scheduler: Pick<SchedulerApi, "description">;
  readonly log: Pick<Log, "message" | "warn">;
  /** A run of a service's timer is left out: it counts as made. */
  readonly runLeftOut: (service: ServiceId) => void;
  readonly report: (event: Event) => void;
}

const MET: CheckVerdict = { kind: "met" };

export class Answers {
  readonly #parts: AnswersParts;
  readonly #facts: ConditionFacts;
  readonly #mounts: MountWaits;

  constructor(parts: AnswersParts) {
    this.#parts = parts;
    this.#facts = machineFacts(parts);
    this.#mounts = new MountWaits({
      platform: parts.platform,
      facts: this.#facts,
      warn: (text) => parts.log.warn(text),
      mounted: (service) => parts.report({ kind: "checked", service, verdict: MET }),
    });
  }

  /** Reports `checked`: at once, or when all that has to be mounted is. */
  check(service: ServiceId): void {
    const { scheduler, report, runLeftOut, log } = this.#parts;
    const description = scheduler.description(service);
    const verdict = verdictOn(description, this.#facts);
    const missing = verdict.kind === "met" ? this.#missing(description) : [];
    if (missing.length > 0 && description.timer === undefined) {
      log.message("info", `${description.name}: Waiting for ${missing.join(", ")} to be mounted`);
      return this.#mounts.wait(service, missing);
    }
    const whole: CheckVerdict = missing.length === 0
      ? verdict
      : { kind: "fail", text: `requires-mounts-for: ${missing.join(", ")} is not mounted` };
    // Otherwise an interval since the last run would be over at once, again and again.
    if (description.timer !== undefined && whole.kind !== "met") runLeftOut(service);
    report({ kind: "checked", service, verdict: whole });
  }

  /** Nobody waits any more. */
  forget(service: ServiceId): void {
    this.#mounts.forget(service);
  }

  /** @returns Whether the descriptor is one of its own. */
  handleDescriptor(descriptor: Fd): boolean {
    return this.#mounts.handleDescriptor(descriptor);
  }

  #missing({ requiresMountsFor }: ServiceDescription): readonly string[] {
    return requiresMountsFor.length === 0 ? [] : this.#mounts.missing(requiresMountsFor);
  }
}

/** Assertions are asked only where all conditions hold. */
function verdictOn(
  { conditions, assertions }: Pick<ServiceDescription, "conditions" | "assertions">,
  facts: ConditionFacts,
): CheckVerdict {
  const condition = judge(conditions, facts);
  if (condition.kind === "unmet") return { kind: "skip", text: condition.text };
  const assertion = judge(assertions, facts);
  if (assertion.kind === "unmet") return { kind: "fail", text: assertion.text };
  return MET;
}
