import { ControlOutput } from "../../../daemon/control/output.ts";
import { assertEquals, assertThrows } from "../../assert.ts";
import { STATUS } from "../../core/protocol/examples.ts";
import { toHex } from "../../transcripts/transcripts.ts";

function packet(byte: number, length: number): Uint8Array {
  return new Uint8Array(length).fill(byte);
}

Deno.test("ControlOutput gives packets one by one, and goes on where a write broke off", () => {
  for (let taken = 1; taken < 4; taken++) {
    const output = new ControlOutput();
    const parts: string[] = [];
    output.pushBlock(packet(1, 2));
    output.pushEvent(packet(2, 3));
    output.pushBlock(packet(3, 1));
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

Deno.test("ControlOutput queues replies as bytes, and none that cannot be written", () => {
  const output = new ControlOutput();
  output.pushReply({ kind: "ack" });
  const execFailure = { stage: 99, errno: 2 };
  const status = { ...STATUS, pid: 0, reason: "exec-failed", execFailure } as const;
  assertThrows(
    () => output.pushReply({ kind: "status", existed: false, form: 1, status }),
    /stage/,
  );
  output.pushReply({ kind: "version", minimum: 1, current: 7 });
  assertEquals(toHex(output.next() ?? packet(0, 0)), "32");
  output.written(1);
  assertEquals(toHex(output.next() ?? packet(0, 0)), "3a01000700");
  assertEquals(output.bytes, 5);
});

Deno.test("ControlOutput keeps packets in order while it is never empty", () => {
  const output = new ControlOutput();
  output.pushEvent(packet(0, 300));
  for (let index = 1; index < 200; index++) {
    output.pushEvent(packet(index, 300));
    assertEquals([output.next()?.length, output.next()?.[0]], [300, index - 1]);
    output.written(300);
    assertEquals(output.bytes, 300);
  }
  assertEquals((output.next()?.buffer.byteLength ?? Infinity) <= 4096, true, "and no more memory");
});
