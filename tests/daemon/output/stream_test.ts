import { type Fd, fd } from "../../../core/types.ts";
import { OutputStream } from "../../../daemon/output/stream.ts";
import type { Platform } from "../../../platform/mod.ts";
import { assert, assertEquals, assertIncludes, assertMatch } from "../../assert.ts";

/** A descriptor that takes only as many bytes as it has room for. */
class Sink {
  room = Infinity;
  written = "";
  watched = false;
  isBroken = false;

  readonly platform = {
    write: (_: number, bytes: Uint8Array) => {
      if (this.isBroken) return { kind: "failure", call: "write", errno: 5, message: "EIO" };
      const count = Math.min(bytes.length, this.room);
      if (count === 0) return "again";
      this.room -= count;
      this.written += new TextDecoder().decode(bytes.subarray(0, count));
      return count;
    },
    canWrite: () => this.room > 0,
    poller: {
      watch: () => void (this.watched = true),
      unwatch: () => void (this.watched = false),
    },
  } as unknown as Platform;
}

Deno.test("OutputStream holds text back until it is opened", () => {
  const sink = new Sink();
  const stream = new OutputStream(sink.platform);
  stream.write("early\n");
  assertEquals(sink.written, "");
  stream.open(fd(5));
  assertEquals(sink.written, "early\n");
});

Deno.test("OutputStream goes on where a full descriptor stopped it", () => {
  const sink = new Sink();
  const stream = new OutputStream(sink.platform);
  stream.open(fd(5));
  sink.room = 4;
  stream.write("abcdefgh\n");
  assertEquals([sink.written, sink.watched, stream.isIdle], ["abcd", true, false]);
  sink.room = Infinity;
  assert(stream.handleDescriptor(fd(5)));
  assertEquals([sink.written, sink.watched, stream.isIdle], ["abcdefgh\n", false, true]);
});

Deno.test("OutputStream drops whole messages at its bound and says how many", () => {
  const sink = new Sink();
  const stream = new OutputStream(sink.platform);
  stream.open(fd(5));
  sink.room = 0;
  for (let index = 0; index < 5000; index++) stream.write(`message ${index}\n`);
  sink.room = Infinity;
  stream.handleDescriptor(fd(5));
  const lines = sink.written.trimEnd().split("\n");
  assertEquals(lines[0], "message 0");
  assert(sink.written.length < 17 * 1024, "the queue is bounded");
  assertIncludes(lines.at(-1) ?? "", `${5000 - (lines.length - 1)} messages were dropped`);
});

Deno.test("OutputStream does not know other descriptors", () => {
  const stream = new OutputStream(new Sink().platform);
  assertEquals(stream.handleDescriptor(fd(9)), false);
});

Deno.test("OutputStream counts what was lost while its descriptor failed", () => {
  const sink = new Sink();
  const stream = new OutputStream(sink.platform);
  stream.open(fd(5));
  sink.isBroken = true;
  for (let index = 0; index < 3; index++) stream.write("lost\n");
  sink.isBroken = false;
  stream.write("here\n");
  assertEquals(
    sink.written,
    "dinit: 3 messages were dropped: the output did not take more\nhere\n",
  );
});

Deno.test("OutputStream keeps text while its owner looks for another descriptor", () => {
  const sink = new Sink();
  const offers: (number | "later")[] = ["later", "later", 6];
  const asked: (number | undefined)[] = [];
  const stream = new OutputStream(sink.platform, {
    replace: (lost) => {
      asked.push(lost);
      const offer = offers.shift();
      sink.isBroken = offer === "later";
      return typeof offer === "number" ? fd(offer) : offer;
    },
  });
  stream.open(fd(5));
  sink.isBroken = true;
  stream.write("one\n");
  stream.write("two\n");
  assertEquals([sink.written, stream.isOpen], ["", false]);
  stream.write("three\n");
  assertEquals(asked, [5, undefined, undefined]);
  assertEquals([sink.written, stream.isOpen], ["one\ntwo\nthree\n", true]);
});

Deno.test("OutputStream asks for another descriptor when as much waits as can", () => {
  const sink = new Sink();
  let offer: Fd | "later" = "later";
  const stream = new OutputStream(sink.platform, { replace: () => offer });
  stream.awaitReplacement();
  for (let count = 0; count < 40; count++) stream.write(`${"x".repeat(1000)}\n`);
  assertEquals(sink.written, "");
  offer = fd(6);
  stream.write("last\n");
  assertEquals(sink.written.match(/x+/g)?.length, 16);
  assertMatch(sink.written, /\ndinit: 24 messages were dropped: .*\nlast\n$/);
});

Deno.test("OutputStream asks for a better descriptor before a message, while none waits", () => {
  const sink = new Sink();
  const asked: number[] = [];
  const stream = new OutputStream(sink.platform, {
    renew: (present) => {
      asked.push(present);
      return present === 5 ? fd(6) : undefined;
    },
    stamp: () => "12:00 ",
  });
  stream.write("early\n");
  stream.open(fd(5));
  stream.write("one\n");
  stream.write("two\n");
  assertEquals(asked, [5, 6]);
  assert(!stream.handleDescriptor(fd(5)) && stream.handleDescriptor(fd(6)));
  sink.room = 0;
  stream.write("three\n");
  stream.write("four\n");
  assertEquals(asked, [5, 6, 6]);
  sink.isBroken = true;
  stream.handleDescriptor(fd(6));
  sink.isBroken = false;
  sink.room = Infinity;
  stream.write("five\n");
  assertIncludes(sink.written, "12:00 dinit: 2 messages were dropped");
});

Deno.test("OutputStream tries again, and finds another descriptor, when its watch was forgotten", () => {
  const sink = new Sink();
  const stream = new OutputStream(sink.platform, {
    replace: (lost) => {
      assertEquals(lost, fd(5));
      sink.isBroken = false;
      sink.room = Infinity;
      return fd(6);
    },
  });
  stream.open(fd(5));
  sink.room = 0;
  stream.write("waits\n");
  // The terminal is cut off; nobody is told.
  sink.isBroken = true;
  stream.tryAgain();
  assertEquals([sink.written, sink.watched, stream.isIdle], ["waits\n", false, true]);
  // Nothing waits: nothing to try.
  stream.tryAgain();
  assertEquals(sink.written, "waits\n");
});

Deno.test("OutputStream that tries again in vain is watched again", () => {
  const sink = new Sink();
  const stream = new OutputStream(sink.platform);
  stream.open(fd(5));
  sink.room = 0;
  stream.write("waits\n");
  stream.tryAgain();
  assertEquals([sink.watched, stream.isIdle], [true, false]);
});

Deno.test("OutputStream writes what was gathered at once, and looks for a better file once", () => {
  const sink = new Sink();
  const writes: string[] = [];
  let looks = 0;
  const platform = {
    ...sink.platform,
    write: (_: number, bytes: Uint8Array) => {
      writes.push(new TextDecoder().decode(bytes));
      return bytes.length;
    },
  } as Platform;
  const stream = new OutputStream(platform, {
    isGatherable: true,
    renew: () => {
      looks++;
      return undefined;
    },
  });
  stream.open(fd(5));
  stream.gather(true);
  stream.write("one\n");
  stream.write("two\n");
  assertEquals([writes, looks], [[], 0]);
  stream.release();
  stream.release();
  assertEquals([writes, looks], [["one\ntwo\n"], 1]);
  // It is bounded.
  for (let line = 0; line < 100; line++) stream.write(`${"x".repeat(99)}\n`);
  assertEquals(writes.length, 3);
  stream.gather(false);
  assertEquals(writes.join("").length, 8 + 100 * 100);
  stream.write("at once\n");
  assertEquals(writes.at(-1), "at once\n");
});

Deno.test("OutputStream counts gathered messages that there is no room for", () => {
  const sink = new Sink();
  sink.room = 0;
  const stream = new OutputStream(sink.platform, { isGatherable: true });
  stream.open(fd(5));
  stream.gather(true);
  for (let line = 0; line < 400; line++) stream.write(`${"x".repeat(99)}\n`);
  stream.release();
  sink.room = Infinity;
  stream.handleDescriptor(fd(5));
  const written = sink.written.split("\n").filter((line) => line.startsWith("x")).length;
  assertIncludes(sink.written, `dinit: ${400 - written} messages were dropped`);
});

Deno.test("OutputStream gathers nothing for who takes each message by itself", () => {
  const sink = new Sink();
  const stream = new OutputStream(sink.platform);
  stream.open(fd(5));
  stream.gather(true);
  stream.write("a record\n");
  assertEquals(sink.written, "a record\n");
});
