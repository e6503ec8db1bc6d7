import { ORDER_FIELD } from "../../../core/program/client_pipe.ts";
import { readOrder } from "../../../daemon/clients/order.ts";
import { encodeOrder } from "../../pipe_client.ts";
import { assert, assertEquals } from "../../assert.ts";
import { randomSource } from "../control/random_requests.ts";

const BYTES = encodeOrder(["dinitctl", "status", "\udcff"], {
  variables: { TZ: "UTC", TERM: "a=b", EMPTY: "" },
  ...{ isTerminal: true, columns: 80, userId: 7, directory: "/home" },
});

Deno.test("readOrder() gives words, variables and terminal, and leaves what follows", () => {
  const reading = readOrder(Uint8Array.of(...BYTES, 1, 2));
  assertEquals(reading, {
    kind: "order",
    length: BYTES.length,
    order: {
      isOutTerminal: true,
      userId: 7,
      words: ["dinitctl", "status", "\udcff"],
      variables: new Map([["TZ", "UTC"], ["TERM", "a=b"], ["EMPTY", ""]]),
    },
  });
});

Deno.test("readOrder() waits for every byte of an order", () => {
  for (let length = 0; length < BYTES.length; length++) {
    assertEquals(readOrder(BYTES.subarray(0, length)), { kind: "need-more" }, `${length}`);
  }
});

Deno.test("readOrder() refuses numbers of texts that are not there, no words, and a length beyond the limit", () => {
  const refused = (change: (view: DataView) => void) => {
    const bytes = BYTES.slice();
    change(new DataView(bytes.buffer));
    assertEquals(readOrder(bytes), { kind: "bad" });
  };
  refused((view) => view.setUint8(0, 201));
  refused((view) => view.setUint16(ORDER_FIELD.length, 4094, true));
  refused((view) => view.setUint16(ORDER_FIELD.length, 30, true));
  refused((view) => view.setUint32(ORDER_FIELD.wordCount, 2, true));
  refused((view) => view.setUint32(ORDER_FIELD.wordCount, 0xffff_ffff, true));
  refused((view) => view.setUint32(ORDER_FIELD.variableCount, 4, true));
  refused((view) => view.setUint8(ORDER_FIELD.identity, 0));
  refused((view) => view.setUint8(view.byteLength - 1, 65));
  assertEquals(readOrder(encodeOrder([])), { kind: "bad" });
  assertEquals(readOrder(encodeOrder(["dinitctl"], { variables: { "": "x" } })), { kind: "bad" });
});

Deno.test("readOrder() takes the first variable of a name, as getenv does", () => {
  const [head, tail] = ["A=1\0A=2\0B=3\0", new TextEncoder()];
  const bytes = encodeOrder(["x"], { variables: { A: "1", C: "2", B: "3" } });
  const at = bytes.length - head.length;
  bytes.set(tail.encode(head), at);
  const reading = readOrder(bytes);
  assert(reading.kind === "order");
  assertEquals([...reading.order.variables], [["A", "1"], ["B", "3"]]);
});

Deno.test("readOrder() never throws, whatever the bytes are", () => {
  const random = randomSource(5);
  for (let turn = 0; turn < 20_000; turn++) {
    const bytes = BYTES.slice(0, random(BYTES.length + 1));
    for (let change = random(4); change > 0; change--) {
      bytes[random(bytes.length + 1)] = random(256);
    }
    const reading = readOrder(bytes);
    if (reading.kind === "order") assert(reading.length <= bytes.length);
  }
});
