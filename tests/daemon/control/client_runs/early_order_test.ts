import { ORDER_LIMIT_BYTES } from "../../../../core/program/client_pipe.ts";
import { EarlyOrder } from "../../../../daemon/control/client_runs/early_order.ts";
import { ALL_RIGHTS } from "../../../../core/protocol/mod.ts";
import { Peer } from "../../../../daemon/control/peer.ts";
import { FakeSockets } from "../fake_sockets.ts";
import { assertEquals } from "../../../assert.ts";

const PEER = new Peer({
  ...{ platform: new FakeSockets(), uid: 7, pid: 1 },
  ...{ rights: ALL_RIGHTS, isGuest: false },
});

Deno.test("EarlyOrder keeps what came, at most as much as an order can have", () => {
  const order = new EarlyOrder(PEER);
  const pieces = Uint8Array.of(1, 2, 3);
  order.receive(pieces.subarray(0, 2));
  order.receive(pieces.subarray(2));
  pieces.fill(0);
  assertEquals([order.peer, [...order.bytes]], [PEER, [1, 2, 3]]);
  assertEquals(order.inputRoomBytes, ORDER_LIMIT_BYTES - 3);
  order.receive(new Uint8Array(ORDER_LIMIT_BYTES));
  // The client's end is to be seen.
  assertEquals([order.bytes.length, order.inputRoomBytes], [ORDER_LIMIT_BYTES, 1]);
  order.receive(pieces.subarray(0, 1));
  assertEquals(order.bytes.length, ORDER_LIMIT_BYTES);
});
