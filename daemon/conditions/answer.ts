/** Whether a service's conditions and assertions hold, as the scheduler wants it answered. */
import { type ConditionFacts, judge } from "../../core/conditions/judge.ts";
import type { ServiceDescription } from "../../core/description/mod.ts";
import type { CheckVerdict } from "../../core/event.ts";

/** Assertions are asked only where all conditions hold. */
export function verdictOn(
  { conditions, assertions }: Pick<ServiceDescription, "conditions" | "assertions">,
  facts: ConditionFacts,
): CheckVerdict {
  const condition = judge(conditions, facts);
  if (condition.kind === "unmet") return { kind: "skip", text: condition.text };
  const assertion = judge(assertions, facts);
  if (assertion.kind === "unmet") return { kind: "fail", text: assertion.text };
  return { kind: "met" };
}
