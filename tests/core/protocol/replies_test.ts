import { encodeReply, ReplyReader } from "../../../core/protocol/mod.ts";
import { REPLIES } from "../../../core/protocol/replies.ts";
import { assertEquals } from "../../assert.ts";
import { fromHex, toHex } from "../../transcripts/transcripts.ts";
import { REPLY_EXAMPLES } from "./examples.ts";

Deno.test("every row of replies has an example of its bytes", () => {
  assertEquals(new Set(REPLY_EXAMPLES.map(([{ kind }]) => kind)), new Set(Object.keys(REPLIES)));
});

Deno.test("encodeReply() and ReplyReader agree on the bytes of every reply", () => {
  for (const [reply, digits] of REPLY_EXAMPLES) {
    assertEquals(toHex(encodeReply(reply)), digits);
    const reader = new ReplyReader();
    // Its answer has statuses of form 1, as those of the examples are.
    reader.expect({ kind: "list" });
    reader.push(fromHex(digits));
    assertEquals(reader.next(), { kind: "reply", reply });
    assertEquals(reader.next(), undefined);
  }
});
