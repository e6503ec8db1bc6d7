/** Output that goes on under another manager: no byte is lost, and none comes twice. */
import { ServiceOutputs } from "../../../daemon/output/service_output.ts";
import { OutputStream } from "../../../daemon/output/stream.ts";
import type { LogTarget, ServiceDescription } from "../../../core/description/mod.ts";
import type { Fd } from "../../../core/types.ts";
import { openPlatform, type Platform } from "../../../platform/mod.ts";
import { assert, assertEquals } from "../../assert.ts";
import { buildDescription } from "../../builders.ts";
import { randomSource } from "../control/random_requests.ts";
import { keptOf } from "../kept/handed_on.ts";
import { noCopies } from "./copies.ts";

const SEED = 0x0a7;
const encoder = new TextEncoder();
const decoder = new TextDecoder();
/** Each has a poller of its own, as two programs have. */
const first = openPlatform();
const second = openPlatform();

function outputsOf(platform: Platform): ServiceOutputs {
  return new ServiceOutputs(platform, {
    warn: () => {},
    wallClock: () => 0,
    keepBuffers: () => {},
    copies: noCopies(platform),
  });
}

function service(log: LogTarget): ServiceDescription {
  return buildDescription("web", { type: "process", log });
}

/** The end that the service writes to. */
function writeEndOf(outputs: ServiceOutputs, description: ServiceDescription): Fd {
  const stream = outputs.streamFor(description, "start");
  assert(stream.kind === "descriptor");
  return stream.fd;
}

/** Whatever is ready is dealt with, once. */
function turn(platform: Platform, reader: { handleDescriptor(fd: Fd): boolean }): void {
  platform.poller.wait(0, {
    descriptor: (fd) => void reader.handleDescriptor(fd),
    signal: () => {},
  });
}

function unwatchAll(platform: Platform, descriptors: readonly Fd[]): void {
  for (const fd of descriptors) platform.poller.unwatch(fd);
}

Deno.test("a log buffer goes on with what was read, what waits, and its stamps", () => {
  const log = { kind: "buffer", limitBytes: 4096, keeps: "newest", timestamps: true } as const;
  const description = service(log);
  const before = outputsOf(first);
  const writeEnd = writeEndOf(before, description);
  first.write(writeEnd, encoder.encode("read before\nhalf a "));
  turn(first, before.reader);
  first.write(writeEnd, encoder.encode("line\nwaits in the pipe\n"));
  const { kept, descriptors } = keptOf(before);
  assertEquals(descriptors.length, 2);
  unwatchAll(first, descriptors);

  const after = outputsOf(second);
  after.adopt(kept);
  turn(second, after.reader);
  second.write(writeEnd, encoder.encode("and more\n"));
  turn(second, after.reader);
  const stamp = "1970-01-01T00:00:00.000Z ";
  const lines = ["read before", "half a line", "waits in the pipe", "and more"];
  const expected = lines.map((line) => `${stamp}${line}\n`).join("");
  assertEquals(decoder.decode(after.contents(description)), expected);
  // The next process writes to the same pipe, behind the note of its start.
  assertEquals(writeEndOf(after, description), writeEnd);
  after.forget(description.name);
});

Deno.test("a buffer that has dropped lines still tells how many", () => {
  const log = { kind: "buffer", limitBytes: 64, keeps: "newest", timestamps: false } as const;
  const description = service(log);
  const before = outputsOf(first);
  const writeEnd = writeEndOf(before, description);
  for (let count = 0; count < 20; count++) {
    first.write(writeEnd, encoder.encode(`line ${count}\n`));
    turn(first, before.reader);
  }
  const { kept, descriptors } = keptOf(before);
  unwatchAll(first, descriptors);
  const after = outputsOf(second);
  after.adopt(kept);
  assertEquals(after.contents(description), before.contents(description));
  second.write(writeEnd, encoder.encode("line 20\n"));
  turn(second, after.reader);
  const text = decoder.decode(after.contents(description));
  assert(text.includes("dropped") && text.endsWith("line 19\nline 20\n"), text);
  after.forget(description.name);
});

Deno.test("log files lose no byte, and a FIFO that takes nothing none either, at random moments", () => {
  const folder = Deno.makeTempDirSync({ prefix: "dinit-kept-" });
  try {
    for (let run = 0; run < 30; run++) {
      const random = randomSource(SEED + run);
      const path = `${folder}/log${run}`;
      const isFifo = run % 2 === 0;
      if (isFifo) new Deno.Command("mkfifo", { args: [path] }).outputSync();
      const reader = isFifo ? Deno.openSync(path, { read: true, write: true }) : undefined;
      const log = {
        ...{
          kind: "file" as const,
          path,
          mode: 0o600,
          uid: undefined,
          gid: undefined,
          timestamps: false,
        },
        rotation: { sizeBytes: 1 << 30, count: 1 },
      } as const;
      const description = service(log);
      let [platform, other] = [first, second];
      let outputs = outputsOf(platform);
      const writeEnd = writeEndOf(outputs, description);
      let written = "";
      let got = "";
      const take = (bytes: number) => {
        const buffer = new Uint8Array(bytes);
        const { size } = { size: reader?.readSync(buffer) ?? 0 };
        got += decoder.decode(buffer.subarray(0, size));
      };
      for (let count = 0; count < 60; count++) {
        const text = `${count}:${"x".repeat(random(9000))}\n`;
        // What is written is what the pipe takes.
        const taken = first.setBlocking(writeEnd, false) ??
          first.write(writeEnd, encoder.encode(text));
        if (typeof taken === "number") written += text.slice(0, taken);
        for (let turns = random(3); turns > 0; turns--) turn(platform, outputs.reader);
        if (isFifo && got.length < written.length && random(3) === 0 && hasInput(reader)) {
          take(8192);
        }
        if (random(4) !== 0) continue;
        const { kept, descriptors } = keptOf(outputs);
        unwatchAll(platform, descriptors);
        [platform, other] = [other, platform];
        outputs = outputsOf(platform);
        outputs.adopt(kept);
      }
      for (let idle = 0; idle < 50; idle++) {
        turn(platform, outputs.reader);
        outputs.reader.runDue(platform.now());
        while (isFifo && hasInput(reader)) take(65_536);
        outputs.drain(description.name);
      }
      if (!isFifo) got = Deno.readTextFileSync(path);
      assertEquals(got.length, written.length, `run ${run}`);
      assert(got === written, `run ${run}: other bytes`);
      outputs.forget(description.name);
      reader?.close();
    }
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
});

/** Whether a read would not wait. */
function hasInput(reader: Deno.FsFile | undefined): boolean {
  if (reader === undefined) return false;
  const fd = descriptorOf(reader);
  return first.waitingInput(fd) === "some";
}

/** Deno tells no number: that of the newest FIFO in the table of this process. */
function descriptorOf(reader: Deno.FsFile): Fd {
  const { ino } = reader.statSync();
  const found = [...Deno.readDirSync("/proc/self/fd")].find(({ name }) => {
    try {
      return Deno.statSync(`/proc/self/fd/${name}`).ino === ino &&
        /flags:\s+0\d*2\b/.test(Deno.readTextFileSync(`/proc/self/fdinfo/${name}`));
    } catch {
      return false;
    }
  });
  assert(found !== undefined);
  return Number(found.name) as Fd;
}

Deno.test("a stream goes on with what waits for its reader, in order and once", () => {
  const pipe = first.pipe();
  assert(pipe.kind === "pipe");
  const before = new OutputStream(first);
  before.open(pipe.writeEnd);
  const line = "x".repeat(999);
  let said = 0;
  while (before.isIdle) before.write(`${said++} ${line}\n`);
  for (let more = 0; more < 5; more++) before.write(`${said++} ${line}\n`);
  const { kept, descriptors } = keptOf(before);
  assertEquals(descriptors, [pipe.writeEnd]);
  unwatchAll(first, descriptors);

  const after = new OutputStream(second);
  after.write("said before it was here\n");
  after.adopt(kept);
  let got = "";
  const buffer = new Uint8Array(65_536);
  for (let turns = 0; turns < 20; turns++) {
    for (;;) {
      const count = second.read(pipe.readEnd, buffer);
      if (typeof count !== "number" || count === 0) break;
      got += decoder.decode(buffer.subarray(0, count));
    }
    turn(second, after);
  }
  const expected = Array.from({ length: said }, (_, index) => `${index} ${line}\n`).join("");
  assertEquals(got.length, expected.length + "said before it was here\n".length);
  assertEquals(got === `${expected}said before it was here\n`, true);
  assert(after.isIdle);
  after.close();
  first.close(pipe.readEnd);
  first.close(pipe.writeEnd);
});
