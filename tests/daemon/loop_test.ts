/**
 * Faults of the manager's own in the middle of the loop: told once, with their cause, and survived.
 */
import type { SchedulerApi } from "../../core/schedule/api.ts";
import { fd, instant } from "../../core/types.ts";
import { Loop, type LoopParts } from "../../daemon/loop.ts";
import type { Platform, PollSink } from "../../platform/mod.ts";
import { assert, assertEquals, assertIncludes } from "../assert.ts";

const CHLD = 17;
const MOST_TURNS = 100;

interface World {
  readonly errors: string[];
  /** What each wait reports, in order; the loop ends after the last. */
  readonly waits: ((sink: PollSink) => void)[];
  readonly done: string[];
  /** What who watches the loop was told. */
  readonly watched: string[];
}

/** @param ended Children to be collected; 5 is one whose end cannot be handled. */
function loopOver(
  waits: World["waits"],
  parts: Partial<LoopParts> = {},
  ended: readonly number[] = [],
): World {
  let turns = 0;
  const zombies = [...ended];
  const world: World = { errors: [], waits: [...waits], done: [], watched: [] };
  const platform = {
    now: () => instant(0),
    signalNumber: () => CHLD,
    reap: () => {
      const pid = zombies.shift();
      return pid === undefined ? undefined : { pid, status: { kind: "none" } };
    },
    poller: {
      wait: (_: number, sink: PollSink) => {
        const next = world.waits.shift();
        if (next === undefined) throw new Error("waits after its end");
        next(sink);
      },
      unwatch: (one: number) => void world.done.push(`unwatch ${one}`),
    },
  } as unknown as Platform;
  const scheduler = {
    get activeCount() {
      return world.waits.length === 0 ? 0 : 1;
    },
    nextDeadline: () => undefined,
  } as unknown as SchedulerApi;
  const loop = new Loop({
    platform,
    scheduler,
    events: {
      take: () => {
        // A fault that is new each time is told each time: that ends a loop which this test cannot
        // end.
        if (++turns > MOST_TURNS) throw new Error(`still going on in turn ${turns}`);
        return undefined;
      },
    },
    execute: () => {},
    launches: { run: () => {}, isDue: false, isEmpty: true },
    beforeWait: () => {},
    atRest: () => {},
    ends: {
      childEnded: ({ pid }) => {
        world.done.push(`child ${pid}`);
        if (pid === 5) throw new Error("the end of 5 is too much");
      },
      strangerEnded: () => {},
    },
    keeping: { keep: () => {}, noteEnd: undefined, hasRoom: true },
    launching: { handleDescriptor: () => false },
    work: { note: () => {}, clear: () => {}, signal: 0 },
    answers: { hasAnswers: false, flush: () => {} },
    lines: { gather: () => {}, release: () => {} },
    timed: [],
    log: {
      error: (text: string) => {
        world.errors.push(text);
        if (turns > MOST_TURNS) throw new Error(`The loop does not end: ${world.errors[0]}`);
      },
    },
    owners: [{ handleDescriptor: () => true }],
    handleSignal: (signal) => void world.done.push(`signal ${signal}`),
    nothingActive: () => true,
    ...parts,
  });
  loop.watchedBy({
    waits: () => void world.watched.push("waits"),
    works: () => void world.watched.push("works"),
  });
  loop.run();
  return world;
}

Deno.test("Loop goes on after a fault in the handling of a descriptor, and says where it was", () => {
  const { errors, done } = loopOver([
    (sink) => {
      sink.descriptor(fd(7), true, false);
      // What else was ready is not lost.
      sink.signal(15);
    },
    (sink) => sink.signal(1),
  ], {
    owners: [{
      handleDescriptor: () => {
        throw new TypeError("cannot read the colour of a socket");
      },
    }],
  });
  assertEquals(done, ["signal 15", "signal 1"]);
  assertIncludes(errors[0] ?? "", "Internal error, going on: TypeError: cannot read the colour");
  assert(errors.some((line) => line.includes("loop_test.ts")), errors.join("\n"));
});

Deno.test("Loop tells who watches it of waits, and of work before it is done", () => {
  const { watched } = loopOver([
    (sink) => {
      sink.beforeDescriptors?.();
      sink.descriptor(fd(7), true, false);
    },
    (sink) => sink.signal(1),
  ]);
  assertEquals(watched, ["works", "waits", "works", "waits", "works"]);
});

/** Clients ask; with each question comes what is written there. */
function askedLoop(waits: readonly ("look" | "order" | "signal" | "launching")[]) {
  const done: string[] = [];
  const answers = {
    hasAnswers: false,
    flush: () => {
      answers.hasAnswers = false;
      done.push("answer");
    },
  };
  let hasOnlyTold = false;
  const launching = { handleDescriptor: (one: number) => one === 8 };
  loopOver(
    waits.map((what) => (sink) => {
      hasOnlyTold = what !== "order";
      if (what === "signal") sink.signal(1);
      if (what === "launching") sink.descriptor(fd(8), true, false);
      sink.descriptor(fd(7), true, false);
    }),
    {
      answers,
      launching,
      owners: [launching, {
        handleDescriptor: () => {
          answers.hasAnswers = true;
          return true;
        },
        get hasOnlyTold() {
          return hasOnlyTold;
        },
      }],
      keeping: { keep: () => void done.push("keep"), noteEnd: undefined, hasRoom: true },
      timed: [{ next: () => void done.push("timed"), runDue: () => {} }],
    },
  );
  return done.join(" ");
}

Deno.test("Loop does nothing for those who only look but answer them", () => {
  assertEquals(
    askedLoop(["look", "look", "look", "order"]),
    "timed keep answer answer answer keep answer timed",
  );
});

Deno.test("Loop does a whole turn where something happens beside a look", () => {
  assertEquals(
    askedLoop(["look", "launching", "look", "signal", "order"]),
    "timed keep answer keep answer timed keep answer keep keep answer timed keep keep answer timed",
  );
});

Deno.test("Loop does a whole turn now and then for those who look without an end", () => {
  const done = askedLoop(Array.from({ length: 200 }, () => "look" as const)).split(" ");
  assertEquals(done.filter((one) => one === "answer").length, 200);
  assertEquals(done.filter((one) => one === "timed").length, 1 + Math.ceil(200 / 64));
});

Deno.test("Loop tells the same fault at every turn only once, and pauses so that it cannot spin", () => {
  let count = 0;
  const before = performance.now();
  const { errors } = loopOver(Array.from({ length: 12 }, () => () => {}), {
    timed: [{
      next: () => instant(0),
      runDue: () => {
        count++;
        throw new Error("always the same");
      },
    }],
  });
  assert(count > 12);
  assertEquals(errors.filter((line) => line.includes("always the same")).length, 1);
  assert(performance.now() - before >= 200, "it paused");
});

Deno.test("Loop runs what is timed although another part fails every time", () => {
  let count = 0;
  const failing = {
    next: () => instant(0),
    runDue: () => {
      throw new Error("always the same");
    },
  };
  const other = { next: () => undefined, runDue: () => void count++ };
  loopOver([() => {}, () => {}], { timed: [failing, other] });
  assert(count > 2);
});

Deno.test("Loop collects all children before the first descriptor, whatever comes of one of them", () => {
  const { errors, done } = loopOver(
    [(sink) => {
      sink.signal(CHLD);
      sink.beforeDescriptors?.();
      sink.signal(1);
    }],
    {},
    [4, 5, 6],
  );
  assertEquals(done, ["child 4", "child 5", "child 6", "signal 1"]);
  assertIncludes(errors[0] ?? "", "the end of 5 is too much");
});

Deno.test("Loop survives a fault in the handling of a signal, and of a kernel call that throws", () => {
  const handled: number[] = [];
  const { errors, done } = loopOver([
    () => {
      throw new Error("epoll has gone mad");
    },
    (sink) => sink.signal(10),
    (sink) => sink.signal(12),
  ], {
    handleSignal: (signal) => {
      handled.push(signal);
      if (signal === 10) throw new Error("no socket");
    },
  });
  assertEquals([done, handled], [[], [10, 12]]);
  assertEquals(errors.filter((line) => line.startsWith("Internal error")).length, 2);
});

Deno.test("Loop ignores a descriptor that belongs to nothing, from then on", () => {
  const { errors, done } = loopOver([
    (sink) => sink.descriptor(fd(9), true, false),
    () => {},
  ], { owners: [] });
  assertEquals(done, ["unwatch 9"]);
  assertIncludes(errors[0] ?? "", "Descriptor 9 is watched but belongs to nothing");
});

Deno.test("Loop waits until the scheduler's next deadline, and for ever when there is none", () => {
  for (const next of [undefined, instant(0)]) {
    const applied: string[] = [];
    const waited: number[] = [];
    const scheduler = {
      activeCount: 0,
      nextDeadline: () => next,
      apply: ({ kind }: { kind: string }) => {
        applied.push(kind);
        return [];
      },
    } as unknown as SchedulerApi;
    let turns = 0;
    const platform = {
      now: () => instant(0),
      signalNumber: () => CHLD,
      poller: { wait: (ms: number) => void waited.push(ms) },
    } as unknown as Platform;
    loopOver([], { platform, scheduler, nothingActive: () => turns++ > 0 });
    assertEquals([new Set(applied).size, waited], next === undefined ? [0, [Infinity]] : [1, [0]]);
  }
});

Deno.test("Loop waits for what is due first, and has it done when it is", () => {
  let now = 5;
  const waited: number[] = [];
  const done: string[] = [];
  const platform = {
    now: () => instant(now),
    signalNumber: () => CHLD,
    poller: {
      wait: (ms: number) => {
        waited.push(ms);
        now += ms;
      },
    },
  } as unknown as Platform;
  const part = (name: string, due: number) => {
    let next: number | undefined = due;
    return {
      next: () => next === undefined ? undefined : instant(next),
      runDue: () => {
        if (next === undefined || now < next) return;
        done.push(`${name} at ${now}`);
        next = undefined;
      },
    };
  };
  let turns = 0;
  loopOver([], {
    platform,
    timed: [part("late", 40), part("early", 20)],
    scheduler: {
      get activeCount() {
        return turns++ === 5 ? 0 : 1;
      },
      nextDeadline: () => undefined,
    } as unknown as SchedulerApi,
  });
  assertEquals(done, ["early at 20", "late at 40"]);
  // After each that was due, what came meanwhile is looked for before anything is waited for.
  assertEquals(waited, [15, 0, 20, 0, Infinity]);
});
