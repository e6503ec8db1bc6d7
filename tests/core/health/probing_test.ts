/** When a probe is due, and how many answers make a verdict: examples, and random answers. */
import { askNow, beginProbing, judge, type Probing, probingDue } from "../../../core/health/mod.ts";
import type { Instant } from "../../../core/types.ts";
import { seededRandom } from "../../../tools/simulation/random.ts";
import { assert, assertEquals } from "../../assert.ts";

const TIMES = { delayMs: 500, intervalMs: 1000, timeoutMs: 300, successes: 2, failures: 3 };

function at(ms: number): Instant {
  return ms as Instant;
}

/** Answers each a moment after it was asked. @returns The verdicts. */
function verdicts(answers: readonly boolean[], times = TIMES): readonly (string | undefined)[] {
  let probing = beginProbing(times, at(0));
  return answers.map((isGood) => {
    const now = probingDue(probing, times);
    const judged = judge(askNow(probing, now), times, { isGood, now });
    probing = judged.probing;
    return judged.verdict;
  });
}

Deno.test("the first try comes after the delay, an answer has the timeout, the next the interval", () => {
  const begun = beginProbing(TIMES, at(10_000));
  assertEquals(probingDue(begun, TIMES), at(10_500));
  const asking = askNow(begun, at(10_510));
  assertEquals(probingDue(asking, TIMES), at(10_810));
  const { probing } = judge(asking, TIMES, { isGood: true, now: at(10_600) });
  assertEquals(probingDue(probing, TIMES), at(11_510));
});

Deno.test("a try that takes longer than the interval is followed at once, never overtaken", () => {
  const times = { ...TIMES, timeoutMs: 5000 };
  const asking = askNow(beginProbing(times, at(0)), at(500));
  const { probing } = judge(asking, times, { isGood: false, now: at(5500) });
  assertEquals(probingDue(probing, times), at(5500));
});

Deno.test("a verdict needs as many answers in a row as is said, and is given once", () => {
  assertEquals(verdicts([true, true, true]), [undefined, "good", undefined]);
  assertEquals(verdicts([true, false, true, true]), [undefined, undefined, undefined, "good"]);
  const turned = verdicts([true, true, false, false, true, false, false, false, false, true, true]);
  assertEquals(turned.map((verdict) => verdict ?? "-").join(" "), "- good - - - - - bad - - good");
});

Deno.test("without a threshold for failures there is no bad verdict", () => {
  const failures = verdicts(Array<boolean>(50).fill(false), { ...TIMES, failures: 0 });
  assert(failures.every((verdict) => verdict === undefined));
});

Deno.test("random answers keep the invariants of a probe", () => {
  for (let seed = 0; seed < 300; seed++) {
    const random = seededRandom(seed);
    const times = {
      delayMs: random.below(3000),
      intervalMs: 100 + random.below(3000),
      timeoutMs: 1 + random.below(5000),
      successes: 1 + random.below(4),
      failures: random.below(4),
    };
    let probing: Probing = beginProbing(times, at(0));
    let now = 0;
    let row: boolean[] = [];
    let last: string | undefined;
    for (let step = 0; step < 60; step++) {
      const due = probingDue(probing, times);
      assert(due >= now, `seed ${seed}: due at ${due}, it is ${now}`);
      now = due + random.below(50);
      const began = now;
      probing = askNow(probing, at(now));
      now += random.below(times.timeoutMs + 1);
      const isGood = random.chance(0.5);
      const judged = judge(probing, times, { isGood, now: at(now) });
      probing = judged.probing;
      assert(probingDue(probing, times) >= Math.max(now, began + times.intervalMs) - 1e-9);
      row = row.at(-1) === isGood ? [...row, isGood] : [isGood];
      const needed = isGood ? times.successes : times.failures;
      const expected = needed > 0 && row.length >= needed ? (isGood ? "good" : "bad") : undefined;
      assertEquals(judged.verdict, expected === last ? undefined : expected, `seed ${seed}`);
      last = expected ?? last;
    }
  }
});
