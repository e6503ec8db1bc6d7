/** What would come of orders, for people. */
import type { Plan, PlannedReload, PlannedStep } from "../../../core/planned.ts";
import { durationText } from "../text/duration_text.ts";
import { type Printed, told } from "../text/printed.ts";

/** The lines of a plan. */
export function planLines(plan: Plan): Iterable<Printed> {
  const lines = [
    ...plan.answers.flatMap(({ order, answer, faults }) => answerLines(order, answer, faults)),
    ...plan.reloads.flatMap(reloadLines),
    ...stepLines(plan.steps),
    ...sumLines(plan),
  ];
  return (lines.length === 0 ? ["Nothing would change."] : lines).map((line) => told(line));
}

function answerLines(
  order: string,
  answer: Plan["answers"][number]["answer"],
  faults: readonly string[],
): readonly string[] {
  if (answer === "accepted") return [];
  if (answer === "already") return [`${order}: nothing to do`];
  const [first = "refused", ...others] = faults.flatMap((fault) => fault.split("\n"));
  return [`${order} would be refused: ${first}`, ...others.map((line) => `    ${line}`)];
}

function reloadLines({ service, changes }: PlannedReload): readonly string[] {
  if (changes.length === 0) return [`${service}: the description says the same as before`];
  return [
    `${service}: the description changes`,
    ...changes.map(({ setting, before, after }) =>
      before === undefined && after === undefined
        ? `    ${setting}`
        : `    ${setting}: ${before ?? "(none)"} -> ${after ?? "(none)"}`
    ),
  ];
}

/** When it begins, what, and why not sooner or not well. */
function stepLines(steps: readonly PlannedStep[]): readonly string[] {
  const times = steps.map(({ beginsMs }) => `+${durationText(beginsMs)}`);
  const names = steps.map(({ service }) => service);
  const timeWidth = widest(times);
  const nameWidth = widest(names);
  return steps.map((step, index) => {
    const time = (times[index] ?? "").padStart(timeWidth);
    const notes = notesOf(step);
    const name = notes === "" ? step.service : step.service.padEnd(nameWidth);
    return `${time}  ${step.what.padEnd(5)}  ${name}${notes === "" ? "" : `  ${notes}`}`;
  });
}

function notesOf({ result, why, usualMs, waitsFor, what }: PlannedStep): string {
  const notes: string[] = [];
  if (result === "failed") notes.push(`FAILS: ${why ?? "it cannot start"}`);
  if (result === "cancelled") notes.push("is broken off");
  if (result === "unfinished") notes.push("does not come to an end");
  if (usualMs !== undefined) notes.push(`takes about ${durationText(usualMs)}`);
  if (waitsFor.length > 0) {
    notes.push(`${what === "start" ? "waits for" : "after"} ${waitsFor.join(", ")}`);
  }
  return notes.join("; ");
}

function sumLines({ services, lacks, steps, end }: Plan): readonly string[] {
  const others = services.filter(({ isNamed }) => !isNamed).map(({ name }) => name);
  const lost = services.filter(({ isLost }) => isLost).map(({ name }) => name);
  const without = new Map<string, string[]>();
  for (const lack of lacks) {
    const names = without.get(lack.service) ?? [];
    without.set(lack.service, [...names, lack.without]);
  }
  const lastMs = Math.max(0, ...steps.map(({ endsMs }) => endsMs));
  return [
    ...others.length === 0 ? [] : [`Others that are touched: ${others.join(", ")}`],
    ...lost.length === 0 ? [] : [`Ordered by name once, and down then: ${lost.join(", ")}`],
    ...Array.from(without, ([name, names]) => `${name} goes on without ${names.join(", ")}`),
    ...lastMs > 0 ? [`In all about ${durationText(lastMs)}`] : [],
    ...end === "cut" ? ["There is no end to it: what comes later is left out"] : [],
  ];
}

function widest(texts: readonly string[]): number {
  return texts.reduce((width, text) => Math.max(width, text.length), 0);
}
