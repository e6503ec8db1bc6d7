import { LineLimit, type LineRate } from "../../../core/log/line_limit.ts";
import type { Instant } from "../../../core/types.ts";
import { assert, assertEquals } from "../../assert.ts";

const encoder = new TextEncoder();
const decoder = new TextDecoder();

function limitOf(rate: Partial<LineRate>): (text: string, atMs: number) => string {
  const limit = new LineLimit({ lines: 0, bytes: 0, intervalMs: 1000, ...rate });
  return (text, atMs) => decoder.decode(limit.pass(encoder.encode(text), atMs as Instant));
}

const TOLD = (what: string, allowed: string) => `dinit: ${what}: allowed are ${allowed} in 1 s\n`;

Deno.test("LineLimit lets so many lines pass, and says what is missing when there is room", () => {
  const pass = limitOf({ lines: 2 });
  assertEquals(pass("a\nb\nc\nd\n", 5), "a\nb\n");
  assertEquals(pass("e\n", 1004), "");
  assertEquals(pass("f\n", 1005), TOLD("3 lines were dropped (6 bytes)", "2 lines") + "f\n");
  assertEquals(pass("g\n", 1006), "g\n");
  assertEquals(pass("h\n", 1007), "");
  assertEquals(pass("i\n", 3000), TOLD("1 line was dropped (2 bytes)", "2 lines") + "i\n");
});

Deno.test("LineLimit drops and passes whole lines, in whatever pieces they come", () => {
  const pass = limitOf({ lines: 1 });
  assertEquals([pass("a", 0), pass("b\nc", 1), pass("d", 2)], ["a", "b\n", ""]);
  // The rest of a line that was dropped is dropped, too.
  assertEquals(pass("e\nf", 2000), TOLD("1 line was dropped (4 bytes)", "1 line") + "f");
  assertEquals([pass("g", 4000), pass("\nh", 4001)], ["g", "\nh"]);
});

Deno.test("LineLimit counts bytes, finishes a line, and cuts one without an end", () => {
  const pass = limitOf({ bytes: 10 });
  assertEquals(pass("12345678\nabcdef\nnot\n", 0), "12345678\nabcdef\n");
  const endless = pass("x".repeat(5000), 1000);
  assertEquals(endless, TOLD("1 line was dropped (4 bytes)", "10 bytes") + "x".repeat(5000));
  assertEquals(pass("y".repeat(5000), 1001), "\n");
  assertEquals(pass("z\n", 1002), "");
  assertEquals(pass("a\n", 2000), TOLD("1 line was dropped (5002 bytes)", "10 bytes") + "a\n");
});

Deno.test("LineLimit tells at the interval's end, and goes on in another manager", () => {
  const rate = { lines: 1, bytes: 0, intervalMs: 1000 };
  const limit = new LineLimit(rate);
  assertEquals(limit.due, undefined);
  limit.pass(encoder.encode("a\nb\nc"), 10 as Instant);
  assertEquals(limit.due, 1010);
  const other = new LineLimit(rate);
  other.adopt(limit.keep(), 500 as Instant);
  assertEquals(other.due, 1500);
  const told = TOLD("2 lines were dropped (3 bytes)", "1 line");
  assertEquals(decoder.decode(other.notice()), told);
  assertEquals([other.due, other.notice().length], [undefined, 0]);
  // The rest of the line that was dropped.
  assertEquals(decoder.decode(other.pass(encoder.encode("d\ne\n"), 2000 as Instant)), "e\n");
});

Deno.test("LineLimit loses and adds nothing but what it tells, whatever comes", () => {
  let seed = 7;
  const random = (below: number) => {
    seed = seed * 48271 % 2147483647;
    return seed % below;
  };
  for (let round = 0; round < 300; round++) {
    const limit = new LineLimit({ lines: random(5), bytes: random(60), intervalMs: 50 });
    let written = "";
    let passed = "";
    let now = 0;
    for (let step = 0; step < 40; step++) {
      now += random(30);
      let text = "";
      for (let count = random(12); count > 0; count--) text += random(4) === 0 ? "\n" : "x";
      written += text;
      passed += decoder.decode(limit.pass(encoder.encode(text), now as Instant));
    }
    passed += decoder.decode(limit.notice());
    const dropped = [...passed.matchAll(/dropped \((\d+) bytes\)/g)];
    const lost = dropped.reduce((sum, [, bytes]) => sum + Number(bytes), 0);
    const kept = passed.replaceAll(/^dinit: .*\n/gm, "");
    assert(lost > 0 || passed === written, `round ${round}`);
    const added = kept.length + lost - written.length;
    // An end of line before what is told in the middle of one.
    assert(added >= 0 && added <= dropped.length, `round ${round}: ${added}`);
  }
});
