/** A timer on a machine whose clock is set. */
import { text } from "../../tools/vm/images/image_file.ts";
import { assertEquals, assertIncludes } from "../assert.ts";
import { testNeeding } from "../skip.ts";
import { machineNeeds, startBusyboxMachine } from "./machines/busybox_machine.ts";

const NIGHTLY = `type = "process"
command = ["/bin/sh", "-c", "date '+%F %H' >> /tmp/ran"]

[timer]
calendar = "02:00"
`;

testNeeding("a timer follows the clock when that is set", machineNeeds(), async () => {
  await using machine = await startBusyboxMachine("timer", {
    extraFiles: [text("/etc/dinit.d/nightly.toml", NIGHTLY, 0o644)],
  });
  const runs = async (count: number) => {
    await machine.shell(`until [ $(cat /tmp/ran | wc -l) = ${count} ]; do usleep 20000; done`);
    await machine.shell("while dinitctl status nightly | grep -q Process; do usleep 20000; done");
    return (await machine.shell("cat /tmp/ran")).output.split(/\r?\n/);
  };
  await machine.logIn("root", "dinit");
  await machine.shell("date -s '2031-01-01 00:30:00'; touch /tmp/ran; dinitctl start nightly");
  // The time comes seconds after the clock was set, and not an hour later.
  await machine.shell("date -s '2031-01-01 01:59:58'");
  assertEquals(await runs(1), ["2031-01-01 02"]);
  // What the clock was set over is made up for by one run.
  await machine.shell("date -s '2031-01-05 12:00:00'");
  assertEquals(await runs(2), ["2031-01-01 02", "2031-01-05 12"]);
  // Put back a little, it does not come again; by far, it does.
  await machine.shell("date -s '2031-01-05 10:00:00'");
  const next = async () => (await machine.shell("dinitctl timers")).output;
  assertIncludes(await next(), "2031-01-06 02:00:00");
  await machine.shell("date -s '2031-01-02 12:00:00'");
  assertIncludes(await next(), "2031-01-03 02:00:00");
  assertEquals(await runs(2), ["2031-01-01 02", "2031-01-05 12"]);
});
