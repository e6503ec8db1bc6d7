/** Programs in boxes of an ordinary user's manager, for tests that run as root. */
import type { Sandbox } from "../../../../core/sandbox/sandbox.ts";
import { assert } from "../../../assert.ts";

/** What came of a program in a box that a manager without rights makes. */
export interface Ran {
  readonly outcome: { readonly kind: string; readonly why?: string };
  readonly output: string;
}

/** Runs shell scripts in boxes, in a process of its own that has become nobody. */
export function runAsUser(orders: readonly (readonly [Sandbox, script: string])[]): readonly Ran[] {
  const program = new URL("./user_program.ts", import.meta.url).pathname;
  const { stdout, stderr } = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-check", program, JSON.stringify(orders)],
  }).outputSync();
  const text = new TextDecoder().decode(stdout);
  assert(text.startsWith("["), new TextDecoder().decode(stderr));
  return JSON.parse(text);
}
