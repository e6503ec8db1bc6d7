/** Services for upgrades in place, and what is looked at afterwards. */
import { assert, assertEquals } from "../../assert.ts";
import { type Manager, PROGRAM } from "../manager.ts";

/** A process that runs a script of the shell. */
export function shell(script: string, settings = ""): string {
  const escaped = JSON.stringify(script.replaceAll("$", "$$$$"));
  return `type = "process"\ncommand = ["/bin/sh", "-c", ${escaped}]\n${settings}`;
}

/** Says numbered lines without an end, some hundred in a second. */
export const COUNTING = 'i=0; while :; do echo "line $i"; i=$((i+1)); ' +
  "[ $((i % 20)) = 0 ] && sleep 0.02; done";

/**
 * Lines of {@linkcode COUNTING} are all there, each once and in their order.
 *
 * @returns How many.
 */
export function assertUnbroken(text: string, what: string): number {
  const numbers = [...text.matchAll(/^(?:\S+ )?line (\d+)$/gm)].map(([, digits]) => Number(digits));
  numbers.forEach((number, index) => {
    assert(number === index, `${what}: line ${number} stands where line ${index} should`);
  });
  return numbers.length;
}

/** Has the manager go on as its own program. */
export async function upgrade(manager: Manager): Promise<void> {
  assertEquals(await manager.ctl("reexec"), { code: 0, out: "Manager upgraded.\n", err: "" });
}

/** Runs `dinit ctl`, which must not be a mere pipe: its connection is to be handed on. */
export function fullCtl(manager: Manager, ...args: string[]): Deno.ChildProcess {
  return new Deno.Command(PROGRAM, {
    args: ["ctl", "-p", manager.socket, ...args],
    env: { DINIT_CLIENT: "full" },
    ...{ stdin: "null", stdout: "piped", stderr: "piped" },
  }).spawn();
}
