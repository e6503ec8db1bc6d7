/** Ends of processes that are no children of the manager. */
import type { ExitStatus, Pid } from "../../../../core/types.ts";
import { createPoller } from "../../../../platform/linux/poll/poller.ts";
import { assert, assertEquals } from "../../../assert.ts";
import { type Need, surroundings, testNeeding } from "../../../skip.ts";
import { DEADLINE_MS, platform } from "../children.ts";

const [major = 0, minor = 0] = Deno.osRelease().split(".").map(Number);
const ON_LINUX: readonly Need[] = [surroundings("Linux", Deno.build.os === "linux")];
const TELLS_ENDS: readonly Need[] = [
  ...ON_LINUX,
  surroundings("Linux 6.15", major > 6 || (major === 6 && minor >= 15)),
];

const ROUNDS = 20;

/** Runs a script that says the number of a process it has made, and waits for that one's end. */
async function endOf(script: string): Promise<ExitStatus | undefined> {
  // A shell whose SIGCHLD is blocked, as tests of the poller leave it, collects nothing.
  const args = ["--default-signal=CHLD", "sh", "-c", script];
  const shell = new Deno.Command("env", { args, stdin: "piped", stdout: "piped" }).spawn();
  const reader = shell.stdout.getReader();
  const pid = Number(new TextDecoder().decode((await reader.read()).value)) as Pid;
  const poller = createPoller();
  assertEquals(poller.watchProcess(pid), undefined);
  await shell.stdin.close();
  let end: ExitStatus | undefined;
  for (const limit = platform.now() + DEADLINE_MS; end === undefined && platform.now() < limit;) {
    poller.wait(DEADLINE_MS, {
      descriptor: () => {},
      signal: () => {},
      processEnded: (one, status) => {
        assertEquals(one, pid);
        end = status;
      },
    });
  }
  try {
    shell.kill("SIGKILL");
  } catch { /* it has ended */ }
  await reader.cancel();
  await shell.status;
  return end;
}

/** Ends when the shell's input does. */
const child = (then: string) => `exec 3<&0; sh -c 'read x <&3; ${then}' & exec 3<&-`;

/** A parent that gets no processor for a while has not collected it when it is told of. */
async function endCollected(script: string): Promise<ExitStatus | undefined> {
  let end: ExitStatus | undefined;
  for (let round = 0; round < ROUNDS && (end === undefined || end.kind === "none"); round++) {
    end = await endOf(`${script}; echo $!; wait`);
  }
  return end;
}

testNeeding(
  "a process that its parent has collected is told of with its status",
  TELLS_ENDS,
  async () => {
    assertEquals(await endCollected(child("exit 3")), { kind: "exited", code: 3 });
    const signalled = await endCollected(child("kill -KILL $$"));
    assert(signalled?.kind === "signalled" && signalled.signal === 9, JSON.stringify(signalled));
  },
);

testNeeding("a process that nobody collects is told of all the same", ON_LINUX, async () => {
  assertEquals(await endOf(`${child("exit 3")}; exec sh -c "echo $!; exec sleep 1000"`), {
    kind: "none",
  });
});
