/**
 * A manager of an ordinary user's, for tests that run as root: it becomes nobody, runs shell
 * scripts
 * in boxes, and prints what came of each. Its argument is JSON: a list of boxes with their scripts.
 *
 * Only the thread that makes the children changes: the kernel's calls are made without the C
 * library. A process of its own, for nobody gets back from there.
 */
import type { Sandbox } from "../../../../core/sandbox/sandbox.ts";
import { loadStub } from "../../../../platform/linux/children/code_page.ts";
import { linuxInheritance } from "../../../../platform/linux/children/inheritance.ts";
import { createLauncher } from "../../../../platform/linux/children/spawn.ts";
import { LINUX } from "../../../../platform/linux/kernel/kernel.ts";
import { assert, assertEquals } from "../../../assert.ts";
import { buildSettings } from "../../child_settings.ts";
import { platform, readAll, waitForEnd, waitReadable } from "../children.ts";

const NOBODY = 65534;
/** linux/prctl.h */
const PR_SET_DUMPABLE = 4;

function becomeNobody(): void {
  const call = (
    name: "setgroups" | "setresgid" | "setresuid" | "prctl",
    ...[a = 0, b = 0, c = 0]: readonly number[]
  ) => assertEquals(LINUX.numbers(LINUX.calls[name], a, b, c, 0, 0, 0), 0);
  call("setgroups", 0);
  call("setresgid", NOBODY, NOBODY, NOBODY);
  call("setresuid", NOBODY, NOBODY, NOBODY);
  // As a manager is that was executed as nobody.
  call("prctl", PR_SET_DUMPABLE, 1);
}

function run(sandbox: Sandbox, script: string) {
  const stub = loadStub();
  assert(stub.kind !== "failure");
  const launcher = createLauncher(stub, linuxInheritance().present);
  const pipe = platform.pipe();
  assert(pipe.kind === "pipe");
  const launch = launcher.launch(buildSettings({
    command: ["/bin/sh", "-c", script],
    sandbox,
    standardOutput: { kind: "descriptor", fd: pipe.writeEnd },
  }));
  platform.close(pipe.writeEnd);
  assert(launch.kind === "launched" && launch.report !== undefined, JSON.stringify(launch));
  waitReadable(launch.report);
  const outcome = launch.outcome(false);
  platform.close(launch.report);
  const output = readAll(pipe.readEnd);
  platform.close(pipe.readEnd);
  waitForEnd(launch.pid);
  return { outcome, output };
}

const orders: readonly (readonly [Sandbox, string])[] = JSON.parse(Deno.args[0] ?? "[]");
becomeNobody();
console.log(JSON.stringify(orders.map(([sandbox, script]) => run(sandbox, script))));
