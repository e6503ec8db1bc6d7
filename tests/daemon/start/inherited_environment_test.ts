import {
  inheritedEnvironment,
  startEnvironment,
} from "../../../daemon/start/inherited_environment.ts";
import { assertEquals } from "../../assert.ts";

Deno.test("startEnvironment() keeps the order of the kernel's block", () => {
  const bytes = new TextEncoder().encode("PATH=/bin\0HOME=/root\0DENO_LOG=debug\0");
  const contents = { kind: "contents", bytes, modifiedSeconds: 0, modifiedNanoseconds: 0 } as const;
  assertEquals([...startEnvironment({ readFile: () => contents }, { OTHER: "1" })], [
    ["PATH", "/bin"],
    ["HOME", "/root"],
    ["DENO_LOG", "debug"],
  ]);
});

Deno.test("startEnvironment() leaves out what programs before this one have left for it", () => {
  const failure = { kind: "failure", call: "open", errno: 2, message: "" } as const;
  const variables = { A: "1", DINIT_HANDOVER: "{}", DINIT_CRASH_PAGE: "7", B: "2" };
  assertEquals([...startEnvironment({ readFile: () => failure }, variables)], [
    ["A", "1"],
    ["B", "2"],
  ]);
});

Deno.test("startEnvironment() takes the fallback when the block cannot be read", () => {
  const failure = {
    kind: "failure",
    call: "open",
    errno: 2,
    message: "no such file or directory (ENOENT)",
  } as const;
  assertEquals([...startEnvironment({ readFile: () => failure }, { OTHER: "1" })], [
    ["OTHER", "1"],
  ]);
});

Deno.test("inheritedEnvironment() leaves out what was told to the manager alone", () => {
  const variables = new Map([
    ["A", "1"],
    ["NOTIFY_SOCKET", "@outer"],
    ["WATCHDOG_USEC", "1000000"],
    ["WATCHDOG_PID", "7"],
    ["LISTEN_PID", "7"],
    ["LISTEN_PIDFDID", "4711"],
    ["LISTEN_FDS", "1"],
    ["LISTEN_FDNAMES", "web"],
    ["DINIT_CS_FD", "3"],
    ["B", "2"],
  ]);
  assertEquals([...inheritedEnvironment(variables)], [["A", "1"], ["B", "2"]]);
});
