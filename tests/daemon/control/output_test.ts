import { ControlOutput } from "../../../daemon/control_output.ts";
import { assertEquals } from "../../assert.ts";
import { toHex } from "../../transcripts/transcripts.ts";

/** Every write that a client which takes all gets, as hexadecimal digits. */
function writes(output: ControlOutput): string[] {
  const all: string[] = [];
  for (let bytes = output.next(); bytes !== undefined; bytes = output.next()) {
    all.push(toHex(bytes));
    output.written(bytes.length);
  }
  return all;
}

function packet(byte: number, length: number): Uint8Array {
  return new Uint8Array(length).fill(byte);
}

Deno.test("ControlOutput gives entries together, replies and events each by itself", () => {
  const output = new ControlOutput();
  output.pushReply(packet(1, 2));
  output.pushReply(packet(2, 1), "entry");
  output.pushReply(packet(3, 2), "entry");
  output.pushReply(packet(4, 1));
  output.pushEvent(packet(5, 1));
  output.pushReply(packet(6, 1), "entry");
  output.pushEvent(packet(7, 1));
  assertEquals(output.bytes, 9);
  assertEquals(writes(output), ["0101", "020303", "04", "05", "06", "07"]);
  assertEquals(output.isEmpty, true);
});

Deno.test("ControlOutput divides no entry of a list, and gives at most 4096 bytes", () => {
  const output = new ControlOutput();
  for (let index = 0; index < 300; index++) output.pushReply(packet(index & 255, 30), "entry");
  output.pushReply(packet(1, 5000), "entry");
  const lengths = writes(output).map((digits) => digits.length / 2);
  assertEquals(lengths, [4080, 4080, 840, 5000]);
});

Deno.test("ControlOutput goes on where a write broke off, in the middle of any entry", () => {
  for (let taken = 1; taken < 6; taken++) {
    const output = new ControlOutput();
    const parts: string[] = [];
    for (const byte of [1, 2, 3]) output.pushReply(packet(byte, 2), "entry");
    for (let bytes = output.next(); bytes !== undefined; bytes = output.next()) {
      const count = Math.min(taken, bytes.length);
      parts.push(toHex(bytes.subarray(0, count)));
      output.written(count);
      assertEquals(output.bytes, 6 - parts.join("").length / 2);
    }
    assertEquals(parts.join(""), "010102020303", `${taken} bytes at a time`);
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
