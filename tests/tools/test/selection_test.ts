import { assertEquals } from "../../assert.ts";
import { selectTests } from "../../../tools/test/selection.ts";

Deno.test("selectTests() without paths takes all, serial folders apart", () => {
  assertEquals(selectTests([]), {
    parallel: ["tests"],
    serial: ["tests/platform", "tests/system", "tests/vm"],
  });
});

Deno.test("selectTests() of an ordinary folder makes no serial run", () => {
  assertEquals(selectTests(["tests/core"]), { parallel: ["tests/core"], serial: [] });
});

Deno.test("selectTests() of a file in a serial folder makes no parallel run", () => {
  const file = "tests/vm/boot_test.ts";
  assertEquals(selectTests([file]), { parallel: [], serial: [file] });
});

Deno.test("selectTests() does not take a folder for serial by the start of its name", () => {
  assertEquals(selectTests(["tests/vm_images"]), { parallel: ["tests/vm_images"], serial: [] });
});
