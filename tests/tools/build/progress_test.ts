import { assertEquals, assertRejects } from "../../assert.ts";
import { progressOn } from "../../../tools/build/progress.ts";

/** A screen whose seconds pass when the test says so. */
function screen(isTerminal: boolean) {
  const written: string[] = [];
  let tick: (() => void) | undefined;
  return {
    written,
    second: () => tick?.(),
    isTicking: () => tick !== undefined,
    isTerminal,
    write: (text: string) => void written.push(text),
    everySecond(action: () => void) {
      tick = action;
      return () => tick = undefined;
    },
  };
}

Deno.test("Progress shows on a terminal what has come, and leaves an empty line", async () => {
  const shown = screen(true);
  const result = await progressOn(shown).during("server", (received) => {
    shown.second();
    received(1_500_000, undefined);
    shown.second();
    received(3_000_000, 40_000_000);
    shown.second();
    return Promise.resolve(7);
  });
  assertEquals(result, 7);
  assertEquals(shown.written.map((text) => text.replace("\r\x1b[K", "<")), [
    "<  server: …",
    "<  server: 1 s",
    "<  server: 1.5 MB, 2 s",
    "<  server: 3.0 MB of 40.0 MB, 3 s",
    "<",
  ]);
  assertEquals(shown.isTicking(), false);
});

Deno.test("Progress ends its line when the work fails", async () => {
  const shown = screen(true);
  const work = () => Promise.reject(new Error("no"));
  await assertRejects(() => progressOn(shown).during("server", work), /no/);
  assertEquals(shown.written.at(-1), "\r\x1b[K");
  assertEquals(shown.isTicking(), false);
});

Deno.test("Progress writes nothing where nobody looks", async () => {
  const shown = screen(false);
  await progressOn(shown).during("server", () => Promise.resolve());
  assertEquals(shown.written, []);
});
