/** Starting a manager, and its orderly end: the same for every kind. */
import { within } from "../limit.ts";
import type { Workspace } from "./workspace.ts";

const STOP_LIMIT_MS = 60_000;

export interface StartedProcess {
  readonly child: Deno.ChildProcess;
  readonly launchedAt: number;
  /** When the first NUL came on its standard output; never for a program that writes none. */
  readonly ready: Promise<number>;
}

/**
 * Starts a program with the workspace's environment and with its standard output read to the end.
 */
export function startProcess(
  workspace: Workspace,
  program: string,
  args: readonly string[],
): StartedProcess {
  const command = new Deno.Command(program, {
    args: [...args],
    cwd: workspace.folder,
    clearEnv: true,
    env: { ...workspace.environment },
    stdin: "null",
    stdout: "piped",
    stderr: "null",
  });
  const launchedAt = performance.now();
  const child = command.spawn();
  return { child, launchedAt, ready: readToEnd(child.stdout) };
}

/** Sends the signal that ends the manager. @returns Milliseconds until it had ended. */
export async function stopProcess(child: Deno.ChildProcess, signal: Deno.Signal): Promise<number> {
  const start = performance.now();
  child.kill(signal);
  await within(STOP_LIMIT_MS, "The end of the manager", child.status);
  return performance.now() - start;
}

function readToEnd(stream: ReadableStream<Uint8Array>): Promise<number> {
  const { promise, resolve } = Promise.withResolvers<number>();
  (async () => {
    for await (const chunk of stream) if (chunk.includes(0)) resolve(performance.now());
  })();
  return promise;
}
