import { ByteQueue } from "../../../../core/protocol/layout/byte_queue.ts";
import { assertEquals } from "../../../assert.ts";

Deno.test("ByteQueue keeps bytes in order over any pattern of pushes and takes", () => {
  const queue = new ByteQueue();
  let pushed = 0;
  let taken = 0;
  for (let round = 0; round < 3000; round++) {
    // Sizes that grow beyond the first buffer and fall back to nothing, again and again.
    const size = (round * 37) % 300;
    queue.push(Uint8Array.from({ length: size }, () => pushed++ & 0xff));
    const count = round % 100 === 99
      ? pushed - taken
      : Math.min((round * 31) % 280, pushed - taken);
    for (let at = 0; at < count; at++) assertEquals(queue.bytes[at], taken++ & 0xff);
    queue.take(count);
    assertEquals(queue.bytes.length, pushed - taken);
  }
});
