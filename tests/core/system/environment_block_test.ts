import { parseEnvironmentBlock } from "../../../core/system/environment_block.ts";
import { assertEquals } from "../../assert.ts";

Deno.test("parseEnvironmentBlock() keeps the order and the first of two values", () => {
  assertEquals([...parseEnvironmentBlock("PATH=/bin\0HOME=/root\0A=b=c\0EMPTY=\0PATH=/sbin\0")], [
    ["PATH", "/bin"],
    ["HOME", "/root"],
    ["A", "b=c"],
    ["EMPTY", ""],
  ]);
});

Deno.test("parseEnvironmentBlock() leaves out what is no variable", () => {
  assertEquals([...parseEnvironmentBlock("noise\0=x\0A=1\0")], [["A", "1"]]);
  assertEquals([...parseEnvironmentBlock("")], []);
});
