/** Runs the client of `round_trips.ts`. */
import { within } from "../limit.ts";
import { LIMIT_MS } from "./load.ts";
import { atOnce } from "./priority.ts";
import type { RoundTrips } from "./round_trips.ts";

const PROGRAM = new URL("round_trips.ts", import.meta.url).pathname;

/**
 * @param seconds How long to ask.
 * @param how "early": started before the manager, and before all else that wants a processor (as
 *   root).
 * @throws {Error} The client failed or took too long.
 */
export async function askManager(
  socket: string,
  seconds: number,
  how: "running" | "early" = "running",
): Promise<RoundTrips> {
  const wait = how === "early" ? ["wait"] : [];
  const words = ["run", "-A", "--no-check", PROGRAM, socket, "s0", String(seconds), ...wait];
  const [program = "", ...args] = [...how === "early" ? atOnce(2) : [], Deno.execPath(), ...words];
  const child = new Deno.Command(program, {
    args,
    stdin: "null",
    stdout: "piped",
    stderr: "inherit",
  })
    .spawn();
  try {
    const { success, stdout } = await within(LIMIT_MS, "The requests", child.output());
    if (!success) throw new Error("The client of the control socket failed");
    return JSON.parse(new TextDecoder().decode(stdout)) as RoundTrips;
  } catch (error) {
    kill(child);
    throw error;
  }
}

function kill(child: Deno.ChildProcess): void {
  try {
    child.kill("SIGKILL");
  } catch { /* it has ended already */ }
}
