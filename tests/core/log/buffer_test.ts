import { LogBuffer } from "../../../core/log/buffer.ts";
import { assertEquals } from "../../assert.ts";

const encode = (text: string) => new TextEncoder().encode(text);
const text = (buffer: LogBuffer) => new TextDecoder().decode(buffer.contents());

Deno.test("LogBuffer keeps the first bytes and drops what does not fit", () => {
  const buffer = new LogBuffer(8);
  buffer.append(encode("first "));
  buffer.append(encode("second"));
  buffer.append(encode("third"));
  assertEquals(text(buffer), "first se");
});

Deno.test("LogBuffer with limit 0 keeps nothing", () => {
  const buffer = new LogBuffer(0);
  buffer.append(encode("x"));
  assertEquals(buffer.length, 0);
});

Deno.test("LogBuffer notes a restart on a line of its own", () => {
  const buffer = new LogBuffer(100);
  buffer.noteRestart();
  assertEquals(text(buffer), "");
  buffer.append(encode("no line feed"));
  buffer.noteRestart();
  assertEquals(text(buffer), "no line feed\n(dinit: note: service restarted)\n");
  buffer.noteRestart();
  assertEquals(text(buffer).split("\n").length, 4);
});

Deno.test("LogBuffer leaves out a restart note that does not fit whole", () => {
  const buffer = new LogBuffer(20);
  buffer.append(encode("abc"));
  buffer.noteRestart();
  assertEquals(text(buffer), "abc");
});

Deno.test("LogBuffer takes text again after a clear", () => {
  const buffer = new LogBuffer(4);
  buffer.append(encode("abcdef"));
  buffer.clear();
  buffer.append(encode("gh"));
  assertEquals(text(buffer), "gh");
});
