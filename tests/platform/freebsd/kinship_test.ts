/** Kinship by sessions, on Linux's kernel, which has the same call. */
import { type Fd, pid as asPid } from "../../../core/types.ts";
import { freebsdKinship } from "../../../platform/freebsd/kinship.ts";
import { LINUX } from "../../../platform/linux/kernel/kernel.ts";
import { assert, assertEquals } from "../../assert.ts";
import { testNeeding } from "../../skip.ts";
import { DEADLINE_MS, platform, start, waitForEnd } from "../linux/children.ts";
import { NEEDS_LINUX } from "../posix/linux_forms.ts";

testNeeding(
  "who is in the session of a service's process, or has it among its parents, belongs to it",
  NEEDS_LINUX,
  () => {
    const kinship = freebsdKinship(LINUX, { getsid: GETSID }, platform.processFacts);
    const script = "sleep 1000 & echo $!; setsid sleep 1000 & echo $!; wait";
    const pipe = platform.pipe();
    assert(pipe.kind === "pipe");
    const main = start({
      command: ["/bin/sh", "-c", script],
      standardOutput: { kind: "descriptor", fd: pipe.writeEnd },
    });
    platform.close(pipe.writeEnd);
    const [inSession, outside] = readLines(pipe.readEnd, 2).map((line) => asPid(Number(line)));
    platform.close(pipe.readEnd);
    assert(inSession !== undefined && outside !== undefined);
    assertEquals(kinship(main, main), "related");
    assertEquals(kinship(inSession, main), "related");
    assertEquals(kinship(main, inSession), "related");
    assertEquals(kinship(inSession, asPid(Deno.pid)), "related");
    waitUntil(() => kinship(outside, inSession) === "stranger");
    assertEquals(kinship(outside, main), "related");
    assertEquals(kinship(asPid(Deno.pid), main), "stranger");
    for (const pid of [inSession, outside, main]) platform.signal(pid, 9, "process");
    waitForEnd(main);
    assertEquals(kinship(main, inSession), "gone");
  },
);

/** Of x86-64. */
const GETSID = 124;

function readLines(fd: Fd, count: number): string[] {
  const target = new Uint8Array(256);
  let text = "";
  waitUntil(() => {
    const length = platform.read(fd, target);
    if (typeof length === "number") text += new TextDecoder().decode(target.subarray(0, length));
    return text.split("\n").length > count;
  });
  return text.split("\n").slice(0, count);
}

function waitUntil(isSo: () => boolean): void {
  const deadline = platform.now() + DEADLINE_MS;
  while (!isSo()) assert(platform.now() < deadline, "it took too long");
}
