/**
 * Files: read whole or refused with the reason; directories; what exists, is made, removed and
 * written to.
 */
import { assert, assertEquals, assertMatch } from "../../../assert.ts";
import { run } from "../../linux/children.ts";
import { type SystemUnderTest, testSystems } from "../systems.ts";

const LIMIT = 1 << 20;

/** What a file holds, or why it cannot be read. */
function reader({ platform }: SystemUnderTest): (path: string, limit?: number) => string {
  return (path, limit = LIMIT) => {
    const result = platform.readFile(path, limit);
    return result.kind === "contents" ? new TextDecoder().decode(result.bytes) : result.message;
  };
}

testSystems("readFile() reads a file whole, up to exactly its limit", (system, folder) => {
  const textOf = reader(system);
  const path = `${folder}/ä b`;
  for (const size of [0, 1, 4095, 4096, 4097, 100_000]) {
    const text = "x".repeat(size);
    Deno.writeTextFileSync(path, text);
    assertEquals(textOf(path), text);
    assertEquals(textOf(path, size), text);
  }
  assertEquals(textOf(path, 99_999), "larger than the limit of 99999 bytes (EFBIG)");
});

testSystems("readFile() reads files that claim to be empty", (system) => {
  const textOf = reader(system);
  assertMatch(textOf("/proc/self/status"), /^Name:.*\nvoluntary|^Name:/s);
  assertMatch(textOf("/proc/kallsyms", 100), /larger than the limit of 100 bytes \(EFBIG\)/);
});

testSystems("readFile() gives the time of change to the nanosecond", (system, folder) => {
  const { platform } = system;
  const path = `${folder}/f`;
  Deno.writeTextFileSync(path, "");
  run({ command: ["touch", "-d", "@1700000000.123456789", path] });
  const result = platform.readFile(path, LIMIT);
  assert(result.kind === "contents");
  assertEquals(
    [result.modifiedSeconds, result.modifiedNanoseconds],
    [1_700_000_000, 123_456_789],
  );
});

testSystems("readFile() refuses what is no regular file, without waiting", (system, folder) => {
  const textOf = reader(system);
  run({ command: ["mkfifo", `${folder}/fifo`] });
  assertEquals(textOf(`${folder}/fifo`), "not a regular file (EINVAL)");
  assertEquals(textOf(folder), "is a directory (EISDIR)");
  assertEquals(textOf("/dev/zero"), "not a regular file (EINVAL)");
  assertEquals(textOf(`${folder}/none`), "no such file or directory (ENOENT)");
  assertEquals(textOf(`${folder}/a\0b`), "path holds a NUL character (EINVAL)");
  assertEquals(textOf(`/${"x/".repeat(3000)}`), "file name too long (ENAMETOOLONG)");
});

testSystems("readDirectory() lists thousands of names", (system, folder) => {
  const { platform } = system;
  const names = Array.from({ length: 2000 }, (_, index) => `ü${index}`.padEnd(40, "-"));
  for (const name of names) Deno.writeTextFileSync(`${folder}/${name}`, "");
  const listed = platform.readDirectory(folder);
  assert(listed.kind === "names");
  assertEquals(listed.names.sort(), names.sort());
  const file = platform.readDirectory(`${folder}/${names[0]}`);
  assert(file.kind === "failure");
  assertEquals(file.message, "not a directory (ENOTDIR)");
});

testSystems("exists() and realPath() follow links as the kernel does", (system, folder) => {
  const { platform } = system;
  const base = Deno.realPathSync(folder);
  Deno.writeTextFileSync(`${folder}/file`, "");
  Deno.symlinkSync("file", `${folder}/link`);
  Deno.symlinkSync("loop", `${folder}/loop`);
  assertEquals(
    ["file", "link", "loop", "none"].map((name) => platform.exists(`${folder}/${name}`)),
    [
      true,
      true,
      false,
      false,
    ],
  );
  assertEquals<unknown>(platform.realPath(`${folder}/./link`), {
    kind: "path",
    path: `${base}/file`,
  });
  const loop = platform.realPath(`${folder}/loop`);
  assert(loop.kind === "failure");
  assertMatch(loop.message, /ELOOP/);
  assertEquals([platform.exists(`${folder}/none`), platform.exists(`${folder}/file`)], [
    false,
    true,
  ]);
});

testSystems("errno is right every time", (system) => {
  const { platform } = system;
  const ENOENT = 2;
  let wrong = 0;
  for (let round = 0; round < 20_000; round++) {
    const result = platform.readFile(`/nowhere/${round}`, LIMIT);
    if (result.kind !== "failure" || result.errno !== ENOENT) wrong++;
  }
  assertEquals(wrong, 0);
});

testSystems("directories come and go, and what is in the way is told", ({ platform }, folder) => {
  const path = `${folder}/d`;
  assertEquals(platform.makeDirectory(path, 0o755), undefined);
  assertEquals(platform.makeDirectory(path, 0o755)?.message, "file exists (EEXIST)");
  Deno.writeTextFileSync(`${path}/f`, "");
  assertEquals(platform.removeDirectory(path)?.message, "directory not empty (ENOTEMPTY)");
  Deno.removeSync(`${path}/f`);
  assertEquals(platform.removeDirectory(path), undefined);
});

testSystems("writeFile() writes to what exists and makes nothing", ({ platform }, folder) => {
  Deno.writeTextFileSync(`${folder}/f`, "");
  assertEquals(platform.writeFile(`${folder}/f`, "max"), undefined);
  assertEquals(Deno.readTextFileSync(`${folder}/f`), "max");
  const failure = platform.writeFile(`${folder}/none`, "max");
  assertEquals(failure?.message, "no such file or directory (ENOENT)");
});
