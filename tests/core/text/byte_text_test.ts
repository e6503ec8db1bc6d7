import { decodeText, encodeText } from "../../../core/protocol/mod.ts";
import { assert, assertEquals } from "../../assert.ts";

Deno.test("decodeText() and encodeText() keep UTF-8 text", () => {
  for (const text of ["", "boot", "getty@tty1", "größe", "\u{1f427}", "\ufeffmark", "a\0b"]) {
    const bytes = new TextEncoder().encode(text);
    assertEquals(decodeText(bytes), text);
    assertEquals(encodeText(text), bytes);
  }
});

Deno.test("decodeText() marks bytes that are not UTF-8 as not well-formed", () => {
  const text = decodeText(Uint8Array.of(0x61, 0xff, 0xc3, 0xb6, 0xc3));
  assertEquals(text, "a\udcffö\udcc3");
  assert(!text.isWellFormed());
});

Deno.test("encodeText() restores any bytes that decodeText() has read", () => {
  // Every lead byte with followers from all classes: every kind of fault.
  const followers = [0x00, 0x61, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc2, 0xed, 0xf0, 0xff];
  for (let first = 0; first < 256; first++) {
    for (const second of followers) {
      for (const rest of [[], [0x80, 0x80, 0x61]]) {
        const bytes = Uint8Array.of(first, second, ...rest);
        assertEquals([...encodeText(decodeText(bytes))], [...bytes]);
      }
    }
  }
});
