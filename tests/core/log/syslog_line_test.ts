import { localMessages, rfc5424Messages } from "../../../core/log/syslog_line.ts";
import { assert, assertEquals, assertMatch } from "../../assert.ts";
import * as property from "../../property.ts";

const WEB = { identifier: "web", facility: 3, level: 6 };
const HEADER = { timestamp: "2026-11-30T23:59:59.123Z", host: "box" };

Deno.test("localMessages() are as syslog(3) writes them, without the time", () => {
  assertEquals(localMessages("hello", WEB), ["<30>web: hello"]);
  assertEquals(localMessages("<3>broken", WEB), ["<27>web: broken"]);
  const odd = { identifier: "getty@tty1 [x]:ä", facility: 23, level: 5 };
  assertEquals(localMessages("a", odd), ["<189>getty@tty1__x____: a".replace("____:", "___:")]);
});

Deno.test("rfc5424Messages() are as the RFC has them", () => {
  assertEquals(rfc5424Messages("hello", WEB, HEADER), [
    "<30>1 2026-11-30T23:59:59.123Z box web - - - hello",
  ]);
  const nameless = { ...WEB, identifier: "" };
  assertEquals(rfc5424Messages("<0>x", nameless, { ...HEADER, host: "" }), [
    "<24>1 2026-11-30T23:59:59.123Z - - - - - x",
  ]);
});

// RFC 5424, 6: PRI VERSION TIMESTAMP HOSTNAME APP-NAME PROCID MSGID STRUCTURED-DATA MSG.
const GRAMMAR =
  /^<(\d{1,3})>1 \d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z [\x21-\x7e]{1,255} [\x21-\x7e]{1,48} - - - /;

Deno.test("whatever a service says and is called, a message is one line within the grammar", () => {
  const source = property.record({
    identifier: property.string({ unit: "binary", maxLength: 60 }),
    facility: property.integer({ min: 0, max: 23 }),
    level: property.integer({ min: 0, max: 7 }),
  });
  const line = property.string({ unit: "binary", maxLength: 100 });
  const host = property.string({ unit: "binary", maxLength: 300 });
  property.holds(property.tuple(line, source, host), ([text, from, name]) => {
    for (const message of rfc5424Messages(text, from, { ...HEADER, host: name })) {
      assertMatch(message, GRAMMAR);
      const priority = Number(GRAMMAR.exec(message)?.[1]);
      assertEquals(priority >> 3, from.facility);
      // deno-lint-ignore no-control-regex
      assert(!/[\x00-\x08\x0a-\x1f\x7f-\x9f]/.test(message));
    }
    for (const message of localMessages(text, from)) {
      // deno-lint-ignore no-control-regex
      assertMatch(message, /^<\d{1,3}>[\x21-\x39\x3b-\x5a\x5c\x5e-\x7e]{1,48}: [^\x00\n]*$/);
    }
  }, { runs: 200 });
});

Deno.test("a long line is several messages, and loses nothing", () => {
  const text = `${"x".repeat(6999)}\u{1f600}${"y".repeat(8000)}`;
  const messages = localMessages(text, WEB);
  assertEquals(messages.length, 3);
  assertEquals(messages.map((message) => message.slice("<30>web: ".length)).join(""), text);
  assert(messages.every((message) => message.isWellFormed() && message.length < 7100));
});
