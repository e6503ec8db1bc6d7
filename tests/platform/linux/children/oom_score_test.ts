import { setOomScore } from "../../../../platform/linux/children/oom_score.ts";
import { openPlatform } from "../../../../platform/mod.ts";
import { assertEquals } from "../../../assert.ts";

openPlatform();

/** Prints its own number, its child's and its grandchild's. */
const FAMILY = "echo $$; /bin/sh -c 'sleep 1000 & echo $!; wait' & echo $!; wait";

Deno.test("setOomScore() reaches what the process has forked, and what that has", async () => {
  const child = new Deno.Command("/bin/sh", { args: ["-c", FAMILY], stdout: "piped" }).spawn();
  const output = child.stdout.getReader();
  let text = "";
  while (text.split("\n").length <= 3) {
    const { value } = await output.read();
    text += new TextDecoder().decode(value);
  }
  const pids = text.trim().split("\n").map(Number);
  try {
    setOomScore(child.pid, 345);
    const scores = pids.map((pid) => Deno.readTextFileSync(`/proc/${pid}/oom_score_adj`).trim());
    assertEquals(scores, ["345", "345", "345"]);
  } finally {
    for (const pid of pids) Deno.kill(pid, "SIGKILL");
    await output.cancel();
    await child.status;
  }
});

Deno.test("setOomScore() does nothing to a process that is gone", () => {
  setOomScore(2 ** 22 - 1, 100);
});
