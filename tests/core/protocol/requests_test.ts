import { encodeRequest, handle, readRequest } from "../../../core/protocol/mod.ts";
import { REQUESTS } from "../../../core/protocol/requests.ts";
import type { ServiceName } from "../../../core/types.ts";
import { assertEquals, assertThrows } from "../../assert.ts";
import { fromHex, toHex } from "../../transcripts/transcripts.ts";
import { REQUEST_EXAMPLES } from "./examples.ts";

Deno.test("every row of requests has an example of its bytes", () => {
  assertEquals(new Set(REQUEST_EXAMPLES.map(([{ kind }]) => kind)), new Set(Object.keys(REQUESTS)));
});

Deno.test("encodeRequest() and readRequest() agree on the bytes of every request", () => {
  for (const [request, digits] of REQUEST_EXAMPLES) {
    assertEquals(toHex(encodeRequest(request)), digits);
    assertEquals(readRequest(fromHex(digits + "ff")), {
      kind: "request",
      request,
      length: digits.length / 2,
    });
  }
});

Deno.test("readRequest() asks for more until a request is complete", () => {
  for (const [, digits] of REQUEST_EXAMPLES) {
    const bytes = fromHex(digits);
    for (let length = 0; length < bytes.length; length++) {
      assertEquals(readRequest(bytes.subarray(0, length)), { kind: "need-more" });
    }
  }
});

Deno.test("readRequest() calls bad what the server must not go on after", () => {
  const bad = [
    ["1e", "Unknown request 30"],
    ["ff", "Unknown request 255"],
    ["0a00", "Unknown shutdown type 0"],
    ["0a07", "Unknown shutdown type 7"],
    ["02000000", "Text of 0 bytes: allowed are 1 to 1021"],
    ["02fe0361", "Text of 1022 bytes: allowed are 1 to 1021"],
    ["0202002e78", 'Service name begins with "."'],
    ["0202004078", 'Service name begins with "@"'],
    ["1102003d78", "Environment text has no name"],
    ["110300410042", "Environment text has a NUL byte"],
    ["1801", "Spare byte is not 0"],
    ["0b010000000001000000", "Dependency type 1 is not for requests"],
    ["1d060000000001000000", "Dependency type 6 is not for requests"],
  ] as const;
  for (const [digits, why] of bad) {
    assertEquals(readRequest(fromHex(digits)), { kind: "bad", why });
  }
});

Deno.test("readRequest() sees an empty text only with the fourth byte", () => {
  assertEquals(readRequest(fromHex("110000")), { kind: "need-more" });
});

Deno.test("readRequest() refuses a directory query with a spare byte set", () => {
  assertEquals(readRequest(fromHex("160100000000")), { kind: "refused", length: 6 });
});

Deno.test("readRequest() ignores flag bits that have no meaning", () => {
  assertEquals(readRequest(fromHex("037800000000")), {
    kind: "request",
    request: { kind: "start", handle: handle(0), pin: false, preack: false },
    length: 6,
  });
});

Deno.test("encodeRequest() refuses texts that do not fit", () => {
  assertEquals(encodeRequest({ kind: "load", name: "x".repeat(1021) }).length, 1024);
  assertThrows(
    () => encodeRequest({ kind: "load", name: "x".repeat(1022) }),
    /Text of 1022 bytes cannot be sent: allowed are 1 to 1021/,
  );
  assertThrows(() => encodeRequest({ kind: "find", name: "" }), /Text of 0 bytes/);
});

Deno.test("a request that is longer than the server's room is neither written nor waited for", () => {
  const order = { kind: "plan-order", verb: "start", pin: false, force: false } as const;
  const longest = encodeRequest({ ...order, name: "x".repeat(1018) as ServiceName });
  assertEquals(longest.length, 1024);
  const why = "Request of 1025 bytes: allowed are 1024";
  assertThrows(() => encodeRequest({ ...order, name: "x".repeat(1019) as ServiceName }), /1025/);
  const longer = longest.slice();
  longer[4] = (longer[4] ?? 0) + 1;
  assertEquals(readRequest(longer), { kind: "bad", why });
});
