/** Schedulers that go on where others were. The simulator does so at random, and in scenarios. */
import { Scheduler } from "../../../core/schedule/scheduler.ts";
import { checkOfVersion1 } from "../../../core/state/check_word.ts";
import { STATE_VERSION } from "../../../core/state/header_block.ts";
import { KeptBlocks } from "../../../core/state/kept_blocks.ts";
import { readKept } from "../../../core/state/kept_reading.ts";
import { KIND } from "../../../core/state/kinds.ts";
import { instant, pid } from "../../../core/types.ts";
import { assert, assertEquals, fail } from "../../assert.ts";
import { buildDescription, serviceName } from "../../builders.ts";
import { constantFrom, holds, nat, tuple } from "../../property.ts";
import { Driver } from "../schedule/driver.ts";

function restore(bytes: Uint8Array): Scheduler {
  const restored = Scheduler.restored(bytes);
  return restored instanceof Scheduler ? restored : fail(`Refused: ${restored.why}`);
}

function why(bytes: Uint8Array): string {
  const restored = Scheduler.restored(bytes);
  return restored instanceof Scheduler ? fail("It was not refused") : restored.why;
}

/** One that has something of everything. */
function busyScheduler(): Scheduler {
  const driver = new Driver({ shutdown: { graceMs: 20_000, keys: "Ctrl-Alt-Del" } });
  const { scheduler } = driver;
  driver.tryLoad({ "top": { links: { "waits-for": ["lost"] } } }, {
    broken: [{
      name: serviceName("lost"),
      source: buildDescription("lost").source,
      problems: [],
    }],
  });
  driver.load({
    "base": { type: "process", log: { kind: "pipe" }, after: [serviceName("not-loaded")] },
    "reader": { type: "process", consumerOf: serviceName("base") },
    "shell": { type: "process", console: "runs" },
    "next": { type: "process", console: "runs", before: [serviceName("later")] },
    "web": {
      type: "process",
      links: { need: ["base"], "waits-for": ["top"] },
      stopCommand: ["/x"],
    },
    "daemon": { type: "bgprocess" },
  });
  driver.run("base");
  driver.start("web");
  driver.start("shell");
  driver.start("next");
  driver.start("daemon");
  driver.apply({ kind: "console-busy" });
  driver.apply({ kind: "exited", service: driver.id("daemon"), role: "start", status: NORMAL });
  driver.spawned("web");
  driver.executed("web");
  driver.apply({ kind: "hold", isHeld: true });
  driver.order({ kind: "shutdown", type: "reboot" });
  driver.order({ kind: "shutdown", type: "reboot", byKeys: true });
  driver.advance(12_000);
  return scheduler;
}

const NORMAL = { kind: "exited", code: 0 } as const;

Deno.test("Scheduler.restored() gives one that tells and writes the same", () => {
  const scheduler = busyScheduler();
  const bytes = scheduler.write();
  const restored = restore(bytes);
  assertEquals(restored.write(), bytes);
  assertEquals(restored.list(), scheduler.list());
  for (const id of scheduler.list()) {
    assertEquals(restored.status(id), scheduler.status(id));
    assertEquals(restored.history(id), scheduler.history(id));
    assertEquals(restored.description(id), scheduler.description(id));
    assertEquals(restored.links(id), scheduler.links(id));
    assertEquals(restored.dependentLinks(id), scheduler.dependentLinks(id));
    assertEquals(restored.fault(id), scheduler.fault(id));
  }
  assertEquals(restored.nextDeadline(), scheduler.nextDeadline());
  assertEquals(restored.activeCount, scheduler.activeCount);
  assertEquals(restored.shutdownType, "reboot");
  assertEquals(restored.consoleOwner?.name, scheduler.consoleOwner?.name);
});

Deno.test("Scheduler.restored() shares nothing with the one that wrote", () => {
  const scheduler = busyScheduler();
  const bytes = scheduler.write();
  const restored = restore(bytes);
  const event = { kind: "exited", service: scheduler.find("web") ?? fail("no web") } as const;
  restored.apply({ ...event, role: "start", status: NORMAL }, instant(99_000));
  assertEquals(scheduler.write(), bytes);
  assert(restored.write().length > 0);
});

Deno.test("a restored scheduler numbers new services and links after the old ones", () => {
  const driver = new Driver();
  driver.load({ a: {}, b: { links: { need: ["a"] } } });
  driver.order({ kind: "unload", service: driver.id("b") });
  const restored = restore(driver.scheduler.write());
  const descriptions = [buildDescription("c", { links: { need: ["a"] } })];
  for (const scheduler of [restored, driver.scheduler]) {
    const answer = scheduler.load({ descriptions }, instant(5));
    assertEquals(answer.kind === "loaded" ? answer.services.map(Number) : [], [3]);
  }
  assertEquals(restored.write(), driver.scheduler.write());
});

Deno.test("a restored scheduler knows which keys were pressed before", () => {
  const driver = new Driver({ shutdown: { graceMs: undefined, keys: "Ctrl-C" } });
  driver.load({ a: { type: "process" } });
  driver.run("a");
  const order = { kind: "shutdown", type: "halt", byKeys: true } as const;
  for (let press = 0; press < 4; press++) driver.order(order);
  const restored = restore(driver.scheduler.write());
  const { commands } = restored.order(order, instant(driver.now));
  assert(commands.some((command) => command.kind === "signal" && command.signal === "KILL"));
});

Deno.test("a restored scheduler takes the facts of the system that it is given", () => {
  const driver = new Driver();
  driver.load({ a: { type: "process", restart: "on-failure" } });
  driver.run("a");
  const system = { deliberateSignals: new Set<number>() };
  const restored = Scheduler.restored(driver.scheduler.write(), system);
  assert(restored instanceof Scheduler);
  const status = { kind: "signalled", signal: 15, dumpedCore: false } as const;
  const event = { kind: "exited", service: driver.id("a"), role: "start", status } as const;
  restored.apply(event, instant(driver.now));
  assertEquals(restored.status(driver.id("a")).state, "starting");
});

Deno.test("Scheduler.restored() refuses what was changed or cut off anywhere", () => {
  const bytes = busyScheduler().write();
  holds(tuple(nat(bytes.length - 1), nat(254)), ([at, change]) => {
    const damaged = bytes.slice();
    damaged[at] = (damaged[at] ?? 0) ^ (change + 1);
    // Eight bytes of the head mean nothing.
    if (at >= 24 && at < 32) return;
    assert(!(Scheduler.restored(damaged) instanceof Scheduler), `byte ${at}`);
    assert(!(Scheduler.restored(bytes.subarray(0, at)) instanceof Scheduler), `${at} bytes`);
  });
});

/** Where the seal is: without it the bytes are those of a memory that was in use. */
const SEAL_AT = 24;

Deno.test("Scheduler.restored() never throws, whatever stray writes have left", () => {
  const bytes = busyScheduler().write();
  bytes.fill(0, SEAL_AT, SEAL_AT + 4);
  const change = tuple(nat(bytes.length - 1), constantFrom(0, 1, 0x40, 0xff));
  holds(tuple(change, change, nat(3)), ([one, other, cut]) => {
    const damaged = bytes.slice();
    for (const [at, value] of [one, other]) damaged[at] = value;
    const restored = Scheduler.restored(damaged.subarray(0, damaged.length - cut * 32));
    if (restored instanceof Scheduler) restored.write();
    else assert(restored.why.length > 0);
  }, { runs: 1000 });
});

/** The same blocks, but for the header. */
function withHeader(bytes: Uint8Array, change: (header: Record<string, unknown>) => void) {
  const read = readKept(bytes);
  if (read.kind === "fault") fail(read.why);
  const blocks = new KeptBlocks(new Uint8Array(2 * bytes.length));
  for (const [kind, contents] of read.kept) {
    for (const [number, block] of contents) blocks.put(kind, number, block);
  }
  const old = read.kept.get(KIND.header)?.get(0) ?? fail("no header");
  const header = JSON.parse(new TextDecoder().decode(old));
  change(header);
  blocks.put(KIND.header, 0, new TextEncoder().encode(JSON.stringify(header)));
  return blocks.sealed();
}

Deno.test("Scheduler.restored() refuses a newer version, and says which it knows", () => {
  const bytes = withHeader(busyScheduler().write(), (header) => header.version = STATE_VERSION + 1);
  assertEquals(
    why(bytes),
    `it is of version ${
      STATE_VERSION + 1
    }, and this program understands those up to ${STATE_VERSION}`,
  );
});

Deno.test("Scheduler.restored() takes blocks with the checks of version 1", () => {
  const scheduler = busyScheduler();
  const bytes = withHeader(scheduler.write(), (header) => header.version = 1);
  const read = readKept(bytes);
  if (read.kind === "fault") fail(read.why);
  const blocks = new KeptBlocks(new Uint8Array(2 * bytes.length));
  for (const [kind, contents] of read.kept) {
    for (const [number, block] of contents) {
      const bytes = block.slice();
      const first = kind === KIND.description ? 0 : kind === KIND.service ? 14 : undefined;
      if (first !== undefined) {
        const words = new Int32Array(bytes.buffer);
        words[first] = checkOfVersion1(words, first + 1, words.length);
      }
      blocks.put(kind, number, bytes);
    }
  }
  const restored = restore(blocks.sealed());
  assertEquals(restored.list(), scheduler.list());
  for (const service of scheduler.list()) {
    assertEquals(restored.description(service), scheduler.description(service));
    assertEquals(restored.status(service), scheduler.status(service));
  }
});

Deno.test("a kept state has descriptions together, of which later ones take precedence", () => {
  const driver = new Driver();
  const names = Array.from({ length: 150 }, (_, index) => `s${index}`);
  driver.load(Object.fromEntries(names.map((name) => [name, { type: "process" }])));
  const memory = new Uint8Array(1 << 20);
  const keeper = driver.scheduler.keepIn(memory) ?? fail("there is no room");
  const blocks = () => {
    const read = readKept(memory);
    return read.kind === "kept" ? read.kept : fail(read.why);
  };
  assertEquals(blocks().get(KIND.description), undefined);
  assertEquals([...blocks().get(KIND.descriptions)?.keys() ?? []], [1, 65, 129]);
  assertEquals(restore(memory).write(), driver.scheduler.write());
  driver.order({ kind: "unload", service: driver.id("s7") });
  const description = buildDescription("s8", { type: "process", stopTimeoutMs: 1234 });
  driver.order({ kind: "reload", service: driver.id("s8"), description });
  keeper.put();
  keeper.blocks.commit();
  assertEquals([...blocks().get(KIND.description)?.keys() ?? []], [driver.id("s8")]);
  assertEquals(restore(memory).write(), driver.scheduler.write());
});

Deno.test("Scheduler.restored() refuses a kept state of whose descriptions a byte was changed", () => {
  const driver = new Driver();
  driver.load({ one: { type: "process" }, two: { type: "process" } });
  const memory = new Uint8Array(16_384);
  driver.scheduler.keepIn(memory);
  const read = readKept(memory);
  if (read.kind === "fault") fail(read.why);
  const contents = read.kept.get(KIND.descriptions)?.get(1) ?? fail("there are none");
  for (let at = 0; at < contents.length; at++) {
    contents[at] = (contents[at] ?? 0) ^ 4;
    assertEquals(why(memory), "the descriptions of service 1 and others are damaged");
    contents[at] = (contents[at] ?? 0) ^ 4;
  }
});

Deno.test("Scheduler.restored() takes what an older version does not say from a fresh record", () => {
  const driver = new Driver();
  driver.load({ a: { type: "process" } });
  driver.run("a");
  driver.apply({ kind: "main-pid", service: driver.id("a"), pid: pid(77) });
  const bytes = withHeader(driver.scheduler.write(), (header) => {
    // Another name for a field is the same as a field that was not there.
    header.service = JSON.parse(
      JSON.stringify(header.service).replace("lastLaunch", "firstLaunch").replace(
        "isMarked",
        "isBlue",
      ),
    );
  });
  const restored = restore(bytes);
  const status = restored.status(driver.id("a"));
  assertEquals([status.pid, status.state, status.marked], [pid(77), "started", false]);
  const [record] = restored.records();
  assertEquals(record?.lastLaunch, undefined);
});

Deno.test("Scheduler.restored() says what is wrong with bytes that are none of a scheduler", () => {
  const blocks = new KeptBlocks(new Uint8Array(4096));
  assertEquals(why(blocks.sealed()), "it has no header");
  assertEquals(why(new Uint8Array(100)), "it does not begin as kept state does");
  assertEquals(why(new Uint8Array(3)), "it is too short");
  const bytes = withHeader(new Scheduler().write(), (header) => delete header.codes);
  assertEquals(why(bytes), "its header is damaged");
});
