/**
 * How much a manager works before it answers on its control socket, while other clients have it
 * work for them: `answers_beside.ts SOCKET SERVICE PID COMMANDS`, the commands as JSON. Prints for
 * each, as JSON, the manager's processor time that answers took from its start to its end, in
 * milliseconds, the two longest. Who else has the processors does not count so.
 */
import { AskingClient, pause, statusRequest } from "./asking_client.ts";

const ASK_PAUSE_MS = 1;

/** Source: clock_getcpuclockid(3); Linux include/linux/posix-timers.h, CPUCLOCK_SCHED. */
function processorClock(pid: number): number {
  return (~pid << 3) | 2;
}

/** A clock of the system. @returns Milliseconds. */
function clock(number: number): () => number {
  const { symbols } = Deno.dlopen("libc.so.6", {
    clock_gettime: { parameters: ["i32", "buffer"], result: "i32" },
  });
  const time = new BigInt64Array(2);
  const bytes = new Uint8Array(time.buffer);
  return () => {
    if (symbols.clock_gettime(number, bytes) !== 0) throw new Error(`No clock ${number}`);
    return Number(time[0]) * 1000 + Number(time[1]) / 1e6;
  };
}

async function longestBeside(
  ask: () => void,
  worked: () => number,
  [program = "", ...args]: readonly string[],
): Promise<readonly number[]> {
  const child = new Deno.Command(program, { args, stdin: "null", stdout: "null", stderr: "null" })
    .spawn();
  let hasEnded = false;
  const end = child.status.then(() => hasEnded = true);
  let longest: readonly number[] = [];
  while (!hasEnded) {
    const before = worked();
    ask();
    longest = [...longest, worked() - before].sort((a, b) => b - a).slice(0, 2);
    pause(ASK_PAUSE_MS);
    // The child's end is seen then.
    await new Promise((resolve) => setTimeout(resolve, 0));
  }
  await end;
  return longest;
}

if (import.meta.main) {
  const [socket = "", service = "", pid = "", commands = ""] = Deno.args;
  const client = new AskingClient(socket, 0);
  const request = statusRequest(client, service);
  const worked = clock(processorClock(Number(pid)));
  const longest: (readonly number[])[] = [];
  for (const command of JSON.parse(commands) as readonly (readonly string[])[]) {
    longest.push(await longestBeside(() => client.ask(request), worked, command));
  }
  console.log(JSON.stringify(longest));
}
