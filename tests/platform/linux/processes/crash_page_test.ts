import { fd } from "../../../../core/types.ts";
import {
  CRASH_FIELD,
  CRASH_PAGE,
  CRASH_PLAN,
  HANG_TIMER,
  HANG_WORK,
  REMEMBERED_CRASHES,
} from "../../../../native/programs/last_resort/crash_page.ts";
import { crashPage, isCrashPage } from "../../../../platform/linux/processes/crash_page.ts";
import { assert, assertEquals } from "../../../assert.ts";
import { surroundings, testNeeding } from "../../../skip.ts";
import { platform } from "../children.ts";

const SEGV = 11;
const [SEGV_MAPERR, SI_USER] = [1, 0];

function page(fields: Partial<Record<keyof typeof CRASH_FIELD, number | bigint>> = {}): DataView {
  const view = new DataView(new ArrayBuffer(CRASH_PAGE.bytes));
  const all = { magic: CRASH_PAGE.magic, process: 7, descriptor: 3, ...fields };
  for (const [name, value] of Object.entries(all)) {
    view.setBigInt64(CRASH_FIELD[name as keyof typeof CRASH_FIELD], BigInt(value), true);
  }
  return view;
}

function word(view: DataView, field: keyof typeof CRASH_FIELD): number {
  return Number(view.getBigUint64(CRASH_FIELD[field], true));
}

Deno.test("isCrashPage() knows a page of this process that outlives it", () => {
  assertEquals(isCrashPage(page(), 7), true);
  assertEquals(isCrashPage(page(), 8), false);
  assertEquals(isCrashPage(page({ magic: CRASH_PAGE.magic + 1n }), 7), false);
  assertEquals(isCrashPage(page({ descriptor: -1 }), 7), false);
});

Deno.test("plan() writes what is to be done, and watches exit(3) once it matters", () => {
  const view = page({ plan: CRASH_PLAN.execute });
  let watched = 0;
  const resort = crashPage(view, () => watched++);
  resort.plan({ kind: "end" });
  assertEquals([word(view, "plan"), watched], [CRASH_PLAN.end, 0]);
  resort.plan({ kind: "stay", startsOver: true });
  assertEquals([word(view, "plan"), word(view, "startsOver"), watched], [CRASH_PLAN.stay, 1, 1]);
  resort.plan({ kind: "execute" });
  assertEquals([word(view, "plan"), word(view, "startsOver"), watched], [CRASH_PLAN.execute, 0, 1]);
});

Deno.test("keep() marks descriptors, each by its bit", () => {
  const view = page();
  const resort = crashPage(view, () => {});
  const kept = () => new Uint8Array(view.buffer, CRASH_PAGE.descriptorsAt, 3);
  for (const number of [3, 8, 17, CRASH_PAGE.descriptorLimit]) resort.keep(fd(number), true);
  assertEquals([...kept()], [1 << 3, 1, 2]);
  // The words behind it are as they were.
  assertEquals(view.getUint8(CRASH_PAGE.wordsAt), 0);
  resort.keep(fd(3), false);
  resort.keep(fd(4), false);
  assertEquals([...kept()], [0, 1, 2]);
});

Deno.test("withhold() takes a variable from the next program's environment", () => {
  const texts = ["HOME=/", "DINIT_HAND=1", "DINIT_HANDOVER=1", "PATH=/bin"];
  const environmentAt = CRASH_PAGE.wordsAt;
  const view = page({ environment: CRASH_PAGE.address + environmentAt });
  const bytes = new Uint8Array(view.buffer);
  texts.forEach((text, index) => {
    const at = environmentAt + 0x100 + 32 * index;
    bytes.set(new TextEncoder().encode(text), at);
    view.setBigUint64(environmentAt + 8 * index, BigInt(CRASH_PAGE.address + at), true);
  });
  crashPage(view, () => {}).withhold("DINIT_HANDOVER");
  const left = texts.map((_, index) => {
    const at = environmentAt + 0x100 + 32 * index;
    return new TextDecoder().decode(bytes.subarray(at, bytes.indexOf(0, at)));
  });
  assertEquals(left, ["HOME=/", "DINIT_HAND=1", "", "PATH=/bin"]);
});

Deno.test("endMachine() tells the command that ends the machine's run", () => {
  const view = page();
  crashPage(view, () => {}).endMachine("poweroff");
  assertEquals(word(view, "endCommand"), 0x4321fedc);
});

Deno.test("lastCrash tells of the program before", () => {
  const read = (fields: Parameters<typeof page>[0]) => crashPage(page(fields), () => {}).lastCrash;
  assertEquals(read({}), undefined);
  const fault = { signal: SEGV, code: SEGV_MAPERR, faultAddress: 16, programCounter: 1n << 46n };
  assertEquals(read({ crashes: 2, ...fault }), {
    crashes: 2,
    cause: {
      kind: "signal",
      signal: SEGV,
      sender: undefined,
      address: 16n,
      programCounter: 1n << 46n,
    },
  });
  const sent = { ...fault, code: SI_USER, faultAddress: 1n << 32n | 99n };
  assertEquals(read({ crashes: 1, ...sent }), {
    crashes: 1,
    cause: { kind: "signal", signal: SEGV, sender: 99, address: 0n, programCounter: 1n << 46n },
  });
  assertEquals(read({ crashes: 1, signal: 0, code: 3 }), {
    crashes: 1,
    cause: { kind: "exit", status: 3 },
  });
});

Deno.test("limit() writes when it is tried no further, within what is remembered", () => {
  const view = page();
  const resort = crashPage(view, () => {});
  const limits = () => (["limit", "withinMs", "pauseMs"] as const).map((name) => word(view, name));
  resort.limit({ crashes: 3, withinMs: 10_000, pauseMs: 0 });
  assertEquals(limits(), [3, 10_000, 0]);
  resort.limit({ crashes: REMEMBERED_CRASHES + 1, withinMs: 1.5, pauseMs: 1000 });
  assertEquals(limits(), [REMEMBERED_CRASHES, 2, 1000]);
});

/** A watch over a loop, with a timer that is only counted. */
function watched() {
  const view = page();
  const world = { view, starts: 0, everyMs: 0 };
  const resort = crashPage(view, () => {}, (everyMs) => {
    world.everyMs = everyMs;
    return { number: 9, start: () => void world.starts++ };
  });
  const watch = resort.watchLoop(10_000);
  assert(watch !== undefined && !("kind" in watch), "it is watched");
  return { world, watch, resort };
}

Deno.test("watchLoop() starts the timer with the first turn, and not while it runs", () => {
  const { world, watch } = watched();
  const { view } = world;
  assertEquals([world.everyMs, word(view, "hangTimerNumber"), world.starts], [2500, 9, 0]);
  watch.works();
  assertEquals([word(view, "hangWork"), word(view, "hangTimer")], [HANG_WORK.begun, 1]);
  // Two ticks later it waits, and works again.
  view.setBigUint64(CRASH_FIELD.hangWork, 3n, true);
  watch.waits();
  assertEquals(word(view, "hangWork"), HANG_WORK.none);
  watch.works();
  assertEquals([word(view, "hangWork"), world.starts], [HANG_WORK.begun, 1]);
});

Deno.test("watchLoop() is not woken up again by a tick that came while it waited", () => {
  const { world, watch } = watched();
  watch.works();
  watch.waits();
  world.view.setBigUint64(CRASH_FIELD.hangTimer, BigInt(HANG_TIMER.ended), true);
  watch.works();
  assertEquals([world.starts, word(world.view, "hangTimer")], [1, HANG_TIMER.stands]);
  watch.works();
  assertEquals([world.starts, word(world.view, "hangTimer")], [2, HANG_TIMER.runs]);
});

Deno.test("watchLoop() starts a timer of its own after another program had one", () => {
  const view = page({ hangTimer: HANG_TIMER.runs, hangWork: 4 });
  let starts = 0;
  const resort = crashPage(view, () => {}, () => ({ number: 1, start: () => void starts++ }));
  const watch = resort.watchLoop(10_000);
  assert(watch !== undefined && !("kind" in watch), "it is watched");
  assertEquals(word(view, "hangWork"), HANG_WORK.none);
  watch.works();
  assertEquals([starts, word(view, "hangTimer")], [1, HANG_TIMER.runs]);
});

Deno.test("stopWatching() lets the manager take its time", () => {
  const { world, watch, resort } = watched();
  watch.works();
  resort.stopWatching();
  assertEquals(word(world.view, "hangWork"), HANG_WORK.none);
});

Deno.test("lastCrash tells of a manager that hung", () => {
  const hung = { crashes: 1, signal: 6, code: 0xffff_fffe, programCounter: 16n };
  assertEquals(crashPage(page(hung), () => {}).lastCrash, {
    crashes: 1,
    cause: { kind: "hung", programCounter: 16n },
  });
});

testNeeding(
  "a program without the entry has no last resort",
  [surroundings("Linux", Deno.build.os === "linux")],
  () => {
    assertEquals(platform.lastResort.isThere, false);
  },
);
