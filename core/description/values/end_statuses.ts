/** Reader for lists of ways in which a process can end. */
import { ENDING_SIGNALS, type EndStatus } from "../../system/end_statuses.ts";
import { quoteList } from "../contract/problem.ts";
import { didYouMean } from "../text/near_miss.ts";
import { elements } from "./basic.ts";
import { show, type Value, type ValueScope } from "./value.ts";

/** Exit statuses and names of signals: `[1, 143, "TERM"]`; each once. */
export const endStatuses: Value<readonly EndStatus[]> = {
  name: "list of exit statuses and signals",
  native: "words",
  schema: {
    type: "array",
    items: {
      oneOf: [
        { type: "integer", minimum: 0, maximum: 255 },
        { type: "string", pattern: "^[0-9]{1,3}-[0-9]{1,3}$" },
        { enum: ENDING_SIGNALS },
      ],
    },
    uniqueItems: true,
  },
  read(raw, scope) {
    if (!Array.isArray(raw)) {
      return scope.fail('a list in brackets is needed: [1, "TERM"]');
    }
    const found: EndStatus[] = [];
    let isFaulty = false;
    for (const [index, item] of elements(raw, scope)) {
      const status = readStatus(item, scope, index);
      if (status === undefined) isFaulty = true;
      else if (!found.includes(status)) found.push(status);
    }
    return isFaulty ? undefined : found;
  },
};

function readStatus(item: unknown, scope: ValueScope, part: number): EndStatus | undefined {
  if (typeof item === "number") {
    if (Number.isInteger(item) && item >= 0 && item <= 255) return item;
    return scope.fail("an exit status is a whole number from 0 to 255", { part });
  }
  const range = typeof item === "string" ? /^([0-9]{1,3})-([0-9]{1,3})$/.exec(item) : null;
  if (range !== null) {
    const [first, last] = [Number(range[1]), Number(range[2])];
    if (first < last && last <= 255) return `${first}-${last}`;
    return scope.fail("a range is of exit statuses, the lower one first", { part });
  }
  const signal = ENDING_SIGNALS.find((candidate) => candidate === item);
  if (signal !== undefined) return signal;
  if (typeof item !== "string") {
    return scope.fail(`${show(item)} is neither an exit status nor the name of a signal`, { part });
  }
  return scope.fail(`allowed are 0 to 255, ranges ("1-9"), ${quoteList(ENDING_SIGNALS)}`, {
    part,
    hint: statusHint(item),
  });
}

function statusHint(item: string): string | undefined {
  if (/^[0-9]{1,3}$/.test(item)) return `Write ${Number(item)}, without quotes`;
  const bare = item.toUpperCase().replace(/^SIG/, "");
  const meant = ENDING_SIGNALS.find((candidate) => candidate === bare);
  return meant === undefined ? didYouMean(bare, ENDING_SIGNALS) : `Write "${meant}"`;
}
