/** The log store over real files. */
import { crc32 } from "../../../core/checksum.ts";
import { readHead, readRecords, type StoredRecord } from "../../../core/log/store_form.ts";
import { readSegmentFile } from "../../../core/log/store_names.ts";
import {
  LogStore,
  type LogStoreParts,
  type StoreRun,
} from "../../../daemon/output/store/log_store.ts";
import type { Fd, Instant } from "../../../core/types.ts";
import { openPlatform, type Platform } from "../../../platform/mod.ts";
import { assert, assertEquals } from "../../assert.ts";
import { serviceName } from "../../builders.ts";

const PLATFORM = openPlatform();
const WEB = serviceName("web");
const DB = serviceName("db");
const LIMITS = { totalBytes: 512 * 1024, serviceBytes: 256 * 1024, ageMs: 0 };
const encoder = new TextEncoder();
const decoder = new TextDecoder();

interface World {
  readonly folder: string;
  readonly warnings: string[];
  readonly runs: StoreRun[];
  open(run?: StoreRun, parts?: Partial<LogStoreParts>): LogStore;
}

function inFolder(test: (world: World) => void): void {
  const folder = `${Deno.makeTempDirSync({ prefix: "dinit-store-" })}/log`;
  const warnings: string[] = [];
  const runs: StoreRun[] = [];
  try {
    test({
      ...{ folder, warnings, runs },
      open(run, parts) {
        const store = new LogStore({
          platform: PLATFORM,
          directory: folder,
          makesParents: false,
          limits: LIMITS,
          checksum: crc32,
          runId: `${runs.length + 1}`.padStart(32, "0"),
          wallClock: () => 1_700_000_000_000,
          warn: (text) => warnings.push(text),
          begun: (begun) => runs.push(begun),
          ...parts,
        }, run);
        store.becomeAvailable();
        return store;
      },
    });
  } finally {
    Deno.removeSync(folder.slice(0, folder.lastIndexOf("/")), { recursive: true });
  }
}

function put(store: LogStore, key: typeof WEB | undefined, text: string, beginsLine = false): void {
  store.write(key, { text: encoder.encode(text), level: undefined, beginsLine });
}

function filesOf(folder: string): readonly string[] {
  try {
    return [...Deno.readDirSync(folder)].map(({ name }) => name).toSorted();
  } catch {
    return [];
  }
}

/** All that is readable of a service, in the order of its files. */
function recordsOf(folder: string): readonly StoredRecord[] {
  return filesOf(folder).flatMap((name) => {
    const bytes = Deno.readFileSync(`${folder}/${name}`);
    const head = readHead(bytes, crc32);
    if (head === undefined) return [];
    const { marker, length } = head;
    return readRecords(bytes, length, { marker, checksum: crc32 }).records;
  });
}

const textOf = (folder: string) =>
  recordsOf(folder).map(({ text }) => decoder.decode(text)).join("");

function bytesIn(folder: string): number {
  return filesOf(folder).reduce((sum, name) => sum + Deno.statSync(`${folder}/${name}`).size, 0);
}

/** The platform, but for some functions. */
function with_(parts: Partial<Platform>): Platform {
  return Object.assign(Object.create(PLATFORM), parts) as Platform;
}

Deno.test("what is written is in the files at once, in an order over all services", () => {
  inFolder(({ folder, open, runs }) => {
    const store = open();
    put(store, WEB, "one\n", true);
    put(store, undefined, "service web started.\n");
    put(store, DB, "two\n");
    put(store, WEB, "three\n");
    assertEquals(textOf(`${folder}/web`), "one\nthree\n");
    assertEquals(textOf(`${folder}/+manager`), "service web started.\n");
    const orders = ["web", "+manager", "db"].flatMap((name) =>
      recordsOf(`${folder}/${name}`).map(({ order }) => order)
    );
    assertEquals(new Set(orders).size, 4);
    const [one, three, manager, two] = orders as [number, number, number, number];
    assert(one < manager && manager < two && two < three);
    assertEquals(runs, [{ run: 1, runId: "1".padStart(32, "0") }]);
    const file = Deno.statSync(`${folder}/web/${filesOf(`${folder}/web`)[0]}`);
    assertEquals((file.mode ?? 0) & 0o777, 0o640);
    assertEquals((Deno.statSync(`${folder}/web`).mode ?? 0) & 0o007, 0);
  });
});

Deno.test("each run has files of its own, and one that goes on with a run begins another file", () => {
  inFolder(({ folder, open, runs }) => {
    put(open(), WEB, "first run\n");
    const second = open();
    put(second, WEB, "second run\n");
    const [, run] = runs as [StoreRun, StoreRun];
    assertEquals(run.run, 2);
    put(open(run), WEB, "after a crash\n");
    assertEquals(runs.length, 2);
    assertEquals(textOf(`${folder}/web`), "first run\nsecond run\nafter a crash\n");
    assertEquals(
      filesOf(`${folder}/web`).map((file) => {
        const { run, number } = readSegmentFile(file) ?? { run: 0, number: 0 };
        return [run, number];
      }),
      [[1, 1], [2, 1], [2, 2]],
    );
  });
});

Deno.test("a manager after a crash knows whether what was read is written: whole, torn, or not", () => {
  inFolder(({ folder, open, runs }) => {
    const before = open();
    put(before, WEB, "known\n");
    const position = before.positionOf(WEB);
    const [run] = runs as [StoreRun];
    assertEquals(open(run).hasPassed(WEB, position), false);
    put(before, WEB, "read, and written\n");
    assertEquals(open(run).hasPassed(WEB, position), true);
    const path = `${folder}/web/${filesOf(`${folder}/web`)[0]}`;
    Deno.truncateSync(path, Deno.statSync(path).size - 3);
    const after = open(run);
    assertEquals(after.hasPassed(WEB, position), false);
    put(after, WEB, "again\n");
    assertEquals(textOf(`${folder}/web`), "known\nagain\n");
    // The next one has a file of its own before it has written anything.
    const next = after.positionOf(WEB);
    assertEquals(open(run).hasPassed(WEB, next), false);
    assertEquals(open(run).hasPassed(DB, -1), false);
  });
});

Deno.test("a flood keeps within the share of its service, and pushes out nobody else", () => {
  inFolder(({ folder, open }) => {
    const store = open();
    put(store, DB, "the one line of a quiet service\n");
    const line = `${"x".repeat(1023)}\n`;
    for (let count = 0; count < 2000; count++) {
      put(store, WEB, line);
      if (count % 100 === 0) assert(bytesIn(`${folder}/web`) <= LIMITS.serviceBytes);
    }
    put(store, WEB, "the end\n");
    assert(textOf(`${folder}/web`).endsWith("the end\n"));
    assert(bytesIn(`${folder}/web`) > LIMITS.serviceBytes / 2);
    assertEquals(textOf(`${folder}/db`), "the one line of a quiet service\n");
  });
});

Deno.test("all services together keep within the total, and the oldest goes", () => {
  inFolder(({ folder, open }) => {
    const store = open();
    const line = `${"x".repeat(1023)}\n`;
    for (let count = 0; count < 3000; count++) put(store, serviceName(`s${count % 10}`), line);
    const total = filesOf(folder).reduce((sum, name) => sum + bytesIn(`${folder}/${name}`), 0);
    assert(total <= LIMITS.totalBytes, String(total));
    assert(total > LIMITS.totalBytes / 2, String(total));
    // What another run has left is older than all that.
    const next = open();
    for (let count = 0; count < 600; count++) put(next, WEB, line);
    assert(bytesIn(`${folder}/web`) > LIMITS.serviceBytes / 2);
  });
});

Deno.test("a share of its own is kept to, and a file that is too old is removed when another begins", () => {
  inFolder(({ folder, open }) => {
    const day = 86_400_000;
    let now = 1_700_000_000_000;
    const limits = { ...LIMITS, ageMs: 8 * day };
    const store = open(undefined, { limits, wallClock: () => now });
    store.setShare(WEB, 64 * 1024);
    for (let count = 0; count < 300; count++) put(store, WEB, `${"x".repeat(1023)}\n`);
    assert(bytesIn(`${folder}/web`) <= 64 * 1024);
    put(store, DB, "old\n");
    now += 10 * day;
    put(store, DB, "new\n");
    assertEquals(textOf(`${folder}/db`), "new\n");
  });
});

Deno.test("a full disk is told once, loses records that are counted, and nothing else", () => {
  inFolder(({ folder, open, warnings }) => {
    let isFull = false;
    const failure = {
      ...{ kind: "failure", call: "write", errno: 28 } as const,
      message: "no space left on device (ENOSPC)",
    };
    let now = PLATFORM.now();
    const platform = with_({
      now: () => now,
      write: (fd: Fd, bytes: Uint8Array) => {
        if (!isFull) return PLATFORM.write(fd, bytes);
        // What fits is written.
        if (bytes.length > 80) return PLATFORM.write(fd, bytes.subarray(0, 50));
        return failure;
      },
    });
    const store = open(undefined, { platform });
    put(store, WEB, "before\n");
    isFull = true;
    for (let count = 0; count < 20; count++) put(store, WEB, `lost ${"x".repeat(40)}\n`);
    put(store, DB, "lost\n");
    assertEquals(warnings.length, 1);
    assert(warnings[0]?.includes(folder) === true, warnings[0]);
    isFull = false;
    now = (now + 2000) as typeof now;
    put(store, WEB, "after\n");
    put(store, DB, "after\n");
    const text = textOf(`${folder}/web`);
    assertEquals(text, "before\n(dinit: note: 20 lines (920 bytes) dropped)\nafter\n");
    assertEquals(
      textOf(`${folder}/db`),
      "(dinit: note: 1 lines (5 bytes) dropped)\nafter\n"
        .replace("1 lines", "1 line"),
    );
    assertEquals(warnings.length, 1);
  });
});

Deno.test("what comes before its place is there waits, in order and bounded, and is written then", () => {
  inFolder(({ folder, open, warnings, runs }) => {
    const parts = { directory: `${folder}/not/yet` };
    const store = open(undefined, parts);
    put(store, WEB, "early\n", true);
    put(store, undefined, "service web started.\n");
    assertEquals(warnings.length, 1);
    assert(warnings[0]?.includes("no such file or directory"), warnings[0]);
    for (let count = 0; count < 100; count++) put(store, DB, "y".repeat(32_000));
    assertEquals(runs.length, 0);
    // Another manager goes on with what waits.
    const next = new LogStore({
      platform: PLATFORM,
      directory: parts.directory,
      makesParents: false,
      limits: { ...LIMITS, totalBytes: 8e6, serviceBytes: 4e6 },
      checksum: crc32,
      runId: "f".repeat(32),
      wallClock: () => 5,
      warn: (text) => warnings.push(text),
      begun: (run) => runs.push(run),
    }, undefined);
    next.adopt(store.keep());
    Deno.mkdirSync(`${folder}/not`, { recursive: true });
    next.becomeAvailable();
    put(next, WEB, "late\n");
    assertEquals(textOf(`${parts.directory}/web`), "early\nlate\n");
    assertEquals(recordsOf(`${parts.directory}/web`)[0]?.beginsLine, true);
    assertEquals(textOf(`${parts.directory}/+manager`), "service web started.\n");
    assert(bytesIn(`${parts.directory}/db`) < 1.1e6);
    assert(warnings.some((text) => /^\d+ bytes of output came before/.test(text)), warnings.join());
  });
});

Deno.test("a folder that others can write, and a link, is no place for a store", () => {
  inFolder(({ folder, open, warnings }) => {
    Deno.mkdirSync(folder);
    Deno.chmodSync(folder, 0o777);
    put(open(), WEB, "x\n");
    Deno.chmodSync(folder, 0o755);
    Deno.renameSync(folder, `${folder}.other`);
    Deno.symlinkSync(`${folder}.other`, folder);
    put(open(), WEB, "x\n");
    assertEquals(warnings.map((text) => text.split(": ")[1]), [
      `others can write to "${folder}"; output waits in memory until it can`,
      `"${folder}" is no folder; output waits in memory until it can`,
    ]);
    assertEquals(filesOf(`${folder}.other`), []);
  });
});

Deno.test("a file that somebody has put in the place of the next one is left alone", () => {
  inFolder(({ folder, open }) => {
    const store = open();
    put(store, WEB, "one\n");
    const [file = ""] = filesOf(`${folder}/web`);
    store.rest(WEB);
    Deno.writeTextFileSync(`${folder}/web/${file}`, "somebody else's", { append: true });
    put(store, WEB, "two\n");
    assertEquals(filesOf(`${folder}/web`).length, 2);
    assertEquals(textOf(`${folder}/web`), "one\ntwo\n");
  });
});

Deno.test("a place that comes later gets all, without another line", () => {
  inFolder(({ folder, warnings, open }) => {
    const parent = folder.slice(0, folder.lastIndexOf("/"));
    const place = `${parent}/var/log`;
    let late = 0;
    const platform = with_({ now: () => (PLATFORM.now() + late) as Instant });
    const store = open(undefined, { directory: place, platform });
    put(store, WEB, "early\n");
    assertEquals(store.next() !== undefined, true);
    assertEquals(warnings.length, 1);
    Deno.mkdirSync(`${parent}/var`);
    late += 1000;
    store.runDue(platform.now());
    assertEquals(store.next(), undefined);
    put(store, WEB, "later\n");
    assertEquals(textOf(`${place}/web`), "early\nlater\n");
  });
});

Deno.test("members of the log group may read what is there, and what comes", () => {
  if (Deno.uid() !== 0) return;
  inFolder(({ folder, open }) => {
    const before = open();
    put(before, WEB, "old\n");
    before.finish();
    const store = open(undefined, { group: () => 4321 });
    put(store, WEB, "new\n");
    put(store, DB, "new\n");
    const below = filesOf(folder).flatMap((
      name,
    ) => [name, ...filesOf(`${folder}/${name}`).map((file) => `${name}/${file}`)]);
    for (const path of ["", ...below]) {
      const { gid, mode } = Deno.statSync(`${folder}/${path}`);
      assertEquals([path, gid, (mode ?? 0) & 0o7], [path, 4321, 0]);
    }
    assertEquals(below.length, 5);
  });
});
