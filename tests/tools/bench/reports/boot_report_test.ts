import { bootId } from "../../../../tools/bench/boot/figures.ts";
import { bootPage } from "../../../../tools/bench/reports/boot_report.ts";
import { assert, assertEquals, assertIncludes } from "../../../assert.ts";

Deno.test("bootPage() puts the inits side by side, and leaves out what nobody has", () => {
  const page = bootPage(
    new Map([
      [bootId("ours", "instructions"), 9000],
      [bootId("systemd", "instructions"), 18_000],
    ]),
  );
  assert(page !== undefined);
  assertEquals(page.text.split("\n").length, 3);
  assertIncludes(page.text, "18,000");
  assertIncludes(page.chart, 'width="400"');
  assertIncludes(page.chart, 'width="200"');
  assertEquals(bootPage(new Map()), undefined);
});
