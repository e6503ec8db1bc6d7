import { LineStamper } from "../../../core/log/line_stamper.ts";
import { assertEquals } from "../../assert.ts";

const encoder = new TextEncoder();

/** What comes out of pieces, each with a stamp of its own: 1, 2, … */
function stamped(stamper: LineStamper, ...pieces: readonly string[]): string {
  const texts = pieces.map((piece, index) =>
    stamper.stamp(encoder.encode(piece), encoder.encode(`${index + 1}>`))
  );
  return texts.map((text) => new TextDecoder().decode(text)).join("");
}

Deno.test("LineStamper puts a stamp before each line, empty ones too", () => {
  assertEquals(stamped(new LineStamper(), "a\n\nb\n"), "1>a\n1>\n1>b\n");
  assertEquals(stamped(new LineStamper(), "\n"), "1>\n");
  assertEquals(stamped(new LineStamper(), ""), "");
});

Deno.test("LineStamper stamps a line that comes in pieces once, when it begins", () => {
  assertEquals(stamped(new LineStamper(), "a", "b", "\n", "c\nd"), "1>ab\n4>c\n4>d");
});

Deno.test("LineStamper.endLine() makes what follows a new line", () => {
  const stamper = new LineStamper();
  stamped(stamper, "a");
  stamper.endLine();
  assertEquals(stamped(stamper, "b"), "1>b");
});
