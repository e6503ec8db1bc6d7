import { assertEquals, assertMatch, fail } from "../../assert.ts";
import { SerialConsole } from "./serial_console.ts";

async function failureOf(promise: Promise<unknown>): Promise<string> {
  try {
    await promise;
  } catch (error) {
    return String(error);
  }
  fail("The search succeeded");
}

Deno.test("SerialConsole.expect() finds a pattern that arrives in two parts", async () => {
  const serial = new SerialConsole();
  const search = serial.expect(/login: /, 1000);
  serial.append("host log");
  serial.append("in: ");
  assertEquals((await search).before, "host ");
});

Deno.test("SerialConsole.expect() moves behind its match", async () => {
  const serial = new SerialConsole();
  serial.append("one two one three");
  await serial.expect(/two/, 1000);
  assertEquals((await serial.expect(/one/, 1000)).before, " ");
});

Deno.test("SerialConsole.seen() looks at the whole text and leaves the place", async () => {
  const serial = new SerialConsole();
  serial.append("one two");
  await serial.expect(/two/, 1000);
  assertEquals((await serial.seen(/one/, 1000)).before, "");
});

Deno.test("SerialConsole.append() drops escape sequences that the stream cut in two", async () => {
  const serial = new SerialConsole();
  serial.append("[\x1b[3");
  serial.append("2m  OK  \x1b[0m] boot\r\n");
  await serial.expect(/^\[ {2}OK {2}\] boot$/m, 1000);
  assertEquals(serial.text, "[  OK  ] boot\n");
});

Deno.test("SerialConsole.expect() fails with the transcript when the machine ends", async () => {
  const serial = new SerialConsole(() => 0);
  const search = failureOf(serial.expect(/never/, 60_000));
  serial.append("Kernel panic\n");
  serial.end();
  assertMatch(await search, /\/never\/, but the machine ended[^]*0\.00 \| Kernel panic/);
});

Deno.test("SerialConsole.expect() fails at the deadline and frees the console", async () => {
  const serial = new SerialConsole();
  assertMatch(await failureOf(serial.expect(/never/, 1)), /did not come in \d+ ms/);
  serial.append("later");
  await serial.expect(/later/, 1000);
});

Deno.test("SerialConsole.timeOf() tells when the line of a match began", () => {
  let clock = 1000;
  const serial = new SerialConsole(() => clock);
  clock = 1500;
  serial.append("first\n");
  clock = 2500;
  serial.append("second\n");
  assertEquals(serial.timeOf(/first/), 500);
  assertEquals(serial.timeOf(/third/), undefined);
});
