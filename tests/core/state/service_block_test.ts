import {
  makeRecord,
  type ProcessRecord,
  type ServiceRecord,
} from "../../../core/service/record/record.ts";
import { durationOf } from "../../../core/service/record/usual_duration.ts";
import { CODES, STATE_OF, wordsOf } from "../../../core/state/codes.ts";
import { KeptBlocks } from "../../../core/state/kept_blocks.ts";
import { readKept } from "../../../core/state/kept_reading.ts";
import { KIND } from "../../../core/state/kinds.ts";
import { layoutOf } from "../../../core/state/layout.ts";
import { putService, SERVICE_LAYOUT } from "../../../core/state/service_block.ts";
import {
  type ReadService,
  readService,
  type ServiceForm,
} from "../../../core/state/service_reading.ts";
import { type Instant, instant, pid, serviceId } from "../../../core/types.ts";
import { assert, assertEquals, assertNotEquals, fail } from "../../assert.ts";
import { buildDescription, serviceName } from "../../builders.ts";

const DESCRIPTION = buildDescription("web", { type: "process" });
const FORM: ServiceForm = { layout: SERVICE_LAYOUT, words: wordsOf(CODES) };

function bytesOf(service: ServiceRecord): Uint8Array {
  const blocks = new KeptBlocks(new Uint8Array(4096).fill(0xff));
  putService(blocks, service);
  const read = readKept(blocks.sealed());
  if (read.kind === "fault") fail(read.why);
  return read.kept.get(KIND.service)?.get(service.id) ?? fail("nothing was put");
}

function read(number: number, bytes: Uint8Array, form = FORM): ReadService | undefined {
  const { name, presence, description } = makeRecord(serviceId(number), DESCRIPTION);
  return readService(number, bytes, { name, presence, description }, form);
}

function readBack(service: ServiceRecord): ServiceRecord {
  return read(service.id, bytesOf(service))?.service ?? fail("the block cannot be read");
}

/** Not in the block: see its module. */
const LEFT_OUT = [
  ...["id", "name", "presence", "description", "links", "dependents", "holders", "consumer"],
  ...["pendingAcquire", "pendingRelease", "pendingFail", "pendingStart", "pendingStop"],
  ...["pendingPin", "waitHint", "barHint", "propagationEntries", "transitionEntries", "heapIndex"],
  "isChanged",
];

function changedProcess(number: number): ProcessRecord {
  return {
    phase: "ended",
    pid: pid(number),
    isTracked: false,
    signalOnSpawn: "ABRT",
    endStatus: { kind: "signalled", signal: 6, dumpedCore: true },
    endPidFile: { kind: "running", pid: pid(number + 1), tracked: true, isStranger: true },
  };
}

/** A record of which every field that is written differs from a fresh one. */
function changedRecord(): ServiceRecord {
  const fresh = makeRecord(serviceId(7), DESCRIPTION);
  return {
    ...fresh,
    height: 32,
    phase: "coming-down",
    state: "stopping",
    target: "started",
    isMarked: true,
    isPinnedStarted: true,
    isPinnedStopped: true,
    isPinnedByDependent: true,
    isForced: true,
    isUserRestart: true,
    isAutoRestart: true,
    isFollowing: true,
    isRestartCounted: true,
    hasStartFailed: true,
    hasGoneWrong: true,
    isStartSkipped: true,
    reason: "terminated",
    main: changedProcess(4_000_000),
    stopper: changedProcess(2),
    side: { list: "stopPost", index: 3 },
    needsCleaningUp: true,
    exit: { kind: "exited", code: -1 },
    runExit: { kind: "signalled", signal: 15, dumpedCore: false },
    execFailure: { stage: 18, errno: 2 },
    awaitsReadiness: true,
    isRecovering: true,
    hasMissedWatchdog: true,
    isTriggered: true,
    isSetAside: true,
    unmetCondition: "path-exists /x",
    isCheckingRun: true,
    lastLaunch: instant(1.25),
    windowStart: instant(2 ** 40 + 0.5),
    restartCount: 4,
    health: { isGood: false, since: instant(3.5), why: "no answer" },
    restartsInRow: 3,
    cause: {
      service: serviceName("dö\udc80"),
      reason: "restart-limit",
      exit: { kind: "signalled", signal: 11, dumpedCore: true },
      restarts: 2,
      path: [serviceName("a"), serviceName("dö\udc80")],
    },
    handled: { since: instant(12.5), count: 2 },
    activationCount: 5,
    activationWindowStart: instant(6),
    history: {
      stateSince: instant(0),
      lastEndAt: instant(8),
      usualStartMs: durationOf(65_505),
      usualStopMs: durationOf(7),
      stopWaitMs: durationOf(0x1234),
      restarts: 9,
      isLimitReached: true,
      failedDependency: serviceName("dö\udc80"),
    },
    timer: "relaunch",
    deadline: instant(10.125),
    deadlineSequence: 2 ** 33,
    heapIndex: 0,
  };
}

Deno.test("a record of which everything was changed is read as it was written", () => {
  const changed = changedRecord();
  const fresh = makeRecord(changed.id, DESCRIPTION);
  for (const key of Object.keys(fresh) as (keyof ServiceRecord)[]) {
    if (!LEFT_OUT.includes(key)) {
      assertNotEquals(changed[key], fresh[key], `${key} was not changed`);
    }
  }
  for (const part of ["main", "stopper", "history"] as const) {
    for (const [key, value] of Object.entries(fresh[part])) {
      assertNotEquals(Object.entries(changed[part]).find(([each]) => each === key), [key, value]);
    }
  }
  assertEquals(readBack(changed), { ...changed, heapIndex: -1 });
});

Deno.test("each change of a record alone is read as it was written", () => {
  const fresh = makeRecord(serviceId(7), DESCRIPTION);
  assertEquals(readBack(fresh), fresh);
  const changed = changedRecord();
  for (const key of Object.keys(fresh) as (keyof ServiceRecord)[]) {
    // These go together: a phase is of its state, and a timer has its deadline.
    if (["phase", "state", "timer", "deadline", "deadlineSequence"].includes(key)) continue;
    const record = { ...fresh, [key]: changed[key] };
    assertEquals(readBack(record), { ...record, heapIndex: -1 }, key);
  }
});

Deno.test("each word of a record is read as it was written", () => {
  const fresh = makeRecord(serviceId(7), DESCRIPTION);
  const variants: Partial<ServiceRecord>[] = [
    ...Object.entries(STATE_OF).map(([phase, state]) =>
      ({ phase, state }) as Partial<ServiceRecord>
    ),
    ...Object.keys(CODES.reason).map((reason) => ({ reason }) as Partial<ServiceRecord>),
    ...Object.keys(CODES.timer).filter((timer) => timer !== "none").map((timer) => (
      { timer, heapIndex: 0 } as Partial<ServiceRecord>
    )),
    ...Object.keys(CODES.processPhase).map((phase) => (
      { main: { ...fresh.main, phase } as ProcessRecord }
    )),
    ...Object.keys(CODES.signal).filter((signal) => signal !== "none").map((signalOnSpawn) => (
      { stopper: { ...fresh.stopper, signalOnSpawn } as ProcessRecord }
    )),
    { exit: { kind: "signalled", signal: 11, dumpedCore: true } },
    { runExit: { kind: "exited", code: 255 } },
  ];
  for (const variant of variants) {
    const record = { ...fresh, ...variant };
    assertEquals(readBack(record), { ...record, heapIndex: -1 });
  }
});

Deno.test("the timer of a record counts only while it is armed", () => {
  const record = { ...makeRecord(serviceId(7), DESCRIPTION), deadline: 5 as Instant };
  assertEquals(readBack({ ...record, deadlineSequence: 3 }).deadline, 0 as Instant);
});

Deno.test("a block tells the number of the reader of a service's output", () => {
  const consumer = makeRecord(serviceId(9), DESCRIPTION);
  const record = { ...makeRecord(serviceId(7), DESCRIPTION), consumer };
  assertEquals(read(7, bytesOf(record))?.consumer, 9);
});

Deno.test("a block with a changed byte is none", () => {
  for (const record of [makeRecord(serviceId(7), DESCRIPTION), changedRecord()]) {
    const bytes = bytesOf(record);
    for (let at = 0; at < bytes.length; at++) {
      const damaged = bytes.slice();
      damaged[at] = (damaged[at] ?? 0) ^ 0x10;
      // The times are not looked at.
      const isTime = at < 4 * SERVICE_LAYOUT.word.check;
      assertEquals(read(7, damaged) === undefined, !isTime, `byte ${at}`);
    }
    assertEquals(read(7, bytes.subarray(0, 16)), undefined);
  }
});

Deno.test("a block of another version is read by the names of its fields", () => {
  const bytes = new Uint8Array(16);
  const layout = layoutOf({
    doubles: ["lastLaunch"],
    words: [],
    flags: ["isOfOld", "isMarked"],
    bytes: ["phase"],
  });
  assertEquals(layout.size, bytes.length);
  const view = new DataView(bytes.buffer);
  view.setFloat64(0, 12.5, true);
  view.setInt32(8, 2, true);
  view.setUint8(12, 44);
  const words = wordsOf({ ...CODES, phase: { "started": 44, "of-old": 3 } });
  const service = read(7, bytes, { layout, words })?.service;
  const fresh = makeRecord(serviceId(7), DESCRIPTION);
  assertEquals(service, {
    ...fresh,
    lastLaunch: instant(12.5),
    isMarked: true,
    phase: "started",
    state: "started",
  });
  view.setUint8(12, 3);
  assertEquals(read(7, bytes, { layout, words }), undefined);
});

Deno.test("a usual block fits in four pieces of the memory", () => {
  const blocks = new KeptBlocks(new Uint8Array(4096));
  putService(blocks, makeRecord(serviceId(1), DESCRIPTION));
  assert(blocks.liveBytes === 128, `${blocks.liveBytes} bytes`);
});

Deno.test("the bytes of a service's row fill whole words, as it is written one after the other", () => {
  assertEquals(SERVICE_LAYOUT.names.bytes.length % 4, 0);
});
