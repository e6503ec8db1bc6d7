/**
 * Conditions of a start: what the machine has to be like for a service to be started, as data.
 *
 * What a kind asks for is told by the table in `kinds.ts`; whether it holds, by `judge.ts`, from
 * facts that others look up.
 */
import type { ConditionKind } from "./kinds.ts";

/** One question. */
export interface Condition {
  readonly kind: ConditionKind;
  /** What is asked for, in the form of the kind; "" for kinds that ask for nothing else. */
  readonly value: string;
  /** It holds where the question is answered with no. */
  readonly isNegated: boolean;
}

/** Alternatives: one that holds is enough. Never empty. */
export type ConditionGroup = readonly Condition[];

/** Whether a list of groups holds as a whole, and if not, the first group that does not. */
export type Verdict =
  | { readonly kind: "met" }
  /** `text`: the condition, or the alternatives, and what is known of why; for people. */
  | { readonly kind: "unmet"; readonly text: string };

/** As it is written in a description: `!path-exists /etc/web`. */
export function conditionText({ kind, value, isNegated }: Condition): string {
  return `${isNegated ? "!" : ""}${kind}${value === "" ? "" : ` ${value}`}`;
}

/** A group for people: its alternatives, with "or" between them. */
export function groupText(group: ConditionGroup): string {
  return group.map(conditionText).join(" or ");
}
