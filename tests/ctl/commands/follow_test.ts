import { handle } from "../../../core/protocol/mod.ts";
import { lastLines } from "../../../ctl/commands/lookup/last_lines.ts";
import { newBytes } from "../../../ctl/commands/views/new_output.ts";
import type { Screen, ScreenSize } from "../../../ctl/interface/screen.ts";
import { assertEquals } from "../../assert.ts";
import { converse } from "../session_runner.ts";
import type { Turn } from "../fake_io.ts";
import { event, greeting, loading, record, startedStatus, turn } from "../turns.ts";

const encoder = new TextEncoder();

function added(before: string, now: string): string {
  return new TextDecoder().decode(newBytes(encoder.encode(before), encoder.encode(now)));
}

Deno.test("newBytes() finds what was appended, dropped at the front, or begun anew", () => {
  assertEquals(added("", "one\n"), "one\n");
  assertEquals(added("one\n", "one\n"), "");
  assertEquals(added("one\n", "one\ntwo\n"), "two\n");
  assertEquals(added("one\ntwo\n", "two\nthree\n"), "three\n");
  assertEquals(added("one\n", ""), "");
  assertEquals(added("one\n", "other\n"), "other\n");
});

Deno.test("newBytes() goes by what a buffer tells to have dropped", () => {
  const note = (bytes: number) => `(dinit: note: 2 lines (${bytes} bytes) dropped)\n`;
  assertEquals(added("one\ntwo\n", `${note(4)}two\nthree\n`), "three\n");
  assertEquals(added(`${note(4)}two\nthree\n`, `${note(8)}three\n`), "");
  assertEquals(added(`${note(4)}two\n`, `${note(8)}three\nfour\n`), "three\nfour\n");
  // The same lines again and again: only their number tells.
  assertEquals(added("x\nx\nx\n", `${note(4)}x\nx\nx\n`), "x\nx\n");
  // More was dropped than was seen.
  assertEquals(added("one\n", `${note(9)}three\n`), "(dinit: note: 5 bytes dropped)\nthree\n");
  // Read away by somebody else, and filled again.
  assertEquals(added(`${note(100)}three\n`, "new\n"), "new\n");
  assertEquals(added(`${note(100)}three\n`, `${note(4)}new\n`), `${note(4)}new\n`);
  assertEquals(
    added("one\ntwo\nthree\n", `${note(4)}xxx\nyyyyy\nz\n`),
    `${note(4)}xxx\nyyyyy\nz\n`,
  );
});

Deno.test("lastLines() counts a last line without its end", () => {
  const lines = (text: string, count: number) =>
    new TextDecoder().decode(lastLines(encoder.encode(text), count));
  assertEquals(lines("a\nb\nc\n", 2), "b\nc\n");
  assertEquals(lines("a\nb\nc", 2), "b\nc");
  assertEquals(lines("a\n", 5), "a\n");
  assertEquals(lines("a\n", 0), "");
  assertEquals([lines("", 1), lines("\n\n", 1), lines("\nb", 1)], ["", "\n", "b"]);
});

function read(text: string, clear = false): Turn {
  return turn({ kind: "read-log", handle: handle(0), clear }, {
    kind: "log",
    bytes: encoder.encode(text),
  });
}

const RELEASE = turn({ kind: "close-handle", handle: handle(0) }, { kind: "ack" });
const FIND = turn({ kind: "find", name: "a" }, record(0, "started"));

Deno.test("logs -f prints what comes, keeps no handle, and ends with the manager", () => {
  const result = converse(["logs", "-f", "a"], [
    greeting(),
    loading("a", 0, "started"),
    read("one\n"),
    RELEASE,
    FIND,
    read("one\ntwo\n"),
    RELEASE,
    // Unloaded meanwhile, and loaded again.
    turn({ kind: "find", name: "a" }, { kind: "no-service" }),
    FIND,
    read("three\n"),
    { send: RELEASE.send, receive: [...RELEASE.receive, "end"] },
  ]);
  assertEquals([result.faults, result.output, result.exit], [[], "one\ntwo\nthree\n", 0]);
});

Deno.test("logs -f --clear prints all that each look finds", () => {
  const result = converse(["logs", "-f", "--clear", "a"], [
    greeting(),
    loading("a", 0, "started"),
    read("same\n", true),
    RELEASE,
    FIND,
    read("same\n", true),
    { send: RELEASE.send, receive: [...RELEASE.receive, "end"] },
  ]);
  assertEquals([result.faults, result.output, result.exit], [[], "same\nsame\n", 0]);
});

Deno.test("wait ends when the state is reached, and at once when it was before", () => {
  const later = converse(["wait", "a"], [
    greeting(),
    {
      send: loading("a", 0).send,
      receive: [
        ...loading("a", 0, "starting").receive,
        ...turn(
          { kind: "unpin", handle: handle(0) },
          ...event(3, "started"),
          ...event(0, "start-cancelled"),
          ...event(0, "started", startedStatus()),
        ).receive,
      ],
    },
  ]);
  assertEquals([later.faults, later.output, later.exit], [[], "Service 'a' started.\n", 0]);
  const before = converse(["wait", "a"], [greeting(), loading("a", 0, "started")]);
  assertEquals([before.output, before.exit], ["Service (already) started.\n", 0]);
  const unloaded = converse(["wait", "a", "--state", "stopped"], [
    greeting(),
    turn({ kind: "find", name: "a" }, { kind: "no-service" }),
  ]);
  assertEquals([unloaded.output, unloaded.exit], ["Service (already) stopped.\n", 0]);
});

Deno.test("wait gives up after the time", () => {
  const result = converse(["wait", "a", "--timeout", "10s"], [greeting(), loading("a", 0)]);
  assertEquals([result.faults, result.exit, result.io.nowMs], [[], 1, 10_000]);
  assertEquals(result.errors.includes("within the time"), true);
});

Deno.test("watch prints what happens until the manager ends", () => {
  const changed = (state: "unhealthy" | "unknown", why: string) =>
    ({ kind: "health-event", handle: handle(0), state, why }) as const;
  const result = converse(["watch", "a*"], [
    greeting(),
    turn(
      { kind: "list-5" },
      { kind: "service-info", name: "a", form: 5, status: startedStatus() },
      { kind: "service-info", name: "b", form: 5, status: startedStatus() },
      { kind: "list-done" },
    ),
    { send: turn({ kind: "find", name: "a" }).send, receive: loading("a", 0, "started").receive },
    turn(
      { kind: "query-remarks" },
      { kind: "remarks", remarks: new Map() },
      { kind: "list-done" },
      changed("unhealthy", "no answer\u001b[m"),
      changed("unknown", ""),
      ...event(0, "stopped", { state: "starting", target: "started" }),
      ...event(0, "failed"),
      "end",
    ),
  ]);
  assertEquals([result.faults, result.exit], [[], 1]);
  assertEquals(
    result.output,
    "12:34:56 a unhealthy: no answer\ufffd[m\n12:34:56 a health unknown\n" +
      "12:34:56 a stopped (starts again)\n12:34:56 a failed to start\n",
  );
});

/** A terminal that is left after a number of pictures. */
class FakeScreen implements Screen {
  closed = 0;
  #pictures: number;

  constructor(pictures: number) {
    this.#pictures = pictures;
  }

  size(): ScreenSize {
    return { columns: 40, rows: 10 };
  }

  isLeft(): boolean {
    this.#pictures -= 1;
    return this.#pictures === 0;
  }

  close(): void {
    this.closed += 1;
  }
}

const LIST_OF_A = turn(
  { kind: "list-5" },
  { kind: "service-info", name: "a", form: 5, status: startedStatus({ pid: 7 }) },
  { kind: "list-done" },
);

Deno.test("watch on a terminal draws the table anew after an event, and leaves the last one", () => {
  const screen = new FakeScreen(2);
  const result = converse(["watch"], [
    greeting(),
    LIST_OF_A,
    {
      send: turn({ kind: "find", name: "a" }).send,
      receive: [
        ...loading("a", 0, "started").receive,
        ...turn({ kind: "unpin", handle: handle(0) }, ...event(0, "started")).receive,
      ],
    },
    LIST_OF_A,
  ], { screen });
  assertEquals([result.faults, result.exit, screen.closed], [[], 0, 1]);
  const table = (last: string, lineEnd: string) =>
    [
      "1 service: 1 started            12:34:56",
      "STATE     SERVICE      PID  LAST EVENT",
      `started   a              7${last}`,
    ].map((line) => line + lineEnd);
  const picture = (last: string) => `\r${table(last, "\x1b[K").join("\r\n")}\x1b[J\r\x1b[2A`;
  assertEquals(
    result.output,
    picture("") + picture("  12:34:56 st…") + table("  12:34:56 st…", "\n").join(""),
  );
});

Deno.test("watch gives the terminal back when the manager ends", () => {
  const screen = new FakeScreen(9);
  const result = converse(["watch", "none"], [
    greeting(),
    LIST_OF_A,
    turn({ kind: "query-remarks" }, { kind: "nak" }, "end"),
  ], { screen });
  assertEquals([result.faults, result.exit, screen.closed], [[], 1, 1]);
  assertEquals(result.errors, "dinitctl: the manager closed the connection.\n");
});
