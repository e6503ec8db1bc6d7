/** Files: read whole or refused with the reason; directories; what exists. */
import { assert, assertEquals, assertMatch } from "../../assert.ts";
import { platform, run } from "./children.ts";
import { withFolder } from "./folder.ts";

const LIMIT = 1 << 20;

function textOf(path: string, limit = LIMIT): string {
  const result = platform.readFile(path, limit);
  return result.kind === "contents" ? new TextDecoder().decode(result.bytes) : result.message;
}

Deno.test("readFile() reads a file whole, up to exactly its limit", () => {
  withFolder((folder) => {
    const path = `${folder}/ä b`;
    for (const size of [0, 1, 4095, 4096, 4097, 100_000]) {
      const text = "x".repeat(size);
      Deno.writeTextFileSync(path, text);
      assertEquals(textOf(path), text);
      assertEquals(textOf(path, size), text);
    }
    assertEquals(textOf(path, 99_999), "larger than the limit of 99999 bytes (EFBIG)");
  });
});

Deno.test("readFile() reads files that claim to be empty", () => {
  assertMatch(textOf("/proc/self/status"), /^Name:.*\nvoluntary|^Name:/s);
  assertMatch(textOf("/proc/kallsyms", 100), /larger than the limit of 100 bytes \(EFBIG\)/);
});

Deno.test("readFile() gives the time of change to the nanosecond", () => {
  withFolder((folder) => {
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
});

Deno.test("readFile() refuses what is no regular file, without waiting", () => {
  withFolder((folder) => {
    run({ command: ["mkfifo", `${folder}/fifo`] });
    assertEquals(textOf(`${folder}/fifo`), "not a regular file (EINVAL)");
    assertEquals(textOf(folder), "is a directory (EISDIR)");
    assertEquals(textOf("/dev/zero"), "not a regular file (EINVAL)");
    assertEquals(textOf(`${folder}/none`), "no such file or directory (ENOENT)");
    assertEquals(textOf(`${folder}/a\0b`), "path holds a NUL character (EINVAL)");
    assertEquals(textOf(`/${"x/".repeat(3000)}`), "file name too long (ENAMETOOLONG)");
  });
});

Deno.test("readDirectory() lists thousands of names", () => {
  withFolder((folder) => {
    const names = Array.from({ length: 2000 }, (_, index) => `ü${index}`.padEnd(40, "-"));
    for (const name of names) Deno.writeTextFileSync(`${folder}/${name}`, "");
    const listed = platform.readDirectory(folder);
    assert(listed.kind === "names");
    assertEquals(listed.names.sort(), names.sort());
    const file = platform.readDirectory(`${folder}/${names[0]}`);
    assert(file.kind === "failure");
    assertEquals(file.message, "not a directory (ENOTDIR)");
  });
});

Deno.test("exists() and realPath() follow links as the kernel does", () => {
  withFolder((folder) => {
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
});

Deno.test("errno is right every time", () => {
  const ENOENT = 2;
  let wrong = 0;
  for (let round = 0; round < 20_000; round++) {
    const result = platform.readFile(`/nowhere/${round}`, LIMIT);
    if (result.kind !== "failure" || result.errno !== ENOENT) wrong++;
  }
  assertEquals(wrong, 0);
});
