import { bytesText } from "../../../../ctl/render/text/byte_count.ts";
import { assertEquals } from "../../../assert.ts";

Deno.test("bytesText() takes the largest unit of which there is one", () => {
  const texts = [0, 999, 1000, 1536, 10_240, 1_048_575, 23_000_000, 3 * 2 ** 40].map(bytesText);
  assertEquals(texts, [
    ...["0 B", "999 B", "1.0 KiB", "1.5 KiB", "10 KiB", "1.0 MiB", "22 MiB", "3.0 TiB"],
  ]);
});
