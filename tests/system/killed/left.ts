/** What a manager that was killed has left, as tests look at it. */
import { assertEquals } from "../../assert.ts";
import { type Manager, withManager } from "../manager.ts";
import { until } from "../../wait.ts";

/** Runs the body with a folder, which is gone afterwards. */
export async function inFolder(body: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "dinit-killed-" });
  try {
    await body(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/**
 * Runs the body with a manager that may be killed in it. What it leaves is ended: a manager that is
 * killed and not started again would leave its services to the machine.
 */
export function withMortal(
  services: Readonly<Record<string, string>>,
  body: (manager: Manager) => Promise<void>,
  env: Readonly<Record<string, string>> = {},
): Promise<void> {
  return withManager({ services, env }, async (manager) => {
    try {
      await body(manager);
    } finally {
      if (!isThere(manager.pid)) await manager.startAgain();
    }
  });
}

/** Whether there is such a process, ended or not. */
export function isThere(pid: number): boolean {
  try {
    Deno.statSync(`/proc/${pid}`);
    return true;
  } catch {
    return false;
  }
}

/** Processes that have not ended and have the word in their command line. */
export function processesWith(word: string): readonly number[] {
  return [...Deno.readDirSync("/proc")].flatMap(({ name }) => {
    if (!/^[0-9]+$/.test(name)) return [];
    try {
      const line = Deno.readTextFileSync(`/proc/${name}/cmdline`);
      return line.includes(word) ? [Number(name)] : [];
    } catch {
      // It has ended meanwhile.
      return [];
    }
  });
}

export async function isStarted(manager: Manager, name: string): Promise<boolean> {
  return (await manager.ctl("is-started", name)).code === 0;
}

/** Waits until the service is started. */
export function started(manager: Manager, name: string): Promise<void> {
  return until(`the start of ${name}`, () => isStarted(manager, name));
}

/** Waits until there is one process with the word: what a shell makes has it, too, for a moment. */
export function onlyOne(word: string): Promise<void> {
  return until(`one process of ${word}`, () => processesWith(word).length === 1);
}

/** Waits until none of these processes is left. */
export function gone(...words: readonly string[]): Promise<void> {
  return until(
    `the end of ${words.join(", ")}`,
    () => words.every((word) => processesWith(word).length === 0),
  );
}

/** Lines of a file that a service appends to. */
export async function linesOf(path: string): Promise<number> {
  try {
    return (await Deno.readTextFile(path)).split("\n").length - 1;
  } catch {
    return 0;
  }
}

/** Nothing is there that would have a later manager take over anything. */
export async function assertNothingIsLeft({ socket }: Manager): Promise<void> {
  const status = await Deno.stat(`${socket}.state`).catch(() => undefined);
  assertEquals(status, undefined, "the state is gone");
}
