/**
 * Every fault of `tools/mutation/mutations.ts` has its place in the sources, exactly once: a change of
 * the scheduler that moves it shows here, not only when somebody runs `deno task mutate`.
 */
import { MUTATIONS } from "../../tools/mutation/mutations.ts";
import { assertEquals } from "../assert.ts";

const ROOT = new URL("../../", import.meta.url);

for (const { name, file, from } of MUTATIONS) {
  Deno.test(`the fault "${name}" can be planted in ${file}`, () => {
    const text = Deno.readTextFileSync(new URL(file, ROOT));
    assertEquals(text.split(from).length, 2);
  });
}
