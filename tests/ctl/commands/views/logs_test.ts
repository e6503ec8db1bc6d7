/** `logs` of files, of several services, and of chosen lines. */
import { handle } from "../../../../core/protocol/mod.ts";
import { LineReader, mergedLines } from "../../../../ctl/commands/views/log_lines.ts";
import { assertEquals } from "../../../assert.ts";
import { BOOT } from "../../boot_example.ts";
import type { FakeIoOptions, Turn } from "../../fake_io.ts";
import { converse } from "../../session_runner.ts";
import { greeting, loading, record, startedStatus, turn } from "../../turns.ts";

const encoder = new TextEncoder();

function at(minute: number, second = 0): string {
  return `2026-11-30T12:${String(minute).padStart(2, "0")}:${String(second).padStart(2, "0")}.000Z`;
}

const ROTATED = 'type = "process"\ncommand = "/bin/x"\nlog-type = "file"\n' +
  'logfile = "/log/files"\nlog-rotate-size = 1000\nlog-rotate-count = 2\n';

const FILES: FakeIoOptions = {
  texts: { "/sd/files.toml": ROTATED, "/sd/quiet.toml": 'type = "internal"\n' },
  logs: {
    "/log/files": () => ({ identity: "c", text: `${at(5)} five\n${at(7)} seven\n` }),
    "/log/files.1": () => ({ identity: "b", text: `${at(3)} three\n  and more\n` }),
    "/log/files.2": () => ({ identity: "a", text: "no time\n" }),
  },
};

const CLOSE = turn({ kind: "close-handle", handle: handle(0) }, { kind: "ack" });
const ENVIRONMENT = turn({ kind: "list-environment" }, { kind: "environment", entries: [] });

function find(name: string): Turn {
  return turn({ kind: "find", name }, record(0, "started"));
}

function buffer(text: string | undefined): Turn {
  return turn(
    { kind: "read-log", handle: handle(0), clear: false },
    text === undefined ? { kind: "nak" } : { kind: "log", bytes: encoder.encode(text) },
  );
}

const WHERE = turn({ kind: "query-description-directory", handle: handle(0) }, {
  ...{ kind: "description-directory", directory: "/sd" },
});

/** What is asked about a service with a file, and about one with a buffer. */
const FILE_TURNS = [find("files"), buffer(undefined), CLOSE, find("files"), WHERE, CLOSE];
function bufferTurns(name: string, text: string): readonly Turn[] {
  return [find(name), buffer(text), CLOSE];
}

const BUFFER = `${at(4)} four\n${at(6)} six\n`;

Deno.test("logs of one service prints its file after those that were put aside, as they are", () => {
  const turns = [
    ...[greeting(), loading("files", 0), buffer(undefined), ENVIRONMENT, ...FILE_TURNS],
  ];
  const { output, exit, faults } = converse(["logs", "files"], turns, FILES);
  assertEquals([faults, exit], [[], 0]);
  assertEquals(
    output,
    `no time\n${at(3)} three\n  and more\n${at(5)} five\n${at(7)} seven\n`,
  );
  assertEquals(
    converse(["logs", "-n", "1", "files"], turns, FILES).output,
    `${at(7)} seven\n`,
  );
});

Deno.test("logs of several services puts lines into the order of their times", () => {
  const { output, exit, faults } = converse(["logs", "files", "web"], [
    ...[greeting(), ENVIRONMENT, ...FILE_TURNS, ...bufferTurns("web", BUFFER)],
  ], FILES);
  assertEquals([faults, exit], [[], 0]);
  assertEquals(
    output,
    "files: no time\n" +
      `${at(3)} files: three\n` +
      `${at(3)} files:   and more\n` +
      `${at(4)} web: four\n` +
      `${at(5)} files: five\n` +
      `${at(6)} web: six\n` +
      `${at(7)} files: seven\n`,
  );
});

Deno.test("logs without a name takes all that is loaded and kept", () => {
  const { output, exit, faults } = converse(["logs", "--json", "-n", "2"], [
    ...[greeting()],
    turn(
      { kind: "list-5" },
      { kind: "service-info", name: "quiet", form: 5, status: startedStatus() },
      { kind: "service-info", name: "web", form: 5, status: startedStatus() },
      { kind: "list-done" },
    ),
    ENVIRONMENT,
    ...[find("quiet"), buffer(undefined), CLOSE, find("quiet"), WHERE, CLOSE],
    ...bufferTurns("web", `${BUFFER}\x1b[31mred\x07`),
  ], FILES);
  assertEquals([faults, exit], [[], 0]);
  assertEquals(output.includes("\x1b"), false);
  assertEquals(output.trimEnd().split("\n").map((line) => JSON.parse(line)), [
    { time: at(6), service: "web", text: "six" },
    { time: at(6), service: "web", text: "\x1b[31mred\x07" },
  ]);
});

Deno.test("logs --since, --until and --grep choose lines, and say which cannot be judged", () => {
  const ask = (...words: readonly string[]) =>
    converse(
      ["logs", "files", ...words],
      [greeting(), ENVIRONMENT, ...FILE_TURNS],
      FILES,
    );
  const both = ask("--since", at(3), "--until", at(5));
  assertEquals(both.output, `${at(3)} three\n${at(3)}   and more\n${at(5)} five\n`);
  assertEquals(
    both.errors,
    "dinitctl: lines without a time are left out (set 'log-timestamps'): files\n",
  );
  const found = ask("--grep", "^(no|f)");
  assertEquals([found.output, found.errors], [`no time\n${at(5)} five\n`, ""]);
});

Deno.test("logs --boot takes lines since the manager began, and all of a buffer", () => {
  const starts = { ...BOOT, begunAt: Date.parse(at(4)) };
  const { output, faults } = converse(["logs", "--boot", "files", "web"], [
    greeting(),
    turn({ kind: "query-starts" }, { kind: "starts", report: starts }),
    ...[ENVIRONMENT, ...FILE_TURNS, ...bufferTurns("web", "untimed\n")],
  ], FILES);
  assertEquals(faults, []);
  assertEquals(output, `web: untimed\n${at(5)} files: five\n${at(7)} files: seven\n`);
});

Deno.test("logs -f goes on with a file that is put aside, and with lines when they end", () => {
  const begin = `${at(1)} one\n`;
  const states: readonly Readonly<Record<string, { identity: string; text: string }>>[] = [
    { "/log/files": { identity: "a", text: begin } },
    { "/log/files": { identity: "a", text: `${begin}${at(2)} tw` } },
    {
      "/log/files": { identity: "b", text: `${at(3)} three\n` },
      "/log/files.1": { identity: "a", text: `${begin}${at(2)} two\n` },
    },
    { "/log/files": { identity: "b", text: `${at(3)} three\n${at(4)} four\n` } },
  ];
  const state = (path: string) => (nowMs: number) => states[Math.min(3, nowMs / 250)]?.[path];
  const { output } = converse(["logs", "-f", "--grep", "o|r", "files"], [
    ...[greeting(), ENVIRONMENT, ...FILE_TURNS],
  ], {
    ...FILES,
    logs: { "/log/files": state("/log/files"), "/log/files.1": state("/log/files.1") },
    closesAfterMs: 1000,
  });
  assertEquals(
    output,
    `${at(1)} one\n${at(2)} two\n${at(3)} three\n${at(4)} four\n`,
  );
});

Deno.test("logs refuses what it cannot read, and what belongs to one buffer", () => {
  const errors = (...words: readonly string[]) => converse(["logs", ...words], [greeting()]).errors;
  assertEquals(
    errors("web", "--since", "soon"),
    "dinitctl: cannot read --since soon: write it as '2026-11-30 12:34', '12:34', 'yesterday' or '10min ago'.\n",
  );
  assertEquals(
    errors("web", "--grep", "(").startsWith("dinitctl: cannot read --grep (: "),
    true,
  );
  assertEquals(
    errors("a", "b", "--clear"),
    "dinitctl: --clear is for the buffer of one service.\n",
  );
});

Deno.test("logs names those of which nothing is kept", () => {
  const { errors, exit } = converse(["logs", "quiet", "web"], [
    ...[greeting(), ENVIRONMENT],
    ...[find("quiet"), buffer(undefined), CLOSE, find("quiet"), WHERE, CLOSE],
    ...bufferTurns("web", BUFFER),
  ], FILES);
  assertEquals([errors, exit], [
    "dinitctl: no output of service 'quiet' is kept, or it is not loaded.\n",
    1,
  ]);
});

Deno.test("LineReader puts lines together that come in pieces, of letters, too", () => {
  const reader = new LineReader("web");
  const bytes = encoder.encode(`${at(1)} grün\nblau`);
  const lines = [...bytes].flatMap((byte) => reader.read(Uint8Array.of(byte)));
  assertEquals([...lines, ...reader.finish()].map(({ text }) => text), ["grün", "blau"]);
  assertEquals(reader.finish(), []);
});

Deno.test("mergedLines() keeps the order of a service's lines at one moment", () => {
  const line = (service: string, timeMs: number | undefined, text: string) => ({
    ...{ service, timeMs, text },
  });
  const merged = mergedLines([
    ...[line("a", 2, "1"), line("a", 2, "2"), line("b", 1, "3"), line("b", undefined, "4")],
    line("c", undefined, "5"),
  ]);
  assertEquals(merged.map(({ text }) => text), ["4", "5", "3", "1", "2"]);
});
