/**
 * What every poller must do, on real pipes and sockets: one suite, run on each implementation.
 */
import type { ExitStatus, Fd, Pid } from "../../core/types.ts";
import { LINUX } from "../../platform/linux/kernel/kernel.ts";
import type { Poller, PollSink } from "../../platform/mod.ts";
import { assert, assertEquals, assertThrows } from "../assert.ts";
import { type Need, testNeeding, tool } from "../skip.ts";
import { DEADLINE_MS, platform, start, waitForEnd } from "./linux/children.ts";

/** What the suite is run on. */
export interface PollerUnderTest {
  /** Stands in front of the names of the tests. */
  readonly name: string;
  readonly needs: readonly Need[];
  /** Whether it says how a child ended; of other processes nobody on Linux can. */
  readonly tellsStatus: boolean;
  create(): Poller;
}

const READ = { read: true, write: false };
const WRITE = { read: false, write: true };
const NOTHING = { read: false, write: false };

function makePipe(): { readEnd: Fd; writeEnd: Fd; close(): void } {
  const pipe = platform.pipe();
  assert(pipe.kind === "pipe");
  const { readEnd, writeEnd } = pipe;
  const close = () => [readEnd, writeEnd].forEach((fd) => platform.close(fd));
  return { readEnd, writeEnd, close };
}

/** What one wait reports, as `fd:rw` and `signal N`. */
function reported(poller: Poller, timeoutMs = 0): string[] {
  const reports: string[] = [];
  const sink: PollSink = {
    descriptor: (fd, readable, writable) => {
      reports.push(`${fd}:${readable ? "r" : ""}${writable ? "w" : ""}`);
    },
    signal: (signal) => reports.push(`signal ${signal}`),
    processEnded: (pid, status) => reports.push(`end ${pid} ${textOf(status)}`),
  };
  poller.wait(timeoutMs, sink);
  return reports;
}

function textOf(status: ExitStatus): string {
  switch (status.kind) {
    case "none":
      return "unknown";
    case "exited":
      return String(status.code);
    case "signalled":
      return `signal ${status.signal}`;
  }
}

const IGNORING: PollSink = { descriptor: () => {}, signal: () => {} };
const BYTE = new Uint8Array(1);

/** Defines the tests. */
export function testPoller({ name, needs, tellsStatus, create }: PollerUnderTest): void {
  const test = (what: string, more: readonly Need[], body: () => void) =>
    testNeeding(`${name}: ${what}`, [...needs, ...more], body);

  test("wait() reports a descriptor as long as it is readable", [], () => {
    const poller = create();
    const pipe = makePipe();
    assertEquals(poller.watch(pipe.readEnd, READ), undefined);
    assertEquals(reported(poller), []);
    platform.write(pipe.writeEnd, BYTE);
    assertEquals(reported(poller, Infinity), [`${pipe.readEnd}:r`]);
    assertEquals(reported(poller), [`${pipe.readEnd}:r`]);
    platform.read(pipe.readEnd, BYTE);
    assertEquals(reported(poller), []);
    poller.unwatch(pipe.readEnd);
    pipe.close();
  });

  test("change() switches between reading, writing and nothing", [], () => {
    const poller = create();
    const pair = platform.socketPair();
    assert(pair.kind === "pair");
    const { near, far } = pair;
    poller.watch(near, NOTHING);
    assertEquals(reported(poller), []);
    poller.change(near, WRITE);
    assertEquals(reported(poller), [`${near}:w`]);
    poller.change(near, { read: true, write: true });
    platform.write(far, BYTE);
    assertEquals(reported(poller), [`${near}:rw`]);
    poller.change(near, NOTHING);
    platform.close(far);
    assertEquals(reported(poller), [], "a hang-up must not be reported for ever");
    poller.change(near, READ);
    assertEquals(reported(poller), [`${near}:rw`]);
    poller.unwatch(near);
    platform.close(near);
  });

  test("wait() reports a hang-up as readable and writable", [], () => {
    const poller = create();
    const pipe = makePipe();
    poller.watch(pipe.readEnd, READ);
    platform.close(pipe.writeEnd);
    assertEquals(reported(poller, DEADLINE_MS), [`${pipe.readEnd}:rw`]);
    poller.unwatch(pipe.readEnd);
    platform.close(pipe.readEnd);
  });

  test("wait() does not report what another report of the same wait has closed", [], () => {
    const poller = create();
    const pipes = [makePipe(), makePipe()];
    for (const { readEnd, writeEnd } of pipes) {
      poller.watch(readEnd, READ);
      platform.write(writeEnd, BYTE);
    }
    const reports: Fd[] = [];
    let successor: Fd | undefined;
    poller.wait(0, {
      descriptor: (fd) => {
        reports.push(fd);
        const other = pipes.find(({ readEnd }) => readEnd !== fd);
        if (other === undefined || successor !== undefined) return;
        poller.unwatch(other.readEnd);
        platform.close(other.readEnd);
        // The next descriptor gets the number that has just become free.
        const next = platform.socketPair();
        assert(next.kind === "pair" && next.near === other.readEnd);
        poller.watch(next.near, READ);
        successor = next.near;
        platform.close(next.far);
      },
      signal: () => {},
    });
    assertEquals(reports.length, 1);
    for (const { readEnd, writeEnd } of pipes) {
      poller.unwatch(readEnd);
      platform.close(readEnd);
      platform.close(writeEnd);
    }
  });

  test("wait() does not report what was closed before the descriptors' turn", [], () => {
    const poller = create();
    const pipe = makePipe();
    poller.watch(pipe.readEnd, READ);
    platform.write(pipe.writeEnd, BYTE);
    const reports: string[] = [];
    poller.wait(DEADLINE_MS, {
      descriptor: (fd) => reports.push(String(fd)),
      signal: () => {},
      beforeDescriptors: () => {
        reports.push("before");
        poller.unwatch(pipe.readEnd);
        platform.close(pipe.readEnd);
        const next = platform.socketPair();
        assert(next.kind === "pair" && next.near === pipe.readEnd);
        poller.watch(next.near, READ);
        platform.close(next.far);
      },
    });
    assertEquals(reports, ["before"]);
    poller.unwatch(pipe.readEnd);
    pipe.close();
  });

  test("wait() takes no descriptor's event for the end of a process", [], () => {
    const poller = create();
    // The first, because the lowest free number is given.
    const pipe = makePipe();
    const ending = start({ command: ["sleep", "0.02"] });
    assertEquals(poller.watchProcess(ending), undefined);
    while (platform.childState(ending) !== "ended") { /* ask again */ }
    poller.watch(pipe.readEnd, READ);
    platform.write(pipe.writeEnd, BYTE);
    const running = start({ command: ["sleep", "1000"] });
    const ends: Pid[] = [];
    poller.wait(DEADLINE_MS, {
      descriptor: () => {},
      signal: () => {},
      processEnded: (pid) => {
        ends.push(pid);
        if (pid !== ending) return;
        // What watches the process may get the number that has just become free.
        poller.unwatch(pipe.readEnd);
        platform.close(pipe.readEnd);
        assertEquals(poller.watchProcess(running), undefined);
      },
    });
    assertEquals(ends, [ending]);
    waitForEnd(ending);
    platform.signal(running, 9, "process");
    waitForEnd(running);
    assertEquals(reported(poller).length, 1);
    platform.close(pipe.writeEnd);
  });

  test("wait() returns after its time, fractions rounded up", [], () => {
    const poller = create();
    const begin = platform.now();
    assertEquals(reported(poller, 0.2), []);
    assert(platform.now() - begin >= 0.2);
    assertEquals(reported(poller, -5), []);
  });

  test("wait() keeps each deadline, whatever came of the one before", [], () => {
    const poller = create();
    const pipe = makePipe();
    poller.watch(pipe.readEnd, READ);
    platform.write(pipe.writeEnd, BYTE);
    // Set, not come to its end, and set anew.
    assertEquals(reported(poller, 60_000), [`${pipe.readEnd}:r`]);
    platform.read(pipe.readEnd, BYTE);
    for (const limit of [30, 5, 12]) {
      const begin = platform.now();
      assertEquals(reported(poller, limit), []);
      assert(platform.now() - begin >= limit - 1, `${limit} ms`);
    }
    // Left over when somebody waits for ever.
    platform.write(pipe.writeEnd, BYTE);
    assertEquals(reported(poller, 3), [`${pipe.readEnd}:r`]);
    platform.read(pipe.readEnd, BYTE);
    const child = start({ command: ["sh", "-c", "sleep 0.05"] });
    assertEquals(poller.watchProcess(child), undefined);
    assertEquals(reported(poller, Infinity).length, 1);
    waitForEnd(child);
    poller.unwatch(pipe.readEnd);
    pipe.close();
  });

  test("watchProcess() reports an end once, with its status where that is told", [], () => {
    const poller = create();
    const ends: readonly (readonly [string, string])[] = [["exit 3", "3"], [
      "kill -9 $$",
      "signal 9",
    ]];
    for (const [command, status] of ends) {
      const child = start({ command: ["sh", "-c", `sleep 0.02; ${command}`] });
      assertEquals(poller.watchProcess(child), undefined);
      const expected = `end ${child} ${tellsStatus ? status : "unknown"}`;
      assertEquals(reported(poller, DEADLINE_MS), [expected]);
      assertEquals(reported(poller), []);
      waitForEnd(child);
    }
  });

  test(
    "watchProcess() reports a process that has ended before, and refuses one that is gone",
    [],
    () => {
      const poller = create();
      const child = start({ command: ["true"] });
      while (platform.childState(child) !== "ended") poller.wait(1, IGNORING);
      assertEquals(poller.watchProcess(child), undefined);
      assertEquals(reported(poller, DEADLINE_MS), [
        `end ${child} ${tellsStatus ? "0" : "unknown"}`,
      ]);
      waitForEnd(child);
      const ESRCH = 3;
      assertEquals(poller.watchProcess(4_194_303 as Pid)?.errno, ESRCH);
    },
  );

  test("unwatchProcess() ends the watch", [], () => {
    const poller = create();
    const child = start({ command: ["sleep", "1000"] });
    assertEquals(poller.watchProcess(child), undefined);
    poller.unwatchProcess(child);
    poller.unwatchProcess(child);
    platform.signal(child, 9, "process");
    waitForEnd(child);
    assertEquals(reported(poller), []);
  });

  test("watch() refuses what cannot be waited for, and says why", [], () => {
    const poller = create();
    const opened = platform.openLogFile("/dev/null", { mode: 0, uid: undefined, gid: undefined });
    assert(opened.kind === "log-file");
    const file = opened.fd;
    const EPERM = 1;
    const EBADF = 9;
    assertEquals(poller.watch(file, READ)?.errno, EPERM);
    platform.close(file);
    assertEquals(poller.watch(987 as Fd, READ)?.errno, EBADF);
    assertThrows(() => poller.change(987 as Fd, READ), /987: it is not watched/);
    poller.unwatch(987 as Fd);
  });

  test("watchSignals() reports blocked signals before descriptors", [tool("python3")], () => {
    // Only this thread blocks them, so they must be aimed at it: any other might take a kill(2).
    const poller = create();
    const pipe = makePipe();
    poller.watch(pipe.readEnd, READ);
    const USR2 = 12;
    assertEquals(poller.watchSignals([USR2]), undefined);
    platform.write(pipe.writeEnd, BYTE);
    signalThisThread(USR2);
    signalThisThread(USR2);
    assertEquals(reported(poller, DEADLINE_MS), [`signal ${USR2}`, `${pipe.readEnd}:r`]);
    assertEquals(reported(poller), [`${pipe.readEnd}:r`]);
    poller.unwatch(pipe.readEnd);
    pipe.close();
  });
}

/** A child's `kill` cannot name a thread, so python's tgkill does. */
function signalThisThread(signal: number): void {
  const thread = Deno.readLinkSync("/proc/thread-self").split("/").at(-1);
  const { tgkill } = LINUX.calls;
  const script =
    `import ctypes; ctypes.CDLL(None).syscall(${tgkill}, ${Deno.pid}, ${thread}, ${signal})`;
  waitForEnd(start({ command: ["python3", "-c", script] }));
}
