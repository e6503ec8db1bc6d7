import { native, toml } from "../../../../tools/bench/subjects/dinit.ts";
import { assertEquals } from "../../../assert.ts";

const SERVICE = {
  name: "web",
  type: "process",
  command: ["/bin/sleep", "1"],
  dependsOn: ["a", "b"],
  restartDelaySeconds: 0,
  logFile: "/tmp/log",
} as const;

Deno.test("toml() writes a service for this manager", () => {
  assertEquals(toml(SERVICE).split("\n"), [
    'type = "process"',
    'command = ["/bin/sleep","1"]',
    'depends-on = ["a","b"]',
    "restart = true",
    "restart-delay = 0",
    "restart-limit-count = 0",
    'logfile = "/tmp/log"',
    "",
  ]);
});

Deno.test("native() writes the same service for upstream", () => {
  assertEquals(native(SERVICE).split("\n"), [
    "type = process",
    "command = /bin/sleep 1",
    "depends-on: a",
    "depends-on: b",
    "restart = yes",
    "restart-delay = 0",
    "restart-limit-count = 0",
    "logfile = /tmp/log",
    "",
  ]);
});
