import { assert, assertEquals } from "../../../assert.ts";
import { fd as asFd, type Instant } from "../../../../core/types.ts";
import { bsdOwnProcess } from "../../../../platform/bsd/own_process.ts";
import { openScratchFile } from "../../../../platform/linux/processes/own_process.ts";
import { type SystemUnderTest, testSystems } from "../systems.ts";

/** As the system makes it: in memory, or without a name. */
function scratchFile({ name, kernel, parts, platform, copyProgram }: SystemUnderTest) {
  const made = name === "Linux"
    ? openScratchFile()
    : bsdOwnProcess(kernel, { ...parts, ...platform, copyProgram }).openScratchFile();
  return typeof made === "number" ? made : assert(false, made.message);
}

function isCloseOnExec({ kernel }: SystemUnderTest, fd: number): boolean {
  const { calls, abi } = kernel;
  return (kernel.numbers(calls.fcntl, fd, abi.file.F_GETFD, 0, 0, 0, 0) & 1) === 1;
}

testSystems("a scratch file is read from its beginning, as often as one likes", (system) => {
  const { platform } = system;
  const file = scratchFile(system) as number;
  assert(isCloseOnExec(system, file), "Others would get it");
  const bytes = Uint8Array.from({ length: 10_000 }, (_, index) => index % 251);
  assertEquals(platform.write(asFd(file), bytes), bytes.length);
  for (let round = 0; round < 2; round++) {
    const read = platform.readFromStart(asFd(file), bytes.length);
    assertEquals(read.kind === "bytes" && read.bytes.length, bytes.length);
    assertEquals(read, { kind: "bytes", bytes });
  }
  const tooLarge = platform.readFromStart(asFd(file), bytes.length - 1);
  assertEquals(tooLarge.kind === "failure" && tooLarge.call, "read");
  platform.close(asFd(file));
});

testSystems(
  "passOn() opens descriptors to a program in this one's place, and takes it back",
  (system) => {
    const { platform } = system;
    const pipe = platform.pipe();
    if (pipe.kind === "failure") return assert(false, pipe.message);
    const both = [pipe.readEnd, pipe.writeEnd];
    assertEquals(platform.passOn(both, true), undefined);
    assertEquals(both.map((fd) => isCloseOnExec(system, fd)), [false, false]);
    assertEquals(platform.passOn(both, false), undefined);
    assertEquals(both.map((fd) => isCloseOnExec(system, fd)), [true, true]);
    for (const fd of both) platform.close(fd);
    assertEquals(platform.passOn([asFd(9_999)], true)?.call, "fcntl");
  },
);

testSystems("continueClock() goes on with the time of another program", ({ platform }) => {
  const { instant, kernelMs } = platform.keepClock();
  const HOUR_MS = 3_600_000;
  // One that had run for an hour, and was here a second ago.
  platform.continueClock({ instant: HOUR_MS as Instant, kernelMs: kernelMs - 1000 });
  const now = platform.now();
  platform.continueClock({ instant, kernelMs });
  const passed = platform.now() - instant;
  assert(now >= HOUR_MS + 1000 && now <= HOUR_MS + 1000 + passed, `It is ${now}`);
});

testSystems("a program is copied to where nothing is, and can be removed", (system, folder) => {
  const { platform, copyProgram } = system;
  const [from, to] = [`${folder}/from`, `${folder}/to`];
  const bytes = Uint8Array.from({ length: 3_000_001 }, (_, index) => index % 253);
  Deno.writeFileSync(from, bytes);
  assertEquals(copyProgram(from, to), undefined);
  assertEquals(Deno.readFileSync(to), bytes);
  assertEquals((Deno.statSync(to).mode ?? 0) & 0o100, 0o100);
  const again = copyProgram(from, to);
  assertEquals(again?.call, "open");
  assertEquals(platform.removeFile(to), undefined);
  assertEquals(platform.removeFile(to)?.call, "unlink");
  assertEquals(copyProgram(`${folder}/none`, to)?.call, "open");
  assertEquals([...Deno.readDirSync(folder)].map(({ name }) => name), ["from"]);
});
