import { encodeRequest, handle, readRequest, type Request } from "../../../core/protocol/mod.ts";
import { REQUESTS } from "../../../core/protocol/requests.ts";
import { assertEquals, assertThrows } from "../../assert.ts";
import { fromHex, toHex } from "../../transcripts/transcripts.ts";

const service = handle(0x01020304);
const other = handle(5);

/** Every request with its bytes. */
const EXAMPLES: readonly (readonly [Request, string])[] = [
  [{ kind: "query-version" }, "00"],
  [{ kind: "find", name: "p" }, "01010070"],
  [{ kind: "load", name: "ö@x" }, "020400c3b64078"],
  [{ kind: "start", handle: service, pin: false, preack: false }, "030004030201"],
  [{ kind: "start", handle: service, pin: true, preack: true }, "038104030201"],
  [
    { kind: "stop", handle: service, pin: true, gentle: true, restart: true, preack: false },
    "040704030201",
  ],
  [
    { kind: "stop", handle: service, pin: false, gentle: true, restart: false, preack: false },
    "040204030201",
  ],
  [{ kind: "wake", handle: service, pin: true, preack: false }, "050104030201"],
  [{ kind: "release", handle: service, pin: false, preack: true }, "068004030201"],
  [{ kind: "unpin", handle: service }, "0704030201"],
  [{ kind: "list" }, "08"],
  [{ kind: "unload", handle: service }, "0904030201"],
  [{ kind: "shutdown", type: "remain" }, "0a01"],
  [{ kind: "shutdown", type: "soft-reboot" }, "0a05"],
  [{ kind: "shutdown", type: "kexec" }, "0a06"],
  [
    { kind: "add-dependency", dependency: "need", from: service, to: other },
    "0b000403020105000000",
  ],
  [
    { kind: "remove-dependency", dependency: "waits-for", from: other, to: service },
    "0c020500000004030201",
  ],
  [{ kind: "query-load-mechanism" }, "0d"],
  [{ kind: "enable", dependency: "milestone", from: service, to: other }, "0e030403020105000000"],
  [{ kind: "query-name", handle: service }, "0f0004030201"],
  [{ kind: "query-details", handle: service }, "0f4404030201"],
  [{ kind: "query-cause" }, "0f43ffffffff"],
  [{ kind: "query-client" }, "0f50ffffffff"],
  [{ kind: "reload", handle: service }, "1004030201"],
  [{ kind: "set-environment", text: "A=b=c" }, "110500413d623d63"],
  [{ kind: "status", handle: service }, "1204030201"],
  [{ kind: "set-trigger", handle: service, on: true }, "130403020101"],
  [{ kind: "read-log", handle: service, clear: true }, "140104030201"],
  [{ kind: "signal", handle: service, signal: -1 }, "15ffffffff04030201"],
  [{ kind: "query-description-directory", handle: service }, "160004030201"],
  [{ kind: "close-handle", handle: service }, "1704030201"],
  [{ kind: "list-environment" }, "1800"],
  [{ kind: "list-5" }, "19"],
  [{ kind: "status-5", handle: service }, "1a04030201"],
  [{ kind: "listen-environment" }, "1b"],
  [{ kind: "status-6", handle: service }, "1c04030201"],
  [{ kind: "enable-7", dependency: "waits-for", from: service, to: other }, "1d020403020105000000"],
];

Deno.test("every row of requests has an example of its bytes", () => {
  assertEquals(new Set(EXAMPLES.map(([{ kind }]) => kind)), new Set(Object.keys(REQUESTS)));
});

Deno.test("encodeRequest() and readRequest() agree on the bytes of every request", () => {
  for (const [request, digits] of EXAMPLES) {
    assertEquals(toHex(encodeRequest(request)), digits);
    assertEquals(readRequest(fromHex(digits + "ff")), {
      kind: "request",
      request,
      length: digits.length / 2,
    });
  }
});

Deno.test("readRequest() asks for more until a request is complete", () => {
  for (const [, digits] of EXAMPLES) {
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
