/**
 * Runs a compiled program as a client, for what its entry does before the runtime, and instead of
 * it.
 */
import { FRAME, TAKES_ORDERS_MODE } from "../../../core/program/client_pipe.ts";
import { within } from "../../../tools/limit.ts";
import { assert, assertEquals, assertMatch } from "../../assert.ts";
import { frameOf, Peer } from "../../native/client/running.ts";
import { identityIn } from "../../build_identity.ts";
import { surroundings, testNeeding } from "../../skip.ts";
import { withProbe } from "./probe_executable.ts";

const IS_X86_64_LINUX = surroundings(
  "Linux on x86-64",
  Deno.build.target === "x86_64-unknown-linux-gnu",
);
const LIMIT_MS = 30_000;
const MOST_MEMORY_KB = 2 * 1024;

/** Most memory that a process ever had, in kB. */
function peakMemoryKb(pid: number): number {
  return Number(
    /^VmHWM:\s+(\d+) kB$/m.exec(Deno.readTextFileSync(`/proc/${pid}/status`))?.[1],
  );
}

testNeeding("a compiled program as a client is a pipe to a manager of its own build", [
  IS_X86_64_LINUX,
], async () => {
  await withProbe("x86_64-unknown-linux-gnu", async (executable, directory) => {
    const [program, socket] = [`${directory}/dinitctl`, `${directory}/socket`];
    Deno.symlinkSync(executable, program);
    const identity = identityIn(executable);
    using listener = Deno.listen({ transport: "unix", path: socket });
    Deno.chmodSync(socket, 0o600 | TAKES_ORDERS_MODE);

    /** Runs the probe's `version` against a manager that is of such a build and says this. */
    const run = async (build: string, answers: readonly number[]) => {
      const child = new Deno.Command(program, {
        args: ["version", "-p", socket],
        stdin: "null",
        stdout: "piped",
        stderr: "piped",
      }).spawn();
      const peer = new Peer(await within(LIMIT_MS, "The client's connection", listener.accept()));
      await peer.order();
      const memoryKb = build === identity ? peakMemoryKb(child.pid) : 0;
      await peer.write([...frameOf(FRAME.taken, build), ...answers]).catch(() => {});
      await peer.rest();
      peer.close();
      const { code, stdout, stderr } = await child.output();
      const decoder = new TextDecoder();
      return { code, memoryKb, out: decoder.decode(stdout), err: decoder.decode(stderr) };
    };

    const { memoryKb, ...served } = await run(identity, [
      ...frameOf(FRAME.output, "out\n"),
      ...frameOf(FRAME.errors, "err\n"),
      ...frameOf(FRAME.status, [42]),
    ]);
    assertEquals(served, { code: 42, out: "out\n", err: "err\n" });
    assert(memoryKb <= MOST_MEMORY_KB, `The client had ${memoryKb} kB`);

    // The runtime's program answers to the same words.
    const sent = await run(identity, frameOf(FRAME.longWay));
    const other = await run("0123456789abcdef", []);
    for (const { code, out, err } of [sent, other]) {
      assertEquals([code, err], [0, ""]);
      assertMatch(out, /^\d+\.\d+\.\d+ x86_64-unknown-linux-gnu\n$/);
    }
  });
});
