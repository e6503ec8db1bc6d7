import { pid } from "../../../core/types.ts";
import type { FileAuthor } from "../../../daemon/processes/daemon_claim.ts";
import { parsePid, pidFileBefore, readPidFile } from "../../../daemon/processes/pid_file.ts";
import type { FileStatus, Platform } from "../../../platform/mod.ts";
import { assert, assertEquals } from "../../assert.ts";

Deno.test("parsePid() reads numbers as C does", () => {
  const cases: [string, number | undefined][] = [
    ["123\n", 123],
    ["  +42 rest", 42],
    ["0x1F", 31],
    ["017", 15],
    ["0", undefined],
    ["-5", undefined],
    ["", undefined],
    ["pid", undefined],
    ["99999999999999999999", undefined],
  ];
  for (const [text, expected] of cases) {
    assertEquals<number | undefined>(parsePid(text), expected, text);
  }
});

const PATH = "/run/app/srv.pid";
const MANAGER_UID = 0;

interface Entry {
  readonly uid?: number;
  readonly mode?: number;
  readonly type?: FileStatus["type"];
}

interface Files {
  text: string;
  modifiedSeconds: number;
  /** What is not named is root's and writable by him alone. */
  readonly entries?: Readonly<Record<string, Entry>>;
  readonly realPath?: string;
}

function platformWith(files: Files) {
  const parts: Partial<Platform> = {
    userId: () => MANAGER_UID,
    readFile: () => ({
      kind: "contents",
      bytes: new TextEncoder().encode(files.text),
      modifiedSeconds: files.modifiedSeconds,
      modifiedNanoseconds: 5,
    }),
    realPath: (path) => ({ kind: "path", path: files.realPath ?? path }),
    fileStatus: (path) => {
      const { uid = 0, mode = 0o755, type = "directory" } = files.entries?.[path] ?? {};
      return { type, mode, uid, links: 1, sizeBytes: 0, device: 1, inode: 1n, birth: 0n };
    },
  };
  return parts as Platform;
}

/** Who could have written a file that is new since the launch. */
function authorOf(parts: Partial<Files>, runAs?: number): FileAuthor {
  const files: Files = { text: "7\n", modifiedSeconds: 100, ...parts };
  const platform = platformWith(files);
  const before = pidFileBefore(platform, PATH, runAs);
  files.modifiedSeconds++;
  const named = readPidFile(platform, before);
  assert(named.kind === "named");
  assertEquals(named.pid, pid(7));
  return named.author;
}

Deno.test("readPidFile() does not count a file that is as it was before the launch", () => {
  const files: Files = { text: "7\n", modifiedSeconds: 100 };
  const platform = platformWith(files);
  const before = pidFileBefore(platform, PATH, undefined);
  assertEquals(readPidFile(platform, before), {
    kind: "invalid",
    why: `The pid file "${PATH}" is older than the launch: the command did not write it`,
  });
  // Within one tick of the clock that files are dated by.
  files.text = "8\n";
  assertEquals(readPidFile(platform, before).kind, "named");
});

Deno.test("readPidFile() does not tell what is in a file that holds no number", () => {
  const files: Files = { text: "7\n", modifiedSeconds: 100 };
  const platform = platformWith(files);
  const before = pidFileBefore(platform, PATH, undefined);
  files.text = "root:$6$secret";
  assertEquals(readPidFile(platform, before), {
    kind: "invalid",
    why: `The pid file "${PATH}" does not begin with a process ID`,
  });
});

Deno.test("readPidFile() takes a file that only root can write for the manager's word", () => {
  assertEquals(authorOf({}), { kind: "manager" });
  // Others cannot touch what is root's in a sticky folder.
  assertEquals(authorOf({ entries: { "/run": { mode: 0o1777 } } }), { kind: "manager" });
});

Deno.test("readPidFile() takes any file of a service that runs as a user for his word", () => {
  assertEquals(authorOf({}, 33), { kind: "user", uid: 33 });
});

Deno.test("readPidFile() finds the users who could have written the file or put it there", () => {
  const ofUser = { kind: "writer", uid: 33 } as const;
  assertEquals(authorOf({ entries: { [PATH]: { uid: 33, type: "regular" } } }), ofUser);
  assertEquals(authorOf({ entries: { "/run/app": { uid: 33 } } }), ofUser);
  const link = { [PATH]: { uid: 33, type: "link", mode: 0o777 } } as const;
  assertEquals(authorOf({ entries: link, realPath: "/run/sshd.pid" }), ofUser);
  const realPath = "/home/user/srv.pid";
  assertEquals(authorOf({ entries: { "/home/user": { uid: 33 } }, realPath }), ofUser);
  const several = { kind: "writer", uid: undefined } as const;
  assertEquals(authorOf({ entries: { "/run/app": { mode: 0o775 } } }), several);
  assertEquals(
    authorOf({ entries: { "/run/app": { uid: 33 }, [PATH]: { uid: 34, type: "regular" } } }),
    several,
  );
});
