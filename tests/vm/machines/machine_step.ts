/** One boot is slow, so a test looks at it in many steps. */
import type { Machine } from "./machine.ts";

/** A step whose failure ends the test and shows the console. */
export async function machineStep(
  t: Deno.TestContext,
  machine: Machine,
  name: string,
  fn: () => void | Promise<void>,
): Promise<void> {
  const passed = await t.step(name, async () => await fn());
  if (!passed) throw new Error(`The console:\n${machine.console.transcript()}`);
}
