/**
 * A folder and all processes of one measurement, and their end.
 *
 * Managers put their children into sessions of their own, so neither a process group nor the parent
 * finds them all. Each workspace gives its processes an environment variable with a value of its
 * own, which every child inherits: what has it in /proc/PID/environ belongs to the workspace and to
 * nobody else.
 */
import { until } from "../limit.ts";

const MARK = "DINIT_BENCH_RUN";
const END_LIMIT_MS = 20_000;

const open = new Set<Workspace>();

export class Workspace {
  readonly folder: string;
  /** The whole environment of the processes. */
  readonly environment: Readonly<Record<string, string>>;
  readonly #mark: string;
  #end: Promise<void> | undefined;

  private constructor(folder: string) {
    this.folder = folder;
    const run = crypto.randomUUID();
    this.#mark = `${MARK}=${run}`;
    this.environment = { PATH: "/usr/sbin:/usr/bin:/sbin:/bin", HOME: folder, [MARK]: run };
  }

  static create(): Workspace {
    const workspace = new Workspace(Deno.makeTempDirSync({ prefix: "dinit-bench-" }));
    open.add(workspace);
    return workspace;
  }

  /** PIDs of the living processes. */
  processes(): readonly number[] {
    const found: number[] = [];
    for (const { name } of Deno.readDirSync("/proc")) {
      const pid = Number(name);
      if (Number.isInteger(pid) && environmentOf(pid).includes(this.#mark)) found.push(pid);
    }
    return found;
  }

  /** Kills what is left of the processes, waits until they are gone, removes the folder. Once. */
  dispose(): Promise<void> {
    this.#end ??= this.#dispose();
    return this.#end;
  }

  async #dispose(): Promise<void> {
    // Again and again: a manager that is killed late may have made children meanwhile.
    await until(END_LIMIT_MS, "The end of the processes of a measurement", () => {
      const left = this.processes();
      for (const pid of left) kill(pid);
      return left.length === 0;
    });
    await Deno.remove(this.folder, { recursive: true });
    open.delete(this);
  }
}

/** Disposes of every workspace that is left; for a run that is broken off. */
export async function disposeAll(): Promise<void> {
  for (const workspace of open) await workspace.dispose();
}

/** A zombie has an empty one; a process that has just ended, or is another user's, none. */
function environmentOf(pid: number): readonly string[] {
  try {
    return Deno.readTextFileSync(`/proc/${pid}/environ`).split("\0");
  } catch {
    return [];
  }
}

function kill(pid: number): void {
  try {
    Deno.kill(pid, "SIGKILL");
  } catch { /* it has ended already */ }
}
