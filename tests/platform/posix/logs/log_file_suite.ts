/**
 * Which log files are opened, made and put aside, and which not: one suite, run on each system's
 * calls. The folders of others are those of user 65534 and its like, so most of it needs root.
 */
import type { LogFiles } from "../../../../platform/posix/logs/log_files.ts";
import type { LogFileOwner, OpenedLogFile } from "../../../../platform/mod.ts";
import { assert, assertEquals, assertIncludes, fail } from "../../../assert.ts";
import { type Need, surroundings, testNeeding } from "../../../skip.ts";
import { openDescriptors, platform } from "../../linux/children.ts";

const NOBODY = 65534;
const SERVICE = 65533;
const ROOT = surroundings("root", Deno.uid() === 0);
const OWNER: LogFileOwner = { mode: 0o640, uid: undefined, gid: undefined };

type Opening = ReturnType<LogFiles["openLogFile"]>;

/** What the suite is run on. */
export interface LogFilesUnderTest {
  /** Stands in front of the names of the tests. */
  readonly name: string;
  readonly needs: readonly Need[];
  readonly logs: LogFiles;
}

/** Adds the tests. */
export function testLogFiles({ name, needs, logs }: LogFilesUnderTest): void {
  function test(what: string, needed: readonly Need[], body: (folder: string) => void): void {
    testNeeding(`${name}: ${what}`, [...needs, ...needed], () => {
      const folder = Deno.makeTempDirSync({ prefix: "dinit-logs-" });
      const before = openDescriptors();
      try {
        body(folder);
        assertEquals(openDescriptors(), before, "descriptors left open");
      } finally {
        Deno.removeSync(folder, { recursive: true });
      }
    });
  }

  test("a log that is made gets its mode, one that was there keeps it", [], (folder) => {
    const path = `${folder}/log`;
    const made = expectOpen(logs.openLogFile(path, OWNER), "one\n");
    assertEquals([made.isRegular, made.sizeBytes, made.path], [true, 0, path]);
    assertEquals(modeOf(path), 0o640);
    Deno.chmodSync(path, 0o604);
    const again = expectOpen(logs.openLogFile(`${folder}/./log`, OWNER), "two\n");
    assertEquals([again.sizeBytes, again.file], [4, made.file]);
    assertEquals([modeOf(path), Deno.readTextFileSync(path)], [0o604, "one\ntwo\n"]);
  });

  test("a log that is made gets its owner, one that was there keeps it", [ROOT], (folder) => {
    const path = `${folder}/log`;
    const given = { mode: 0o600, uid: NOBODY, gid: SERVICE };
    expectOpen(logs.openLogFile(path, given));
    assertEquals(ownerOf(path), [NOBODY, SERVICE]);
    Deno.chownSync(path, 7, 8);
    expectOpen(logs.openLogFile(path, given));
    assertEquals(ownerOf(path), [7, 8]);
  });

  test("a device, a FIFO and a folder", [], (folder) => {
    const path = `${folder}/fifo`;
    assert(new Deno.Command("mkfifo", { args: ["-m", "622", path] }).outputSync().success);
    assertEquals(messageOf(logs.openLogFile(path, OWNER)), "no such device or address (ENXIO)");
    const reader = Deno.openSync(path, { read: true, write: true });
    assertEquals(expectOpen(logs.openLogFile(path, OWNER)).isRegular, false);
    reader.close();
    assertEquals(modeOf(path), 0o622);
    assertEquals(messageOf(logs.openLogFile(folder, OWNER)), "is a directory (EISDIR)");
    const before = Deno.statSync("/dev/null").mode;
    assertEquals(expectOpen(logs.openLogFile("/dev/null", { ...OWNER, uid: 0 })).isRegular, false);
    assertEquals(Deno.statSync("/dev/null").mode, before);
    for (const [wrong, why] of [["none/log", "ENOENT"], ["fifo/log", "ENOTDIR"]]) {
      assertIncludes(messageOf(logs.openLogFile(`${folder}/${wrong}`, OWNER)), `${why}`);
    }
  });

  test("a device of another mode keeps it, also where others can write", [ROOT], (folder) => {
    const path = `${folder}/null`;
    assert(
      new Deno.Command("mknod", { args: ["-m", "666", path, "c", "1", "3"] }).outputSync().success,
    );
    expectOpen(logs.openLogFile(path, { mode: 0o600, uid: NOBODY, gid: NOBODY }), "x\n");
    assertEquals([modeOf(path), ...ownerOf(path)], [0o666, 0, 0]);
    Deno.chownSync(folder, NOBODY, NOBODY);
    assertIncludes(messageOf(logs.openLogFile(path, OWNER)), "it is no regular file, and others");
    assertEquals([modeOf(path), ...ownerOf(path)], [0o666, 0, 0]);
  });

  test("links of the manager's user are followed, to what is not there yet, too", [], (folder) => {
    Deno.mkdirSync(`${folder}/data/log`, { recursive: true });
    Deno.symlinkSync("data", `${folder}/relative`);
    Deno.symlinkSync(`${folder}/relative/log`, `${folder}/absolute`);
    Deno.symlinkSync("../absolute/../log/web", `${folder}/data/web.log`);
    const opened = expectOpen(logs.openLogFile(`${folder}/relative/web.log`, OWNER), "x\n");
    assertEquals(opened.path, `${folder}/data/log/web`);
    assertEquals(Deno.readTextFileSync(`${folder}/data/log/web`), "x\n");
    Deno.symlinkSync("loop", `${folder}/loop`);
    assertIncludes(messageOf(logs.openLogFile(`${folder}/loop`, OWNER)), "ELOOP");
    assertIncludes(messageOf(logs.openLogFile(`${folder}/loop/log`, OWNER)), "ELOOP");
  });

  test("the kernel's own links in /proc are followed by the kernel", [], (folder) => {
    const out = logs.openLogFile(`${folder}/out`, OWNER);
    assert(out.kind === "log-file");
    const number = out.fd;
    for (const path of [`/proc/self/fd/${number}`, `/dev/fd/${number}`]) {
      expectOpen(logs.openLogFile(path, OWNER), "x");
    }
    platform.close(number);
    assertEquals(Deno.readTextFileSync(`${folder}/out`), "xx");
    assertIncludes(messageOf(logs.openLogFile(`/proc/self/fd/${number}`, OWNER)), "ENOENT");
  });

  test("no link is followed from a folder of another user on", [ROOT], (folder) => {
    const theirs = `${folder}/theirs`;
    Deno.mkdirSync(`${theirs}/sub`, { recursive: true });
    Deno.mkdirSync(`${folder}/ours`);
    Deno.writeTextFileSync(`${folder}/secret`, "secret\n", { mode: 0o600 });
    Deno.symlinkSync("../secret", `${theirs}/log`);
    Deno.symlinkSync(`${folder}/none`, `${theirs}/dangling`);
    Deno.symlinkSync(`${folder}/ours`, `${theirs}/folder`);
    Deno.chownSync(theirs, NOBODY, NOBODY);
    const owner = { mode: 0o666, uid: NOBODY, gid: NOBODY };
    const why = (name: string) => messageOf(logs.openLogFile(`${theirs}/${name}`, owner));
    assertEquals(why("log"), `it is a symbolic link, and others can write to "${theirs}/" (ELOOP)`);
    assertEquals(
      why("dangling"),
      `it is a symbolic link, and others can write to "${theirs}/" (ELOOP)`,
    );
    assertEquals(
      why("folder/new"),
      `"${theirs}/folder" is a symbolic link, and others can write to "${theirs}/" (ELOOP)`,
    );
    assertIncludes(why("sub/../../new"), 'the path goes up ("..") below');
    assertEquals(
      [modeOf(`${folder}/secret`), ...ownerOf(`${folder}/secret`)],
      [0o600, 0, 0],
    );
    assertEquals(Deno.readTextFileSync(`${folder}/secret`), "secret\n");
    assertEquals([...Deno.readDirSync(`${folder}/ours`)], []);
    // What is no link works, and a link of ours that leads here.
    Deno.symlinkSync("theirs/sub", `${folder}/here`);
    const made = expectOpen(logs.openLogFile(`${folder}/here/new`, owner));
    assertEquals(made.path, `${theirs}/sub/new`);
    assertEquals([modeOf(made.path), ...ownerOf(made.path)], [0o666, NOBODY, NOBODY]);
    expectOpen(logs.openLogFile(`${folder}/here/new`, owner));
  });

  test("hard links and files of others are refused where others can write", [ROOT], (folder) => {
    const theirs = `${folder}/theirs`;
    Deno.mkdirSync(theirs);
    Deno.writeTextFileSync(`${folder}/secret`, "secret\n", { mode: 0o600 });
    Deno.linkSync(`${folder}/secret`, `${theirs}/hard`);
    Deno.writeTextFileSync(`${theirs}/foreign`, "");
    Deno.chownSync(`${theirs}/foreign`, SERVICE, SERVICE);
    for (const mode of [0o777, 0o775, 0o757]) {
      Deno.chmodSync(theirs, mode);
      const why = (name: string, owner: Partial<LogFileOwner> = {}) =>
        messageOf(logs.openLogFile(`${theirs}/${name}`, { ...OWNER, ...owner }));
      assertIncludes(why("hard"), "it has 2 names (hard links), and others can write to");
      assertIncludes(why("foreign"), `it belongs to user ${SERVICE} and not to user 0, and others`);
      assertIncludes(why("foreign", { uid: NOBODY }), `and not to user 0 or ${NOBODY}`);
      for (const owner of [{ uid: SERVICE }, { serviceUser: SERVICE }]) {
        expectOpen(logs.openLogFile(`${theirs}/foreign`, { ...OWNER, ...owner }));
      }
    }
    assertEquals(Deno.readTextFileSync(`${folder}/secret`), "secret\n");
    // Where only root can write, root has put it there.
    Deno.chmodSync(theirs, 0o755);
    expectOpen(logs.openLogFile(`${theirs}/hard`, OWNER));
    expectOpen(logs.openLogFile(`${theirs}/foreign`, OWNER));
  });

  test("in a sticky folder a subfolder of ours is ours, a link is not", [ROOT], (folder) => {
    const shared = `${folder}/tmp`;
    Deno.mkdirSync(`${shared}/ours`, { recursive: true });
    Deno.mkdirSync(`${shared}/theirs`);
    Deno.chownSync(`${shared}/theirs`, NOBODY, NOBODY);
    Deno.chmodSync(shared, 0o1777);
    Deno.writeTextFileSync(`${folder}/file`, "");
    Deno.symlinkSync("../file", `${shared}/log`);
    Deno.symlinkSync("../../file", `${shared}/ours/log`);
    Deno.symlinkSync("../../file", `${shared}/theirs/log`);
    const open = (name: string) => logs.openLogFile(`${shared}/${name}`, OWNER);
    expectOpen(open("ours/log"), "x\n");
    expectOpen(open("new"));
    assertIncludes(messageOf(open("log")), "is a symbolic link");
    assertIncludes(messageOf(open("theirs/log")), "is a symbolic link");
    Deno.chownSync(`${shared}/new`, NOBODY, NOBODY);
    assertIncludes(messageOf(open("new")), `it belongs to user ${NOBODY}`);
    assertEquals(Deno.readTextFileSync(`${folder}/file`), "x\n");
  });

  test("a log is put aside by its own name only", [], (folder) => {
    const path = `${folder}/log`;
    const opened = expectOpen(logs.openLogFile(path, OWNER), "one\n");
    const names = { file: opened.file, oldNames: [".1", ".2"] };
    const next = logs.rotateLogFile(path, OWNER, names);
    assert(next.kind === "log-file");
    platform.close(next.fd);
    assertEquals([next.sizeBytes, modeOf(path)], [0, 0o640]);
    assertEquals(logs.rotateLogFile(path, OWNER, names), { kind: "replaced" });
    Deno.writeTextFileSync(path, "two\n", { append: true });
    assertEquals([logs.sizeAtPath(next.file, path), logs.sizeAtPath(opened.file, path)], [
      4,
      undefined,
    ]);
    Deno.removeSync(path);
    assertEquals(logs.rotateLogFile(path, OWNER, names), { kind: "replaced" });
    assertEquals(logs.sizeAtPath(next.file, path), undefined);
    assertEquals(Deno.readTextFileSync(`${path}.1`), "one\n");
  });

  test("a log in a folder of another is put aside there", [ROOT], (folder) => {
    Deno.mkdirSync(`${folder}/theirs/sub`, { recursive: true });
    Deno.chownSync(`${folder}/theirs`, NOBODY, NOBODY);
    const path = `${folder}/theirs/sub/log`;
    const owner = { mode: 0o600, uid: NOBODY, gid: NOBODY };
    const { file } = expectOpen(logs.openLogFile(path, owner), "one\n");
    // The folder is another one now, with a link in its place.
    Deno.renameSync(`${folder}/theirs/sub`, `${folder}/theirs/moved`);
    Deno.symlinkSync("moved", `${folder}/theirs/sub`);
    const refused = logs.rotateLogFile(path, owner, { file, oldNames: [".1"] });
    assertIncludes(messageOf(refused as Opening), "is a symbolic link");
    Deno.removeSync(`${folder}/theirs/sub`);
    Deno.renameSync(`${folder}/theirs/moved`, `${folder}/theirs/sub`);
    Deno.writeTextFileSync(`${path}.1`, "older\n");
    const next = logs.rotateLogFile(path, owner, { file, oldNames: [".1", ".2"] });
    assert(next.kind === "log-file");
    platform.close(next.fd);
    assertEquals(ownerOf(path), [NOBODY, NOBODY]);
    assertEquals(
      ["log", "log.1", "log.2"].map((name) =>
        Deno.readTextFileSync(`${folder}/theirs/sub/${name}`)
      ),
      ["", "one\n", "older\n"],
    );
  });
}

function expectOpen(opening: Opening, text = ""): OpenedLogFile {
  if (opening.kind === "failure") fail(opening.message);
  assertEquals(platform.write(opening.fd, new TextEncoder().encode(text)), text.length);
  platform.close(opening.fd);
  return opening;
}

function messageOf(opening: Opening): string {
  if (opening.kind === "failure") return opening.message;
  platform.close(opening.fd);
  return "open";
}

function modeOf(path: string): number {
  return (Deno.statSync(path).mode ?? 0) & 0o7777;
}

function ownerOf(path: string): readonly (number | null)[] {
  const { uid, gid } = Deno.statSync(path);
  return [uid, gid];
}
