import { pid } from "../../core/types.ts";
import { parsePid, readPidFile } from "../../daemon/pid_file.ts";
import type { Failure, Platform } from "../../platform/mod.ts";
import { assertEquals } from "../assert.ts";

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

const FAILURE: Failure = { kind: "failure", call: "kill", errno: 1, message: "" };

/** A system on which the file names process 7, which is no child. */
function systemWithStranger(parts: { signal?: Failure; watch?: Failure }): {
  readonly platform: Platform;
  readonly watched: number[];
} {
  const watched: number[] = [];
  const platform = {
    readFile: () => ({ kind: "contents", bytes: new TextEncoder().encode("7\n") }),
    childState: () => "foreign",
    signal: () => parts.signal,
    poller: {
      watchProcess: (process: number) => {
        watched.push(process);
        return parts.watch;
      },
    },
  } as unknown as Platform;
  return { platform, watched };
}

Deno.test("readPidFile() has a daemon watched that is no child", () => {
  const { platform, watched } = systemWithStranger({});
  const expected = { kind: "running", pid: pid(7), tracked: true, isStranger: true } as const;
  assertEquals(readPidFile(platform, "/run/srv.pid"), expected);
  assertEquals(watched, [7]);
});

Deno.test("readPidFile() has nobody watched whom it may not signal", () => {
  const { platform, watched } = systemWithStranger({ signal: FAILURE });
  const expected = { kind: "running", pid: pid(7), tracked: false, isStranger: true } as const;
  assertEquals(readPidFile(platform, "/run/srv.pid"), expected);
  assertEquals(watched, []);
});

Deno.test("readPidFile() takes a daemon that cannot be watched as one whose end is not seen", () => {
  const { platform } = systemWithStranger({ watch: FAILURE });
  const expected = { kind: "running", pid: pid(7), tracked: false, isStranger: true } as const;
  assertEquals(readPidFile(platform, "/run/srv.pid"), expected);
});
