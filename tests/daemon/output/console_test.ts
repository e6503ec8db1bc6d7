import { type Fd, fd, instant } from "../../../core/types.ts";
import { Console } from "../../../daemon/output/console.ts";
import type { Platform } from "../../../platform/mod.ts";
import { assertEquals } from "../../assert.ts";

/** Terminals by descriptor: 10, 11 … in the order in which they were opened. */
class Line {
  now = 1000;
  isThere = true;
  readonly written: string[] = [];
  readonly closed: Fd[] = [];
  readonly watched = new Set<Fd>();
  opened = 0;
  /** Descriptors that were hung up. */
  readonly lost = new Set<Fd>();
  #next = 10;

  readonly platform = {
    now: () => instant(this.now),
    takeKernelConsole: () => {},
    openConsole: () => {
      this.opened++;
      return this.isThere ? undefined : { kind: "failure", call: "open", errno: 5, message: "EIO" };
    },
    reopenForWriting: () => fd(this.#next++),
    close: (one: Fd) => void this.closed.push(one),
    canWrite: () => true,
    descriptorKind: () => "terminal",
    write: (one: Fd, bytes: Uint8Array) => {
      if (this.lost.has(one)) return { kind: "failure", call: "write", errno: 5, message: "EIO" };
      this.written.push(`${one} ${new TextDecoder().decode(bytes)}`);
      return bytes.length;
    },
    poller: {
      watch: (one: Fd) => void this.watched.add(one),
      unwatch: (one: Fd) => void this.watched.delete(one),
    },
  } as unknown as Platform;
}

Deno.test("Console opens a terminal again that was hung up", () => {
  const line = new Line();
  const console = new Console(line.platform, true, () => {});
  console.take();
  console.open();
  console.stream.write("one\n");
  line.lost.add(fd(10));
  console.stream.write("two\n");
  assertEquals(line.written, ["10 one\n", "11 two\n"]);
  assertEquals([line.closed, line.opened], [[fd(10)], 2]);
});

Deno.test("Console opens a terminal again and again that services take with them, at once", () => {
  const line = new Line();
  const console = new Console(line.platform, true, () => {});
  console.take();
  console.open();
  console.stream.write("one\n");
  line.lost.add(fd(10));
  console.stream.write("two\n");
  line.lost.add(fd(11));
  console.stream.write("three\n");
  assertEquals(line.written, ["10 one\n", "11 two\n", "12 three\n"]);
  assertEquals(line.closed, [fd(10), fd(11)]);
});

Deno.test("Console does not open a terminal without end that takes nothing", () => {
  const line = new Line();
  const console = new Console(line.platform, true, () => {});
  console.take();
  console.open();
  for (let one = 10; one < 20; one++) line.lost.add(fd(one));
  console.stream.write("one\n");
  console.stream.write("two\n");
  assertEquals(line.opened, 2);
  line.lost.clear();
  line.now += 1001;
  console.stream.write("three\n");
  assertEquals(line.written.map((text) => text.slice(3)), ["one\n", "two\n", "three\n"]);
});

Deno.test("Console.restore() opens a lost terminal now, and what has waited comes out", () => {
  const line = new Line();
  const console = new Console(line.platform, true, () => {});
  console.take();
  console.open();
  console.stream.write("one\n");
  line.lost.add(fd(10));
  line.isThere = false;
  console.stream.write("two\n");
  console.stream.write("three\n");
  assertEquals(line.opened, 2);
  line.isThere = true;
  console.restore();
  assertEquals(line.written, ["10 one\n", "11 two\n", "11 three\n"]);
  // It is there: nothing is opened.
  console.restore();
  assertEquals([line.opened, line.closed], [3, [fd(10)]]);
});

Deno.test("Console tries a lost terminal once a second, and only when there is something to write", () => {
  const line = new Line();
  const console = new Console(line.platform, true, () => {});
  console.take();
  console.open();
  line.lost.add(fd(10));
  line.isThere = false;
  for (let message = 0; message < 20; message++) console.stream.write("lost\n");
  assertEquals(line.opened, 2);
  line.now += 1001;
  line.isThere = true;
  console.stream.write("back\n");
  // None was dropped.
  assertEquals(line.written, [...Array.from({ length: 20 }, () => "11 lost\n"), "11 back\n"]);
  assertEquals(line.opened, 3);
});

Deno.test("Console leaves descriptors alone that are not its own to open", () => {
  const line = new Line();
  const console = new Console(line.platform, false, () => {});
  assertEquals(console.take(), undefined);
  console.open();
  line.lost.add(fd(10));
  console.stream.write("lost\n");
  assertEquals([line.written, line.opened], [[], 0]);
});
