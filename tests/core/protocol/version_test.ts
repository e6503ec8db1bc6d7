import { checkVersion, requestSince } from "../../../core/protocol/mod.ts";
import { assertEquals } from "../../assert.ts";

Deno.test("requestSince() gives the version that brought a request", () => {
  assertEquals(requestSince("query-version"), 1);
  assertEquals(requestSince("status"), 1);
  assertEquals(requestSince("set-trigger"), 2);
  assertEquals(requestSince("signal"), 2);
  assertEquals(requestSince("query-description-directory"), 3);
  assertEquals(requestSince("close-handle"), 4);
  assertEquals(requestSince("list-environment"), 4);
  assertEquals(requestSince("list-5"), 5);
  assertEquals(requestSince("listen-environment"), 5);
  assertEquals(requestSince("status-6"), 6);
  assertEquals(requestSince("enable-7"), 7);
});

Deno.test("checkVersion() accepts a server whose range meets ours, newer ones too", () => {
  assertEquals(checkVersion({ minimum: 1, current: 6 }), "fits");
  assertEquals(checkVersion({ minimum: 7, current: 12 }), "fits");
  assertEquals(checkVersion({ minimum: 8, current: 12 }), "client-too-old");
  assertEquals(checkVersion({ minimum: 0, current: 0 }), "server-too-old");
});
