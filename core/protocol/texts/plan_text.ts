/**
 * A plan as the text in which it goes over the socket: JSON, read with care, because it is
 * another's word.
 */
import {
  type Plan,
  type PlannedAnswer,
  type PlannedChange,
  type PlannedLack,
  type PlannedReload,
  type PlannedService,
  type PlannedStep,
} from "../../planned.ts";
import type { ServiceState } from "../../types.ts";
import { list, members, numberOf, oneOf, optional, parsed, textOf } from "./careful_json.ts";
import { STATE_NUMBERS } from "../numbers.ts";

export function planText(plan: Plan): string {
  return JSON.stringify(plan);
}

/**
 * The inverse of {@link planText}; members that are not known are passed over.
 *
 * @throws {RangeError} When it is no plan.
 */
export function planOf(text: string): Plan {
  const plan = members(parsed(text));
  return {
    answers: list(plan.answers, answerOf),
    steps: list(plan.steps, stepOf),
    services: list(plan.services, serviceOf),
    lacks: list(plan.lacks, lackOf),
    reloads: list(plan.reloads, reloadOf),
    end: oneOf(plan.end, ["whole", "waiting", "cut"]),
  };
}

function answerOf(value: unknown): PlannedAnswer {
  const { order, answer, faults } = members(value);
  return {
    order: textOf(order),
    answer: oneOf(answer, ["accepted", "already", "refused"]),
    faults: list(faults, textOf),
  };
}

function stepOf(value: unknown): PlannedStep {
  const { service, what, beginsMs, endsMs, usualMs, result, why, waitsFor } = members(value);
  return {
    service: textOf(service),
    what: oneOf(what, ["start", "stop"]),
    beginsMs: numberOf(beginsMs),
    endsMs: numberOf(endsMs),
    usualMs: optional(usualMs, numberOf),
    result: oneOf(result, ["done", "failed", "cancelled", "unfinished"]),
    why: optional(why, textOf),
    waitsFor: list(waitsFor, textOf),
  };
}

function serviceOf(value: unknown): PlannedService {
  const { name, before, after, isNamed, isLost } = members(value);
  return {
    name: textOf(name),
    before: stateOf(before),
    after: stateOf(after),
    isNamed: isNamed === true,
    isLost: isLost === true,
  };
}

function lackOf(value: unknown): PlannedLack {
  const { service, without } = members(value);
  return { service: textOf(service), without: textOf(without) };
}

function reloadOf(value: unknown): PlannedReload {
  const { service, changes } = members(value);
  return { service: textOf(service), changes: list(changes, changeOf) };
}

function changeOf(value: unknown): PlannedChange {
  const { setting, before, after } = members(value);
  return {
    setting: textOf(setting),
    before: optional(before, textOf),
    after: optional(after, textOf),
  };
}

function stateOf(value: unknown): ServiceState {
  return oneOf(value, STATE_NUMBERS);
}
