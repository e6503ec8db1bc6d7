import { cutTo, padTo, textWidth } from "../../../../ctl/render/text/text_width.ts";
import { assertEquals } from "../../../assert.ts";

Deno.test("textWidth() counts columns as terminals do", () => {
  assertEquals(textWidth("web@1.x"), 7);
  assertEquals(textWidth("größe"), 5);
  assertEquals(textWidth("gro\u0308ße"), 5, "a combining mark");
  assertEquals(textWidth("日本"), 4);
  assertEquals(textWidth("한글"), 4);
  assertEquals(textWidth("🚀"), 2);
  assertEquals(textWidth("…→"), 2);
});

Deno.test("padTo() and cutTo() count columns and not letters", () => {
  assertEquals(padTo("日本", 6), "日本  ");
  assertEquals(padTo("longer", 3), "longer");
  assertEquals(cutTo("web", 3), "web");
  assertEquals(cutTo("webs", 3), "we…");
  assertEquals(cutTo("日本語", 4), "日…");
  assertEquals(cutTo("web", 1), "…");
  assertEquals(cutTo("web", 0), "");
});
