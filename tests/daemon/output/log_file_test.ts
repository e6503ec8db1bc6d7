/** Log files that the manager writes, on a real file system. */
import { LogFile } from "../../../daemon/output/log_file.ts";
import type { LogFileTarget } from "../../../daemon/output/log_file_target.ts";
import { openPlatform, type Platform } from "../../../platform/mod.ts";
import { assert, assertEquals, assertIncludes } from "../../assert.ts";
import { surroundings, testNeeding, tool } from "../../skip.ts";

const platform = openPlatform();
const encoder = new TextEncoder();

interface Scene {
  readonly folder: string;
  readonly target: LogFileTarget;
  readonly file: LogFile;
  readonly warnings: string[];
  append(text: string): void;
  /** Names and contents of the folder. */
  contents(): Record<string, string>;
}

function withLogFile(
  options: { rotate?: { sizeBytes: number; count: number }; platform?: Platform; folder?: string },
  body: (scene: Scene) => void,
): void {
  const folder = options.folder ?? Deno.makeTempDirSync({ prefix: "dinit-log-" });
  const target: LogFileTarget = {
    path: `${folder}/log`,
    mode: 0o600,
    uid: undefined,
    gid: undefined,
    rotation: options.rotate,
  };
  const warnings: string[] = [];
  const file = new LogFile(options.platform ?? platform, target, {
    warn: (text) => warnings.push(text),
    stamp: () => "",
  });
  const contents = () => {
    const names = [...Deno.readDirSync(folder)].map((entry) => entry.name).toSorted();
    return Object.fromEntries(
      names.map((name) => [name, Deno.readTextFileSync(`${folder}/${name}`)]),
    );
  };
  const append = (text: string) => file.append(encoder.encode(text));
  try {
    body({ folder, target, file, warnings, append, contents });
    file.close();
    assertEquals(openBelow(folder), [], "descriptors");
  } finally {
    file.close();
    if (options.folder === undefined) Deno.removeSync(folder, { recursive: true });
  }
}

/**
 * What this process has open in a folder. Other tests open and close files meanwhile, but none of
 * it.
 */
function openBelow(folder: string): readonly string[] {
  const paths = [...Deno.readDirSync("/proc/self/fd")].map(({ name }) =>
    linkAt(`/proc/self/fd/${name}`)
  );
  return paths.filter((path) => path === folder || path.startsWith(`${folder}/`));
}

/** Empty when there is none. */
function linkAt(path: string): string {
  try {
    return Deno.readLinkSync(path);
  } catch {
    return "";
  }
}

Deno.test("LogFile rotates between lines and keeps as many old files as it is told", () => {
  withLogFile({ rotate: { sizeBytes: 8, count: 2 } }, ({ append, contents, file, target }) => {
    assertEquals(file.open(target), undefined);
    append("one\ntwo\nthr");
    append("ee\nfour\nfive\nsix\n");
    assertEquals(contents(), { "log": "six\n", "log.1": "five\n", "log.2": "four\n" });
  });
});

Deno.test("LogFile counts what the file held before it was opened", () => {
  withLogFile({ rotate: { sizeBytes: 8, count: 1 } }, ({ append, contents, folder }) => {
    Deno.writeTextFileSync(`${folder}/log`, "before\n");
    append("after\n");
    assertEquals(contents(), { "log": "after\n", "log.1": "before\n" });
  });
});

Deno.test("LogFile rotates the file that a link leads to, and leaves the link", () => {
  withLogFile({ rotate: { sizeBytes: 4, count: 1 } }, ({ append, folder, file, target }) => {
    Deno.mkdirSync(`${folder}/real`);
    Deno.symlinkSync("real/data", `${folder}/log`);
    assertEquals(file.open(target), undefined);
    append("one\ntwo\n");
    assertEquals(Deno.readTextFileSync(`${folder}/real/data.1`), "one\n");
    assertEquals(Deno.readTextFileSync(`${folder}/log`), "two\n");
  });
});

Deno.test("LogFile that cannot be put aside grows on and says so once in each size", () => {
  const broken: Platform = {
    ...platform,
    rotateLogFile: () => (
      { kind: "failure", call: "rename", errno: 30, message: "read-only (EROFS)" }
    ),
  };
  withLogFile(
    { rotate: { sizeBytes: 4, count: 1 }, platform: broken },
    ({ append, contents, warnings }) => {
      append("one\ntwo\nthr\n");
      assertEquals(contents(), { "log": "one\ntwo\nthr\n" });
      assertEquals(warnings.length, 2);
      assertIncludes(warnings[0] ?? "", "Cannot rotate the log file");
    },
  );
});

Deno.test("LogFile on a descriptor, which has no name to be put aside by, grows on", () => {
  withLogFile({ rotate: { sizeBytes: 4, count: 1 } }, (scene) => {
    const { folder, target, file, append, contents, warnings } = scene;
    using open = Deno.openSync(`${folder}/log`, { write: true, create: true, append: true });
    const descriptor = [...Deno.readDirSync("/proc/self/fd")].map(({ name }) =>
      `/proc/self/fd/${name}`
    ).find((path) => linkAt(path) === `${folder}/log`);
    assert(descriptor !== undefined && open.statSync().isFile);
    assertEquals(file.open({ ...target, path: descriptor }), undefined);
    append("one\ntwo\n");
    assertEquals(contents(), { "log": "one\ntwo\n" });
    assertEquals(warnings.length, 1);
    assertIncludes(
      warnings[0] ?? "",
      `Cannot rotate the log file "${descriptor}": it stands for an open`,
    );
  });
});

Deno.test("LogFile does not go after a file that is another one whenever it looks", () => {
  // As of file systems whose inode numbers do not last.
  const restless: Platform = { ...platform, rotateLogFile: () => ({ kind: "replaced" }) };
  const options = { rotate: { sizeBytes: 4, count: 1 }, platform: restless };
  withLogFile(options, ({ target, file, append, contents, warnings }) => {
    assertEquals(file.open(target), undefined);
    append("one\ntwo\n");
    assertEquals(contents(), { "log": "one\ntwo\n" });
    assertEquals(warnings.length, 1);
    assertIncludes(warnings[0] ?? "", "another file each time it is looked at; it grows on");
  });
});

Deno.test("LogFile at rest opens its file again when more is to be written", () => {
  withLogFile({}, ({ append, contents, file, folder }) => {
    append("one\n");
    file.rest();
    Deno.renameSync(`${folder}/log`, `${folder}/moved`);
    append("two\n");
    assertEquals(contents(), { "log": "two\n", "moved": "one\n" });
  });
});

Deno.test("LogFile makes a file anew that was moved or removed", () => {
  withLogFile({ rotate: { sizeBytes: 8, count: 3 } }, ({ append, contents, folder }) => {
    append("one\n");
    Deno.renameSync(`${folder}/log`, `${folder}/moved`);
    append("two\n");
    assertEquals(contents(), { "log": "two\n", "moved": "one\n" });
    Deno.removeSync(`${folder}/log`);
    append("three\n");
    append("four\n");
    assertEquals(contents(), { "log": "four\n", "log.1": "three\n", "moved": "one\n" });
    Deno.writeTextFileSync(`${folder}/new`, "new\n");
    Deno.renameSync(`${folder}/new`, `${folder}/log`);
    append("five");
    assertEquals(contents().log, "new\nfive");
  });
});

Deno.test("LogFile counts what others took from the file, or wrote to it", () => {
  withLogFile({ rotate: { sizeBytes: 8, count: 1 } }, ({ append, contents, folder }) => {
    append("one\ntwo\n");
    Deno.truncateSync(`${folder}/log`, 0);
    append("three\n");
    assertEquals(contents(), { "log": "three\n" });
    Deno.writeTextFileSync(`${folder}/log`, "!\n", { append: true });
    append("four\n");
    assertEquals(contents(), { "log": "four\n", "log.1": "three\n!\n" });
  });
});

Deno.test("LogFile that cannot be made anew goes on where it is, and says so once", () => {
  withLogFile({}, ({ append, contents, folder, warnings }) => {
    append("one\n");
    Deno.renameSync(`${folder}/log`, `${folder}/moved`);
    Deno.mkdirSync(`${folder}/log`);
    append("two\n");
    append("three\n");
    assertEquals(Deno.readTextFileSync(`${folder}/moved`), "one\ntwo\nthree\n");
    assertEquals(warnings, [
      `The log file "${folder}/log" is written to where it is now: it was moved or removed, and ` +
      "cannot be opened anew: is a directory (EISDIR)",
    ]);
    Deno.removeSync(`${folder}/log`);
    append("four\n");
    assertEquals(contents().log, "four\n");
  });
});

Deno.test("LogFile puts the lines of several writers on lines of their own", () => {
  withLogFile({}, ({ file, contents }) => {
    const [first, second] = [{}, {}];
    const append = (text: string, writer: object) => file.append(encoder.encode(text), writer);
    append("one\nhalf", first);
    append("two\n", second);
    append(" and half\n", first);
    append("more", second);
    append(" of it\n", second);
    assertEquals(contents().log, "one\nhalf\ntwo\n and half\nmore of it\n");
  });
});

Deno.test("LogFile drops whole lines that cannot be written, and tells how many", () => {
  let isFull = false;
  const disk: Platform = {
    ...platform,
    write: (fd, bytes) =>
      isFull
        ? { kind: "failure", call: "write", errno: 28, message: "no space left on device (ENOSPC)" }
        : platform.write(fd, bytes),
  };
  withLogFile({ platform: disk }, ({ append, contents, warnings }) => {
    append("one\ntw");
    isFull = true;
    append("o\nthree\n");
    append("fo");
    isFull = false;
    append("ur\nfive\n");
    assertEquals(
      contents().log,
      "one\ntw\ndinit: 3 lines were lost: no space left on device (ENOSPC)\nfive\n",
    );
    assertEquals(warnings.length, 1);
    assertIncludes(warnings[0] ?? "", "no space left on device (ENOSPC); lines are dropped");
  });
});

Deno.test("LogFile tells what was lost at the latest when the service has stopped", () => {
  let isFull = true;
  const disk: Platform = {
    ...platform,
    write: (fd, bytes) =>
      isFull
        ? { kind: "failure", call: "write", errno: 28, message: "no space" }
        : platform.write(fd, bytes),
  };
  withLogFile({ platform: disk }, ({ append, contents, file }) => {
    append("half a line");
    isFull = false;
    file.rest();
    assertEquals(contents().log, "dinit: 1 line was lost: no space\n");
  });
});

Deno.test("LogFile on a FIFO keeps what its reader does not take, up to a bound", () => {
  withLogFile({}, ({ append, file, folder, target }) => {
    const made = new Deno.Command("mkfifo", { args: [target.path] }).outputSync();
    assert(made.success);
    assertEquals(file.open(target)?.message, "no such device or address (ENXIO)");
    // A descriptor of our own as the reader: open for both, so that nobody waits.
    const reader = Deno.openSync(`${folder}/log`, { read: true, write: true });
    assertEquals(file.open(target), undefined);
    const line = `${"x".repeat(1023)}\n`;
    let appended = 0;
    while (file.canTake) {
      append(line);
      appended += line.length;
    }
    assert(appended < 1024 * 1024, `${appended} bytes were taken`);
    assert(file.awaited !== undefined, "it waits for the reader");
    let taken = 0;
    const buffer = new Uint8Array(64 * 1024);
    while (taken < appended) {
      taken += reader.readSync(buffer) ?? 0;
      file.handleWritable();
    }
    assertEquals([taken, file.awaited, file.canTake], [appended, undefined, true]);
    reader.close();
  });
});

testNeeding(
  "LogFile on a full disk loses and counts lines until there is room",
  [surroundings("root", Deno.uid() === 0), tool("mount")],
  () => {
    const folder = Deno.makeTempDirSync({ prefix: "dinit-full-" });
    const mount = ["-t", "tmpfs", "-o", "size=64k", "tmpfs", folder];
    assert(new Deno.Command("mount", { args: mount }).outputSync().success);
    try {
      withLogFile({ folder }, ({ append, file, warnings }) => {
        const line = `${"x".repeat(99)}\n`;
        Deno.writeTextFileSync(`${folder}/other`, "y".repeat(32 * 1024));
        for (let count = 0; count < 1000; count++) append(line);
        Deno.removeSync(`${folder}/other`);
        append("room again\n");
        file.rest();
        const lines = Deno.readTextFileSync(`${folder}/log`).split("\n");
        const whole = lines.filter((each) => each === "x".repeat(99)).length;
        assertEquals(lines.slice(-3), [
          `dinit: ${1000 - whole} lines were lost: no space left on device (ENOSPC)`,
          "room again",
          "",
        ]);
        assertEquals(warnings.length, 1);
      });
    } finally {
      new Deno.Command("umount", { args: [folder] }).outputSync();
      Deno.removeSync(folder);
    }
  },
);
