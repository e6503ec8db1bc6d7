/** Goals as lines at a run's end, and as a table. */
import { type GoalOutcome, isReached } from "../goals.ts";
import { alignedTable } from "./aligned_table.ts";
import { formatValue } from "./results.ts";

/** One line a goal that was measured. */
export function goalLines(outcomes: readonly GoalOutcome[]): readonly string[] {
  return outcomes.flatMap((outcome) => {
    const { name, against, unit, limit, value } = outcome;
    if (value === undefined) return [];
    const word = isReached(outcome) ? "reached    " : "NOT reached";
    const by = against === "itself" ? "" : `, to ${against}`;
    const values = `${formatValue(value)} ${unit} (at most ${formatValue(limit)})`;
    return [`${word}  ${name}${by}: ${values}`];
  });
}

/** All goals, those that were not measured as well. */
export function goalTable(outcomes: readonly GoalOutcome[]): string {
  const header = ["Goal", "Measured by", "At most", "Here", "Reached"];
  const lines = outcomes.map((outcome) => {
    const { name, against, unit, limit, value } = outcome;
    const here = value === undefined ? "not measured" : `${formatValue(value)} ${unit}`;
    const answer = { true: "yes", false: "no", undefined: "" }[String(isReached(outcome))] ?? "";
    return [name, against, `${formatValue(limit)} ${unit}`, here, answer];
  });
  return alignedTable([header, ...lines], 2);
}
