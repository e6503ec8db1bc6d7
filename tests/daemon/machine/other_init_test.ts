import { becomeOtherInit, findOtherInit, isTrialBoot } from "../../../daemon/machine/other_init.ts";
import { assertEquals } from "../../assert.ts";

Deno.test("findOtherInit() takes a known init before what was kept of /sbin/init", () => {
  const found = (...paths: string[]): string | undefined =>
    findOtherInit({ exists: (path) => paths.includes(path) });
  assertEquals(found(), undefined);
  assertEquals(found("/sbin/init", "/sbin/init.before-dinit"), "/sbin/init.before-dinit");
  assertEquals(found("/sbin/init.before-dinit", "/lib/systemd/systemd"), "/lib/systemd/systemd");
});

Deno.test("becomeOtherInit() executes it with nothing of ours, and no sign of a trial", () => {
  const done: string[] = [];
  const failure = { kind: "failure", call: "execve", errno: 2, name: "ENOENT", message: "no" };
  const given = new Map([["TERM", "linux"], ["DINIT_TRIAL", "1"]]);
  const answer = becomeOtherInit("/lib/systemd/systemd", given, {
    closeInheritedOnExec: () => void done.push("close"),
    unblockSignals: () => void done.push("unblock"),
    execute: (path, words, variables) => {
      done.push([path, ...words, ...variables].join(" "));
      return failure as never;
    },
  });
  assertEquals(done, ["close", "unblock", "/lib/systemd/systemd /lib/systemd/systemd TERM=linux"]);
  assertEquals(answer.message, "no");
});

Deno.test("isTrialBoot() goes by the environment of process 1", () => {
  assertEquals(isTrialBoot(new Map([["DINIT_TRIAL", "1"]])), true);
  assertEquals(isTrialBoot(new Map([["DINIT_TRIAL", ""]])), false);
  assertEquals(isTrialBoot(new Map()), false);
});
