import {
  segmentBytes,
  segmentsToRemove,
  type StoredSegment,
  USUAL_STORE_LIMITS,
} from "../../../core/log/store_limits.ts";
import { assert, assertEquals } from "../../assert.ts";
import * as property from "../../property.ts";

const NOW_MS = 1_800_000_000_000;
const LIMITS = { totalBytes: 1000, serviceBytes: 300, ageMs: 0 };

function segment(folder: string, run: number, begunMs: number, sizeBytes: number): StoredSegment {
  return { folder, run, number: 1, begunMs, sizeBytes, file: `${run}-${begunMs}` };
}

function removed(segments: readonly StoredSegment[], limits = LIMITS): readonly StoredSegment[] {
  return segmentsToRemove(segments, {
    limits,
    serviceBytesOf: () => limits.serviceBytes,
    nowMs: NOW_MS,
  });
}

Deno.test("segmentsToRemove() takes the oldest of a service that has more than its share", () => {
  const [old, middle, young] = [1, 2, 3].map((run) => segment("web", run, NOW_MS, 140)) as [
    StoredSegment,
    StoredSegment,
    StoredSegment,
  ];
  const other = segment("db", 1, NOW_MS - 5, 200);
  assertEquals(removed([young, other, old, middle]), [old]);
});

Deno.test("segmentsToRemove() takes the oldest of all when the total is exceeded", () => {
  const all = Array.from({ length: 6 }, (_, at) => segment(`s${at}`, 2, NOW_MS + at, 200));
  const earlier = segment("z", 1, NOW_MS + 100, 200);
  assertEquals(removed([...all, earlier]), [earlier, ...all.slice(0, 1)]);
});

Deno.test("segmentsToRemove() drops what is too old, and not what was begun before the clock was set", () => {
  const day = 86_400_000;
  const limits = { ...USUAL_STORE_LIMITS, ageMs: 8 * day };
  const old = segment("web", 1, NOW_MS - 10 * day, 1);
  const unset = segment("web", 2, 1000, 1);
  const young = segment("web", 3, NOW_MS - 8 * day, 1);
  assertEquals(removed([old, unset, young], limits), [old]);
});

Deno.test("what segmentsToRemove() leaves is within all bounds, and nothing goes that is younger than what stays of its service", () => {
  const segments = property.array(
    property.record({
      folder: property.constantFrom("a", "b", "c"),
      run: property.integer({ min: 1, max: 3 }),
      begunMs: property.integer({ min: NOW_MS - 100, max: NOW_MS }),
      sizeBytes: property.integer({ min: 1, max: 200 }),
      number: property.integer({ min: 1, max: 3 }),
      file: property.constant("x"),
    }),
    { maxLength: 20 },
  );
  property.holds(segments, (all) => {
    const gone = new Set(removed(all));
    const left = all.filter((one) => !gone.has(one));
    const sum = (some: readonly StoredSegment[]) =>
      some.reduce((bytes, { sizeBytes }) => bytes + sizeBytes, 0);
    assert(sum(left) <= LIMITS.totalBytes);
    for (const folder of ["a", "b", "c"]) {
      const own = left.filter((one) => one.folder === folder);
      assert(sum(own) <= LIMITS.serviceBytes);
      for (const one of gone) {
        if (one.folder !== folder) continue;
        const place = ({ run, begunMs, number }: StoredSegment) =>
          run * 1e15 + (begunMs - NOW_MS + 1000) * 10 + number;
        assert(own.every((other) => place(other) >= place(one)));
      }
    }
  });
});

Deno.test("segmentBytes() is a part of the share, and never so small that a record fills it", () => {
  assertEquals(segmentBytes(USUAL_STORE_LIMITS, 16 * 1024 * 1024), 4 * 1024 * 1024);
  assertEquals(segmentBytes(USUAL_STORE_LIMITS, 1), 16 * 1024);
  assertEquals(segmentBytes(USUAL_STORE_LIMITS, 2 ** 40), 8 * 1024 * 1024);
});
