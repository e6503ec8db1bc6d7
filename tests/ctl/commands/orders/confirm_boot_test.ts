import { confirmBoot } from "../../../../ctl/commands/orders/confirm_boot.ts";
import type { CommandContext } from "../../../../ctl/commands/lookup/context.ts";
import type { RunOutcome } from "../../../../ctl/interface/io.ts";
import { assertEquals } from "../../../assert.ts";
import { FakeIo } from "../../fake_io.ts";

/** @returns What was run, what was reported, the exit status. */
function confirm(runOutcome: RunOutcome) {
  const io = new FakeIo({ runOutcome });
  const run = confirmBoot({ io } as unknown as CommandContext);
  const reports: unknown[] = [];
  let step = run.next();
  for (; step.done !== true; step = run.next()) reports.push(step.value);
  return { commands: io.commandsRun, reports, exit: step.value };
}

Deno.test("confirmBoot() has this program do it as dinit migrate, and ends as that does", () => {
  const done = confirm({ kind: "exited", code: 0 });
  assertEquals(done.commands, [["/proc/self/exe", "migrate", "confirm"]]);
  assertEquals([done.exit, done.reports], [0, []]);
  assertEquals(confirm({ kind: "exited", code: 1 }).exit, 1);
});

Deno.test("confirmBoot() tells why it could not", () => {
  const { exit, reports } = confirm({ kind: "not-run", why: "no such file" });
  assertEquals(exit, 1);
  assertEquals(reports, [
    { kind: "error", lines: ["the boot was not confirmed: no such file."] },
  ]);
});
