/**
 * What the machine has to be like for services, as the manager's other parts know it: this is all
 * that there is of it before the first service that asks for something starts, which loads the
 * rest.
 */
import type { Fd, ServiceId } from "../../core/types.ts";
import type { Answers, AnswersParts } from "./answers.ts";

/** The part, in steps: undefined but from the last one on (`tools/build/load_part.ts`). */
export type LoadConditions = () => typeof import("./part.ts") | undefined;

/** More than there are steps: a part that never comes must not be waited for. */
const MOST_STEPS = 16;

export interface ServiceChecksParts extends AnswersParts {
  readonly load: LoadConditions;
}

export class ServiceChecks {
  readonly #parts: ServiceChecksParts;
  #answers: Answers | undefined;

  constructor(parts: ServiceChecksParts) {
    this.#parts = parts;
  }

  /** Answers with `checked`: at once, or when what has to be mounted is. */
  check(service: ServiceId): void {
    this.#answers ??= this.#load();
    this.#answers.check(service);
  }

  /** The record is gone, or nobody waits for the answer any more. */
  forget(service: ServiceId): void {
    this.#answers?.forget(service);
  }

  /** @returns Whether the descriptor is one of its own. */
  handleDescriptor(descriptor: Fd): boolean {
    return this.#answers?.handleDescriptor(descriptor) ?? false;
  }

  /** Goes on where another manager was, which was asked and has not answered. */
  adopt(asking: Iterable<ServiceId>): void {
    for (const service of asking) this.check(service);
  }

  #load(): Answers {
    for (let step = 0; step < MOST_STEPS; step++) {
      const part = this.#parts.load();
      if (part !== undefined) return new part.Answers(this.#parts);
    }
    throw new Error("The part of the program that knows conditions could not be loaded");
  }
}
