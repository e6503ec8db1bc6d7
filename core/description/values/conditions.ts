/**
 * The reader of `conditions` and `assertions`: a list of texts that all have to hold; a list within
 * it is of alternatives.
 */
import { once } from "../../once.ts";
import type { Condition, ConditionGroup } from "../../conditions/condition.ts";
import { type ConditionKind, conditionWords, kindRow } from "../../conditions/kinds.ts";
import { quote, quoteList } from "../contract/problem.ts";
import { didYouMean } from "../text/near_miss.ts";
import { elements, readText } from "./basic.ts";
import type { FaultOptions, Value, ValueScope } from "./value.ts";

/** More than anybody needs; each may ask the disk. */
const MOST_CONDITIONS = 64;

const text = once(() => ({ type: "string", pattern: `^!?(${conditionWords().join("|")})( .+)?$` }));

/** `["path-exists /etc/web", ["!virtualization container", "environment FORCE"]]`. */
export const conditions = once((): Value<readonly ConditionGroup[]> => ({
  name: "list of conditions",
  native: "words",
  schema: {
    type: "array",
    items: { oneOf: [text(), { type: "array", items: text(), minItems: 1 }] },
    maxItems: MOST_CONDITIONS,
  },
  read(raw, scope) {
    const found: ConditionGroup[] = [];
    let isFaulty = !Array.isArray(raw);
    let count = 0;
    for (const [part, item] of elements(raw, scope)) {
      const group = Array.isArray(item)
        ? readAlternatives(item, scope, part)
        : alone(readCondition(item, scope, { part }));
      count += group?.length ?? 0;
      if (group === undefined) isFaulty = true;
      else found.push(group);
    }
    if (count > MOST_CONDITIONS) {
      return scope.fail(`there are ${count}, and ${MOST_CONDITIONS} are allowed`);
    }
    return isFaulty ? undefined : found;
  },
}));

function alone(condition: Condition | undefined): ConditionGroup | undefined {
  return condition === undefined ? undefined : [condition];
}

function readAlternatives(
  items: readonly unknown[],
  scope: ValueScope,
  part: number,
): ConditionGroup | undefined {
  if (items.length === 0) return scope.fail("a list of alternatives is empty", { part });
  const found = items.map((item, inner) => readCondition(item, scope, { part, inner }));
  const good = found.filter((condition) => condition !== undefined);
  return good.length === found.length ? good : undefined;
}

function readCondition(
  item: unknown,
  scope: ValueScope,
  place: FaultOptions & { readonly part: number },
): Condition | undefined {
  const fail = (why: string, options: FaultOptions = {}) =>
    scope.fail(why, { ...place, ...options });
  const written = readText(item, { ...scope, fail }, place.part);
  if (written === undefined) return undefined;
  const text = scope.substitute(written, place.part);
  if (text === undefined) return undefined;
  const [, mark = "", word = "", value = ""] = /^(!?)([^ ]*) *(.*?) *$/s.exec(text) ?? [];
  const row = kindRow(word);
  if (row === undefined) {
    const hint = wordHint(word) ?? didYouMean(word, conditionWords());
    return fail(`there is no condition ${quote(word)}`, { hint });
  }
  if (row.value === undefined && value !== "") return fail(`nothing comes after ${word}`);
  if (row.value !== undefined && value === "") {
    return fail("what it asks for is missing", { hint: `Write "${mark}${word} ${row.value}"` });
  }
  const fault = row.fault?.(value);
  if (fault !== undefined) {
    const { why, words } = fault;
    const allowed = words !== undefined && words.length <= 12 ? `: ${quoteList(words)}` : "";
    return fail(`${why}${allowed}`, { hint: words && didYouMean(value, words) });
  }
  return { kind: word as ConditionKind, value, isNegated: mark === "!" };
}

/** For those who write it as systemd does. */
function wordHint(word: string): string | undefined {
  if (word.startsWith("|")) return 'Alternatives are a list within the list: [["…", "…"]]';
  const bare = word.replace(/^(Condition|Assert)/, "").replace(/=.*$/s, "");
  if (bare === word && !/^[A-Z]/.test(word)) {
    return word.includes("=") ? "A blank comes after the word" : undefined;
  }
  const plain = bare.replace(/([a-z])([A-Z])/g, "$1-$2").toLowerCase();
  return kindRow(plain) === undefined ? undefined : `Write "${plain} …"`;
}
