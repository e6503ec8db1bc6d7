import { bytesForFile, OVERSHOOT_BYTES } from "../../../core/log/rotation.ts";
import { assert, assertEquals } from "../../assert.ts";
import { array, constantFrom, holds, nat, tuple } from "../../property.ts";

function take(text: string, sizeBytes: number, limitBytes: number, isInLine = false): string {
  const bytes = new TextEncoder().encode(text);
  const count = bytesForFile(bytes, { sizeBytes, limitBytes, isInLine });
  return new TextDecoder().decode(bytes.subarray(0, count));
}

Deno.test("bytesForFile() takes all that fits, and else whole lines", () => {
  assertEquals(take("ab\ncd\n", 0, 6), "ab\ncd\n");
  assertEquals(take("ab\ncd\n", 1, 6), "ab\n");
  assertEquals(take("ab\ncd", 4, 6), "");
  assertEquals(take("ab\n", 6, 6), "");
});

Deno.test("bytesForFile() writes a line that is longer than a file into one of its own", () => {
  assertEquals(take("abcdef\ngh\n", 0, 3), "abcdef\n");
  assertEquals(take("abcdef", 0, 3), "abcdef");
});

Deno.test("bytesForFile() ends the line that is in the file already", () => {
  assertEquals(take("b\nc\n", 3, 3, true), "b\n");
  assertEquals(take("b\nc\n", 5, 3, true), "b\n");
  assertEquals(take("bcd", 5, 3, true), "bcd");
});

Deno.test("bytesForFile() divides a line that never ends", () => {
  const text = "x".repeat(OVERSHOOT_BYTES + 10);
  assertEquals(take(text, 0, 3).length, OVERSHOOT_BYTES + 3);
  assertEquals(take(text, 3, 3, true).length, OVERSHOOT_BYTES);
  assertEquals(take("x", OVERSHOOT_BYTES + 3, 3, true), "");
});

Deno.test("bytesForFile() over any pieces keeps every byte and divides no line", () => {
  const piece = array(constantFrom("a", "bb", "\n"), { maxLength: 20 }).map((parts) =>
    parts.join("")
  );
  holds(tuple(array(piece, { maxLength: 10 }), nat(30)), ([pieces, limit]) => {
    const files = [""];
    for (const text of pieces) {
      let rest = text;
      while (rest !== "") {
        const file = files.at(-1) ?? "";
        const taken = take(rest, file.length, limit + 1, file !== "" && !file.endsWith("\n"));
        if (taken === "") files.push("");
        files[files.length - 1] += taken;
        rest = rest.slice(taken.length);
      }
    }
    assertEquals(files.join(""), pieces.join(""));
    for (const file of files.slice(0, -1)) assert(file.endsWith("\n"), JSON.stringify(files));
  });
});
