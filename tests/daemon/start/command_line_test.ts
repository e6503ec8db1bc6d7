import { type Caller, parseDaemonOptions } from "../../../daemon/start/command_line.ts";
import type { DaemonOptions } from "../../../daemon/start/options.ts";
import { assert, assertEquals, assertMatch, fail } from "../../assert.ts";

const PERSON: Caller = { isFirstProcess: false, isRoot: false, os: "linux" };
const KERNEL: Caller = { isFirstProcess: true, isRoot: true, os: "linux" };
const FREEBSD_KERNEL: Caller = { ...KERNEL, os: "freebsd" };

function run(words: string[], caller = PERSON): DaemonOptions {
  const parsed = parseDaemonOptions(words, caller);
  return parsed.kind === "run" ? parsed.options : fail(`Expected options, got ${parsed.kind}`);
}

function fault(words: string[], caller = PERSON): string {
  const parsed = parseDaemonOptions(words, caller);
  return parsed.kind === "faulty" ? parsed.message : fail(`Expected a fault, got ${parsed.kind}`);
}

Deno.test("parseDaemonOptions() without words starts boot", () => {
  assertEquals(run([]).services, ["boot"]);
});

Deno.test("parseDaemonOptions() takes options and services in any order", () => {
  const options = run(["-d", "a", "web", "-d", "b", "-F", "5", "-t", "db", "-q"]);
  assertEquals(options.serviceDirectories, ["a", "b"]);
  assertEquals(options.services, ["web", "db"]);
  assertEquals(options.readyDescriptor, 5);
  assertEquals(options.consoleLevel, "none");
});

Deno.test("parseDaemonOptions() lets a later console level raise a quiet one", () => {
  assertEquals(run(["-q", "--console-level", "info"]).consoleLevel, "info");
});

Deno.test("parseDaemonOptions() ignores the kernel's foreign words", () => {
  const options = run(["auto", "quiet", "-x", "single", "ro"], KERNEL);
  assertEquals(options.services, ["single"]);
  assert(options.isSystemManager && options.isSystem);
});

Deno.test("parseDaemonOptions() boots FreeBSD into single user by -s", () => {
  for (const word of ["-s", "-sC", "-fs"]) {
    assertEquals(run([word], FREEBSD_KERNEL).services, ["single"], word);
  }
  assertEquals(run(["--"], FREEBSD_KERNEL).services, ["boot"]);
  // Whoever writes a command line, there or elsewhere, asks for a system instance.
  const person = { ...PERSON, os: "freebsd" as const };
  for (const caller of [person, KERNEL]) {
    const { services, isSystem } = run(["-s"], caller);
    assertEquals([services, isSystem], [["boot"], true]);
  }
  assertEquals(run(["--container", "-s"], FREEBSD_KERNEL).services, ["boot"]);
});

Deno.test("parseDaemonOptions() of the kernel still obeys known options", () => {
  assertEquals(run(["nopti", "-t", "rescue"], KERNEL).services, ["rescue"]);
  assertEquals(run(["-m", "web"], KERNEL).services, ["web"]);
});

Deno.test("parseDaemonOptions() in a container is no system manager", () => {
  const options = run(["--container", "web"], KERNEL);
  assertEquals([options.isSystemManager, options.isContainer, options.services], [false, true, [
    "web",
  ]]);
});

Deno.test("parseDaemonOptions() names what is wrong", () => {
  assertMatch(fault(["--frob"]), /Unknown option "--frob"/);
  assertMatch(fault(["-d"]), /needs an argument: DIR/);
  assertMatch(fault(["-F", "0"]), /not a descriptor/);
  assertMatch(fault(["--log-level", "notice"]), /allowed are none, error/);
  assertMatch(fault(["a/b"]), /not a service name/);
  assertMatch(fault([""]), /empty word/);
});

Deno.test("parseDaemonOptions() goes on over the kernel's faulty words", () => {
  const options = run(["", "--help", "--log-level", "loud", "-d"], KERNEL);
  assertEquals([options.services, options.logLevel], [["boot"], "info"]);
});

Deno.test("parseDaemonOptions() takes groups by name and by number, several of a role", () => {
  const words = ["--read-group", "adm", "--read-group", "7", "--power-group", "wheel"];
  assertEquals(run([...words, "--control-group", "ops", "--log-group", "0"]).accessGroups, [
    { role: "read", group: "adm" },
    { role: "read", group: "7" },
    { role: "power", group: "wheel" },
    { role: "control", group: "ops" },
    { role: "log", group: "0" },
  ]);
  for (const word of ["4294967295", "99999999999999999999", "a b", "a:b"]) {
    assertEquals(
      fault(["--log-group", word]),
      `"${word}" is not a group for --log-group: write its name or its number`,
    );
  }
});
