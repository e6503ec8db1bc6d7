/** HTTP answers, whole and byte by byte: the same verdict, within the bounds. */
import { BODY_LIMIT_BYTES, HEAD_LIMIT_BYTES, HttpAnswer } from "../../../core/health/mod.ts";
import type { WantedAnswer } from "../../../core/description/mod.ts";
import { assert, assertEquals, assertIncludes } from "../../assert.ts";

const ANY: WantedAnswer = { statuses: [[200, 399]] };
const OK: WantedAnswer = { ...ANY, contains: "ok" };

/** "good", "more", or why not. */
function verdict(text: string, wanted: WantedAnswer = ANY, isEnd = false): string {
  const bytes = new TextEncoder().encode(text);
  const whole = new HttpAnswer(wanted);
  let found = whole.take(bytes);
  if (found.kind === "more" && isEnd) found = whole.end();
  const slow = new HttpAnswer(wanted);
  let inPieces = slow.take(new Uint8Array(0));
  for (let at = 0; at < bytes.length && inPieces.kind === "more"; at++) {
    inPieces = slow.take(bytes.subarray(at, at + 1));
  }
  if (inPieces.kind === "more" && isEnd) inPieces = slow.end();
  if (bytes.length < 4000) assertEquals(inPieces, found, text);
  return found.kind === "bad" ? found.why : found.kind;
}

const HEAD = "HTTP/1.1 200 OK\r\n";

Deno.test("the status decides, and the body is not waited for where no text is wanted", () => {
  assertEquals(verdict(`${HEAD}Content-Length: 100\r\n\r\n`), "good");
  assertEquals(verdict("HTTP/1.0 204\n\n"), "good");
  assertEquals(verdict("HTTP/1.1 503 Busy\r\n\r\n"), "the status is 503");
  assertEquals(verdict("HTTP/1.1 404 Not\r\n\r\n", { ...ANY, statuses: [[404, 404]] }), "good");
  assertEquals(verdict(HEAD), "more");
});

Deno.test("a redirection is told, and not followed", () => {
  const moved = "HTTP/1.1 302 Found\r\nLocation: https://example.org/\x1b[2J\r\n\r\n";
  assertEquals(
    verdict(moved, { ...ANY, statuses: [[200, 299]] }),
    "the status is 302 (to https://example.org/?[2J)",
  );
  assertEquals(verdict(moved), "good");
});

Deno.test("what comes before the answer is passed over", () => {
  assertEquals(verdict(`HTTP/1.1 103 Early\r\nLink: x\r\n\r\n${HEAD}\r\n`), "good");
  assertEquals(verdict("HTTP/1.1 100 Continue\r\n\r\n"), "more");
});

Deno.test("a text is looked for in a body of known length, in chunks, and up to the end", () => {
  assertEquals(verdict(`${HEAD}Content-Length: 6\r\n\r\nall ok`, OK), "good");
  assertEquals(
    verdict(`${HEAD}content-length:4\r\n\r\nallsok`, OK),
    'the body does not contain "ok"',
  );
  const chunked = `${HEAD}Transfer-Encoding: chunked\r\n\r\n`;
  assertEquals(verdict(`${chunked}3;a=b\r\nano\r\n1\r\nk\r\n0\r\n\r\n`, OK), "good");
  assertEquals(verdict(`${chunked}1\r\no\r\n0\r\n\r\n`, OK), 'the body does not contain "ok"');
  assertEquals(verdict(`${chunked}zz\r\n`, OK), "the body is not divided as HTTP says");
  assertEquals(verdict(`${HEAD}\r\nall`, OK), "more");
  assertEquals(verdict(`${HEAD}\r\nall ok`, OK, true), "good");
  assertEquals(verdict(`${HEAD}\r\nall`, OK, true), 'the body does not contain "ok"');
});

Deno.test("what is no HTTP, or breaks off, is told", () => {
  assertEquals(verdict("SSH-2.0-OpenSSH_9.2\r\n"), "the answer is not HTTP");
  assertEquals(verdict("HTTP/2 200\r\n\r\n"), "the answer is not HTTP");
  assertEquals(verdict("HTTP/1.1 2", ANY, true), "the answer breaks off");
  assertEquals(verdict("", ANY, true), "the answer breaks off");
});

Deno.test("header and body are read up to their bounds, and no further", () => {
  const long = `${HEAD}X: ${"x".repeat(HEAD_LIMIT_BYTES)}`;
  assertEquals(verdict(long), "its header is longer than 16 kB");
  assertEquals(verdict(`${long}\r\n\r\n`), "its header is longer than 16 kB");
  assertEquals(verdict("x".repeat(HEAD_LIMIT_BYTES * 2)), "the answer is not HTTP");
  const body = "x".repeat(BODY_LIMIT_BYTES);
  assertIncludes(verdict(`${HEAD}\r\n${body}ok`, OK), "the first 64 kB of the body do not contain");
  assertEquals(verdict(`${HEAD}\r\n${body.slice(2)}ok`, OK), "good");
});

Deno.test("a flood without end is given up, in chunks of one byte as well", () => {
  for (
    const piece of [
      "x".repeat(1000),
      "1\r\nx\r\n".repeat(200),
      "1;xxxxxxxxxxxxxxxxxxxxxxxx\r\nx\r\n",
    ]
  ) {
    const isChunked = piece.startsWith("1");
    const answer = new HttpAnswer(OK);
    const head = `${HEAD}${isChunked ? "Transfer-Encoding: chunked\r\n" : ""}\r\n`;
    let found = answer.take(new TextEncoder().encode(head));
    let sent = 0;
    const bytes = new TextEncoder().encode(piece.repeat(Math.ceil(16_000 / piece.length)));
    for (; found.kind === "more" && sent < 100; sent++) found = answer.take(bytes);
    assert(found.kind === "bad", `${sent} times ${bytes.length} bytes`);
  }
});
