import { ControlOutput } from "../../../daemon/control/output.ts";
import { assertEquals } from "../../assert.ts";
import { toHex } from "../../transcripts/transcripts.ts";

function packet(byte: number, length: number): Uint8Array {
  return new Uint8Array(length).fill(byte);
}

Deno.test("ControlOutput gives packets one by one, and goes on where a write broke off", () => {
  for (let taken = 1; taken < 4; taken++) {
    const output = new ControlOutput();
    const parts: string[] = [];
    output.pushReply(packet(1, 2));
    output.pushEvent(packet(2, 3));
    output.pushReply(packet(3, 1));
    for (let bytes = output.next(); bytes !== undefined; bytes = output.next()) {
      assertEquals(new Set(bytes).size, 1, "one packet");
      const count = Math.min(taken, bytes.length);
      parts.push(toHex(bytes.subarray(0, count)));
      output.written(count);
      assertEquals(output.bytes, 6 - parts.join("").length / 2);
    }
    assertEquals(parts.join(""), "010102020203", `${taken} bytes at a time`);
    assertEquals(output.isEmpty, true);
  }
});

Deno.test("ControlOutput counts events out when they are written, and takes new ones then", () => {
  const output = new ControlOutput();
  const large = packet(9, 400_000);
  assertEquals([output.pushEvent(large), output.pushEvent(large)], [true, true]);
  assertEquals(output.pushEvent(large), false);
  output.written(output.next()?.length ?? 0);
  assertEquals(output.pushEvent(large), true);
  output.clear();
  assertEquals([output.bytes, output.next()], [0, undefined]);
  assertEquals([output.pushEvent(large), output.pushEvent(large)], [true, true]);
});
