/** What the daemon makes, renames and removes. */
import { assert, assertEquals } from "../../assert.ts";
import { platform, run } from "./children.ts";
import { withFolder } from "./folder.ts";

const OWNER = { mode: 0o640, uid: undefined, gid: undefined };

Deno.test("openLogFile() appends, tells the size and sets the mode", () => {
  withFolder((folder) => {
    Deno.writeTextFileSync(`${folder}/log`, "old\n");
    const opened = platform.openLogFile(`${folder}/log`, OWNER);
    assert(opened.kind === "log-file");
    assertEquals([opened.isRegular, opened.sizeBytes], [true, 4]);
    assertEquals(platform.write(opened.fd, new TextEncoder().encode("new\n")), 4);
    platform.close(opened.fd);
    assertEquals(Deno.readTextFileSync(`${folder}/log`), "old\nnew\n");
    assertEquals((Deno.statSync(`${folder}/log`).mode ?? 0) & 0o7777, 0o640);
  });
});

Deno.test("openLogFile() refuses a directory and a FIFO that nobody reads, and takes a device", () => {
  withFolder((folder) => {
    run({ command: ["mkfifo", `${folder}/fifo`] });
    const messageOf = (path: string) => {
      const opened = platform.openLogFile(path, OWNER);
      if (opened.kind === "failure") return opened.message;
      platform.close(opened.fd);
      return `open, regular: ${opened.isRegular}`;
    };
    assertEquals(messageOf(folder), "is a directory (EISDIR)");
    assertEquals(messageOf(`${folder}/fifo`), "no such device or address (ENXIO)");
    const before = Deno.statSync("/dev/null").mode;
    assertEquals(messageOf("/dev/null"), "open, regular: false");
    assertEquals(Deno.statSync("/dev/null").mode, before);
  });
});

Deno.test("rename() replaces, and tells what is missing", () => {
  withFolder((folder) => {
    Deno.writeTextFileSync(`${folder}/a`, "a");
    Deno.writeTextFileSync(`${folder}/b`, "b");
    assertEquals(platform.rename(`${folder}/a`, `${folder}/b`), undefined);
    assertEquals(Deno.readTextFileSync(`${folder}/b`), "a");
    const failure = platform.rename(`${folder}/a`, `${folder}/b`);
    assertEquals(failure?.message, "no such file or directory (ENOENT)");
    assertEquals(
      platform.rename("a", "b".repeat(5000))?.message,
      "file name too long (ENAMETOOLONG)",
    );
  });
});

Deno.test("makeDirectory() and removeDirectory() refuse what is in the way", () => {
  withFolder((folder) => {
    const path = `${folder}/d`;
    assertEquals(platform.makeDirectory(path, 0o755), undefined);
    assertEquals(platform.makeDirectory(path, 0o755)?.message, "file exists (EEXIST)");
    Deno.writeTextFileSync(`${path}/f`, "");
    assertEquals(platform.removeDirectory(path)?.message, "directory not empty (ENOTEMPTY)");
    Deno.removeSync(`${path}/f`);
    assertEquals(platform.removeDirectory(path), undefined);
  });
});

Deno.test("writeFile() writes to what exists and makes nothing", () => {
  withFolder((folder) => {
    Deno.writeTextFileSync(`${folder}/f`, "");
    assertEquals(platform.writeFile(`${folder}/f`, "max"), undefined);
    assertEquals(Deno.readTextFileSync(`${folder}/f`), "max");
    const failure = platform.writeFile(`${folder}/none`, "max");
    assertEquals(failure?.message, "no such file or directory (ENOENT)");
  });
});
