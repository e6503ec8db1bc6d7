import { assertEquals, assertRejects } from "../assert.ts";
import { limitPassed, until, within } from "../../tools/limit.ts";
import { slownessOf } from "../../tools/slowness.ts";

const never = new Promise<never>(() => {});

Deno.test("within() gives what came in time and asks nothing of the machine", async () => {
  let measured = 0;
  const measure = () => ++measured;
  assertEquals(await within(60_000, "It", Promise.resolve(7), measure), 7);
  assertEquals(measured, 0);
});

Deno.test("within() stretches the limit by how slow the machine is, and says what was waited for", async () => {
  await assertRejects(() => within(2, "The start", never, () => 3), /The start took over 6 ms/);
});

Deno.test("within() passes on what the promise fails with", async () => {
  await assertRejects(() => within(60_000, "It", Promise.reject(new Error("no"))), /^Error: no$/);
});

Deno.test("until() asks again until the answer is yes", async () => {
  let asked = 0;
  await until(60_000, "It", () => Promise.resolve(++asked === 3));
  assertEquals(asked, 3);
});

Deno.test("until() gives up at the stretched limit", async () => {
  await assertRejects(() => until(2, "The end", () => false, () => 2), /The end took over 4 ms/);
});

Deno.test("limitPassed() leaves no timer behind once it is called off", async () => {
  const over = new AbortController();
  limitPassed(60_000, over.signal, () => 1);
  over.abort();
  await Promise.resolve();
});

Deno.test("slownessOf() is 1 on a quick machine, and bounded", () => {
  assertEquals([0.2, 1, 7, 1000].map(slownessOf), [1, 1, 7, 20]);
});
