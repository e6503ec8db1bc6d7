import { encodeText } from "../../../core/text/byte_text.ts";
import { assert, assertEquals } from "../../assert.ts";
import { surroundings, testNeeding } from "../../skip.ts";
import { platform } from "./children.ts";

const ON_LINUX = [surroundings("Linux", Deno.build.os === "linux")];

testNeeding("peek() goes on behind what was peeked, and a read takes away", ON_LINUX, () => {
  const { exactStreams } = platform;
  assert(exactStreams !== undefined, "Linux has them");
  const pair = platform.socketPair();
  assert(pair.kind === "pair", "there is a pair");
  const { near, far } = pair;
  const buffer = new Uint8Array(100);
  const text = (count: unknown) => new TextDecoder().decode(buffer.subarray(0, Number(count)));
  assertEquals(exactStreams.peekedBytes(near), 0);
  assertEquals(exactStreams.begin(near), undefined);
  assertEquals(exactStreams.peek(near, buffer), "again");
  platform.write(far, encodeText("one "));
  platform.write(far, encodeText("two"));
  assertEquals(text(exactStreams.peek(near, buffer)), "one two");
  assertEquals(exactStreams.peek(near, buffer), "again");
  platform.write(far, encodeText(" three"));
  assertEquals(exactStreams.peekedBytes(near), 7);
  assertEquals(text(platform.read(near, buffer.subarray(0, 7))), "one two");
  assertEquals(exactStreams.peekedBytes(near), 0);
  assertEquals(text(exactStreams.peek(near, buffer)), " three");
  assertEquals(exactStreams.begin(near), undefined);
  assertEquals(text(exactStreams.peek(near, buffer)), " three");
  platform.close(far);
  assertEquals(exactStreams.peek(near, buffer), 0);
  platform.close(near);
});

testNeeding("move() moves what a pipe has, as far as the socket takes it", ON_LINUX, () => {
  const { exactStreams } = platform;
  assert(exactStreams !== undefined, "Linux has them");
  const [pair, pipe] = [platform.socketPair(), platform.pipe()];
  assert(pair.kind === "pair" && pipe.kind === "pipe", "there are both");
  const { near, far } = pair;
  const { readEnd, writeEnd } = pipe;
  const buffer = new Uint8Array(65_536);
  assertEquals(exactStreams.move(readEnd, near, 7), "again");
  platform.write(writeEnd, encodeText("one "));
  platform.write(writeEnd, encodeText("two"));
  assertEquals(exactStreams.move(readEnd, near, 7), 7);
  assertEquals([platform.waitingBytes(readEnd), platform.read(far, buffer)], [0, 7]);
  assertEquals(new TextDecoder().decode(buffer.subarray(0, 7)), "one two");
  let total = 0;
  for (let count: unknown = 0; count !== "again";) {
    if (platform.waitingBytes(readEnd) === 0) platform.write(writeEnd, buffer.subarray(0, 4000));
    count = exactStreams.move(readEnd, near, 4000);
    if (typeof count === "number") total += count;
    assert(typeof count === "number" || count === "again", "no failure");
  }
  let got = 0;
  for (let count = platform.read(far, buffer); typeof count === "number";) {
    got += count;
    count = platform.read(far, buffer);
  }
  assertEquals(got, total);
  platform.close(far);
  const moved = exactStreams.move(readEnd, near, 4000);
  assert(typeof moved === "object" && moved.call === "splice", "nobody reads");
  for (const end of [near, readEnd, writeEnd]) platform.close(end);
});
