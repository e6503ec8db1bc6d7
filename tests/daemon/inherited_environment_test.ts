import { inheritedEnvironment } from "../../daemon/inherited_environment.ts";
import { assertEquals } from "../assert.ts";

function fromBlock(block: string): [string, string][] {
  const bytes = new TextEncoder().encode(block);
  const contents = { kind: "contents", bytes, modifiedSeconds: 0, modifiedNanoseconds: 0 } as const;
  return [...inheritedEnvironment({ readFile: () => contents }, { OTHER: "1" })];
}

Deno.test("inheritedEnvironment() keeps the order of the block and the first of two values", () => {
  assertEquals(fromBlock("PATH=/bin\0HOME=/root\0A=b=c\0EMPTY=\0PATH=/sbin\0"), [
    ["PATH", "/bin"],
    ["HOME", "/root"],
    ["A", "b=c"],
    ["EMPTY", ""],
  ]);
});

Deno.test("inheritedEnvironment() leaves out what is no variable", () => {
  assertEquals(fromBlock("noise\0=x\0A=1\0"), [["A", "1"]]);
  assertEquals(fromBlock(""), []);
});

Deno.test("inheritedEnvironment() takes the fallback when the block cannot be read", () => {
  const failure = {
    kind: "failure",
    call: "open",
    errno: 2,
    message: "no such file or directory (ENOENT)",
  } as const;
  assertEquals([...inheritedEnvironment({ readFile: () => failure }, { OTHER: "1" })], [
    ["OTHER", "1"],
  ]);
});

Deno.test("inheritedEnvironment() leaves out what was told to the manager alone", () => {
  const told = [
    "NOTIFY_SOCKET=@outer",
    "WATCHDOG_USEC=1000000",
    "WATCHDOG_PID=7",
    "LISTEN_PID=7",
    "LISTEN_PIDFDID=4711",
    "LISTEN_FDS=1",
    "LISTEN_FDNAMES=web",
    "DINIT_CS_FD=3",
  ];
  assertEquals(fromBlock(`A=1\0${told.join("\0")}\0NOTIFY_SOCKET=@again\0B=2\0`), [
    ["A", "1"],
    ["B", "2"],
  ]);
  const failure = { kind: "failure", call: "open", errno: 2, message: "" } as const;
  const fallback = { LISTEN_FDS: "1", OTHER: "1" };
  assertEquals([...inheritedEnvironment({ readFile: () => failure }, fallback)], [["OTHER", "1"]]);
});
