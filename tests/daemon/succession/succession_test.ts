/** How a manager asks its successor, waits for rest, and goes on when it comes to nothing. */
import { type Fd, fd, instant, type Pid, pid } from "../../../core/types.ts";
import { parseHandover } from "../../../daemon/kept/handover.ts";
import { decodeKept } from "../../../daemon/kept/encoding.ts";
import { Succession } from "../../../daemon/succession/succession.ts";
import { TRIAL_PASSED } from "../../../daemon/succession/trial.ts";
import type { ChildSettings, Failure, Platform } from "../../../platform/mod.ts";
import { assert, assertEquals, assertIncludes } from "../../assert.ts";

const CHILD = pid(77);
const OWN = "/usr/sbin/dinit";
const ENOENT: Failure = {
  kind: "failure",
  call: "execve",
  errno: 2,
  message: "no such file (ENOENT)",
};

interface Executed {
  readonly path: string;
  readonly words: readonly string[];
  readonly environment: readonly string[];
  /** Open to the program. */
  readonly passed: readonly Fd[];
  readonly state: unknown;
}

/** A manager with a kernel of which a test says what it answers. */
function scene() {
  const files = new Map<Fd, number[]>();
  const passed = new Set<Fd>();
  const at = {
    now: instant(0),
    /** What the child says; undefined: it is still at it. */
    answer: undefined as string | undefined,
    unrest: undefined as string | undefined,
    isGone: false,
  };
  const log = {
    launches: [] as ChildSettings[],
    executed: [] as Executed[],
    refusals: [] as string[],
    paused: [] as boolean[],
    killed: [] as Pid[],
    copies: [] as string[],
    open: new Set<Fd>(),
  };
  let nextFd = 10;
  const opened = () => {
    const made = fd(nextFd++);
    log.open.add(made);
    return made;
  };
  const platform = {
    now: () => at.now,
    signalNumber: () => 9,
    signal: (one: Pid) => void log.killed.push(one),
    errnoText: () => ({ name: "ENOENT", text: "no such file" }),
    ownProgram: () => ({ path: OWN, isGone: at.isGone }),
    copyOwnProgram: (path: string) => void log.copies.push(path),
    removeFile: (path: string) => void log.copies.splice(log.copies.indexOf(path), 1),
    openScratchFile: () => {
      const made = opened();
      files.set(made, []);
      return made;
    },
    pipe: () => ({ kind: "pipe", readEnd: opened(), writeEnd: opened() }),
    close: (one: Fd) => assert(log.open.delete(one), `${one} is not open`),
    // A few bytes at a time, as a kernel may.
    write: (one: Fd, bytes: Uint8Array) => {
      const part = [...bytes.subarray(0, 1000)];
      files.get(one)?.push(...part);
      return part.length;
    },
    read: (_: Fd, target: Uint8Array) => {
      if (at.answer === undefined) return "again";
      const { written } = new TextEncoder().encodeInto(at.answer, target);
      at.answer = "";
      return written;
    },
    poller: { watch: () => undefined, unwatch: () => {} },
    launch: (settings: ChildSettings) => {
      log.launches.push(settings);
      return {
        ...{ kind: "launched", pid: CHILD, report: opened() },
        outcome: () => ({ kind: "executed" }),
      };
    },
    passOn: (all: readonly Fd[], isPassed: boolean) => {
      for (const one of all) isPassed ? passed.add(one) : passed.delete(one);
      return undefined;
    },
    execute: (path: string, words: readonly string[], environment: readonly string[]) => {
      const { state } = handoverOf(environment);
      const reading = decodeKept(Uint8Array.from(files.get(state as Fd) ?? []));
      assert(reading.kind === "kept");
      log.executed.push({ path, words, environment, passed: [...passed], state: reading.data });
      return ENOENT;
    },
  } as unknown as Platform;
  const succession = new Succession({
    platform,
    log: { info: () => {}, error: () => {} },
    words: ["-u", "boot"],
    environment: ["PATH=/bin"],
    keep: (keeper) => ({ socket: keeper.descriptor(fd(5)), services: "x".repeat(5000) }),
    unrest: () => at.unrest,
    pauseLaunches: (isPaused) => void log.paused.push(isPaused),
    refuse: (why) => void log.refusals.push(why),
  });
  /** The child says this. */
  const answers = (text: string) => {
    at.answer = text;
    const [readEnd] = log.open;
    assert(readEnd !== undefined);
    while (succession.handleDescriptor(readEnd));
  };
  return { succession, at, log, answers, passed };
}

function handoverOf(environment: readonly string[]) {
  const text = environment.find((one) => one.startsWith("DINIT_HANDOVER="));
  const handover = parseHandover(text?.slice("DINIT_HANDOVER=".length) ?? "");
  assert(handover !== undefined);
  return handover;
}

Deno.test("a program is asked with the state, and executed with it when all is at rest", () => {
  const { succession, at, log, answers, passed } = scene();
  assertEquals(succession.begin("/opt/dinit"), undefined);
  assertEquals(log.launches, []);
  succession.atRest();
  assertEquals(log.launches[0]?.command, ["/opt/dinit", "--try-state"]);
  assertEquals(log.launches[0]?.environment, ["PATH=/bin"]);
  assertEquals(log.launches[0]?.standardInput, { kind: "descriptor", fd: fd(10) });
  assertEquals(succession.begin(undefined), "The manager is being upgraded already");
  at.unrest = "a launch is under way";
  answers(TRIAL_PASSED);
  succession.atRest();
  assertEquals([log.paused, log.executed], [[true], []]);
  at.unrest = undefined;
  succession.atRest();
  const [executed] = log.executed;
  assert(executed !== undefined);
  assertEquals([executed.path, executed.words], ["/opt/dinit", ["/opt/dinit", "-u", "boot"]]);
  const { state, predecessor } = handoverOf(executed.environment);
  assertEquals(executed.passed, [fd(5), state as Fd]);
  assertEquals(executed.state, { socket: 5, services: "x".repeat(5000) });
  assertEquals(predecessor, { path: OWN, isCopy: false, words: ["-u", "boot"] });
  // The call has failed: all is as before.
  assertEquals([log.paused, [...passed], log.open.size], [[true, false], [], 0]);
  assertEquals(log.refusals, ['Cannot hand over to "/opt/dinit": execve: no such file (ENOENT)']);
  assertEquals([succession.next(), succession.begin(undefined)], [undefined, undefined]);
});

Deno.test("what the program says instead is why it cannot", () => {
  for (
    const [said, why] of [
      ["The state is refused: its version is 9\nmore", "The state is refused: its version is 9"],
      ["", "it did not answer"],
      [`${TRIAL_PASSED}and more`, TRIAL_PASSED.trim()],
    ] as const
  ) {
    const { succession, log, answers } = scene();
    succession.begin("/opt/dinit");
    succession.atRest();
    answers(said);
    assertEquals(log.refusals, [`"/opt/dinit" cannot take over: ${why}`]);
    assertEquals([log.open.size, log.executed], [0, []]);
  }
});

Deno.test("a program that says nothing is killed after its time", () => {
  const { succession, at, log } = scene();
  succession.begin("/opt/dinit");
  succession.atRest();
  const due = succession.next();
  assert(due !== undefined && due > 0);
  at.now = instant(due - 1);
  succession.runDue(at.now);
  assertEquals(log.killed, []);
  at.now = due;
  succession.runDue(at.now);
  assertEquals([log.killed, log.open.size], [[CHILD], 0]);
  assertIncludes(log.refusals[0] ?? "", "has not said within 30 s");
});

Deno.test("a manager that does not come to rest goes on, and launches again", () => {
  const { succession, at, log, answers } = scene();
  at.isGone = true;
  at.unrest = 'the process of "web" does not get to its program';
  succession.begin(undefined);
  succession.atRest();
  answers(TRIAL_PASSED);
  succession.atRest();
  // The way back was made before; it is of no use now.
  assertEquals(log.copies, [`${OWN}.before`]);
  at.now = succession.next() ?? at.now;
  succession.runDue(at.now);
  assertEquals(log.refusals, [`The manager cannot be upgraded now: ${at.unrest}`]);
  assertEquals([log.paused, log.copies, log.executed], [[true, false], [], []]);
});

Deno.test("the way back to a file that is gone is its copy", () => {
  const { succession, at, log, answers } = scene();
  at.isGone = true;
  succession.begin(undefined);
  succession.atRest();
  answers(TRIAL_PASSED);
  succession.atRest();
  const [executed] = log.executed;
  assertEquals(executed?.path, OWN);
  const { predecessor } = handoverOf(executed?.environment ?? []);
  assertEquals(predecessor, { path: `${OWN}.before`, isCopy: true, words: ["-u", "boot"] });
  assertEquals(log.copies, []);
});

Deno.test("a handover that somebody else has written is none", () => {
  for (
    const text of [
      ...[
        "",
        "1",
        "null",
        "{}",
        '{"state":1}',
        '{"state":-1,"predecessor":{"path":"/x","words":[]}}',
      ],
      '{"state":1,"predecessor":{"path":"/x"}}',
    ]
  ) {
    assertEquals(parseHandover(text), undefined, text);
  }
});
