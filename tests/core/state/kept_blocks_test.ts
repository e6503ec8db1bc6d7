import { KeptBlocks } from "../../../core/state/kept_blocks.ts";
import { type Kept, readKept } from "../../../core/state/kept_reading.ts";
import { assert, assertEquals, assertThrows, fail } from "../../assert.ts";
import { array, constant, holds, nat, oneof, record } from "../../property.ts";

/** What is kept, as `KIND/NUMBER` → text. */
type Contents = Readonly<Record<string, string>>;

function contentsOf(kept: Kept): Contents {
  const texts: Record<string, string> = {};
  for (const [kind, blocks] of kept) {
    for (const [number, bytes] of blocks) {
      texts[`${kind}/${number}`] = new TextDecoder().decode(bytes);
    }
  }
  return texts;
}

function read(memory: Uint8Array): Contents {
  const result = readKept(memory);
  if (result.kind === "fault") fail(`Cannot read: ${result.why}`);
  return contentsOf(result.kept);
}

function put(blocks: KeptBlocks, kind: number, number: number, text: string): boolean {
  return blocks.put(kind, number, new TextEncoder().encode(text));
}

Deno.test("KeptBlocks shows what was put and removed from the next commit on", () => {
  const memory = new Uint8Array(8192);
  const blocks = new KeptBlocks(memory);
  assertEquals(read(memory), {});
  put(blocks, 3, 7, "seven");
  put(blocks, 4, 7, "seven of another kind");
  put(blocks, 3, 0xfffffffe, "");
  assertEquals(read(memory), {});
  blocks.commit();
  const first = { "3/7": "seven", "4/7": "seven of another kind", "3/4294967294": "" };
  assertEquals(read(memory), first);
  put(blocks, 3, 7, "changed");
  blocks.remove(4, 7);
  blocks.remove(4, 8);
  assertEquals(read(memory), first);
  blocks.commit();
  assertEquals(read(memory), { "3/7": "changed", "3/4294967294": "" });
});

Deno.test("KeptBlocks takes the last word when a turn says several things of one key", () => {
  const memory = new Uint8Array(8192);
  const blocks = new KeptBlocks(memory);
  put(blocks, 1, 1, "a");
  put(blocks, 1, 1, "b");
  blocks.remove(1, 2);
  put(blocks, 1, 2, "c");
  blocks.commit();
  blocks.remove(1, 1);
  put(blocks, 1, 1, "d");
  put(blocks, 1, 2, "e");
  blocks.remove(1, 2);
  blocks.remove(1, 2);
  blocks.commit();
  assertEquals(read(memory), { "1/1": "d" });
});

Deno.test("KeptBlocks uses the place of what was replaced again", () => {
  const memory = new Uint8Array(4096);
  const blocks = new KeptBlocks(memory);
  for (let turn = 0; turn < 1000; turn++) {
    assert(put(blocks, 1, turn % 5, `turn ${turn}`));
    blocks.remove(1, (turn + 2) % 5);
    blocks.commit();
  }
  assertEquals(read(memory), { "1/2": "turn 997", "1/3": "turn 998", "1/4": "turn 999" });
  assertEquals(blocks.liveBytes, 3 * 32);
});

Deno.test("KeptBlocks without room says so, and moves what it has to a larger memory", () => {
  const memory = new Uint8Array(4096);
  const blocks = new KeptBlocks(memory);
  const text = "x".repeat(1000);
  assert([1, 2, 3].every((number) => put(blocks, 1, number, text)));
  blocks.commit();
  put(blocks, 1, 3, "small");
  blocks.remove(1, 2);
  assertEquals(put(blocks, 1, 4, text), false);
  assertEquals(blocks.moved(new Uint8Array(4096)) === undefined, false);
  const larger = new Uint8Array(8192);
  const moved = blocks.moved(larger);
  assert(moved !== undefined && put(moved, 1, 4, "four"));
  assertEquals(read(larger), {});
  moved.commit();
  assertEquals(read(larger), { "1/1": text, "1/3": "small", "1/4": "four" });
  // The old memory stays as it was.
  assertEquals(read(memory), { "1/1": text, "1/2": text, "1/3": text });
  put(blocks, 1, 1, "");
  blocks.commit();
  assertEquals(blocks.moved(new Uint8Array(4096))?.liveBytes, 32 + 32);
});

Deno.test("KeptBlocks refuses memory that is too small or not aligned", () => {
  assertThrows(() => new KeptBlocks(new Uint8Array(4095)), /Cannot keep blocks in 4095 bytes/);
  assertThrows(() => new KeptBlocks(new Uint8Array(8192).subarray(4)), /bytes at 4/);
});

interface Step {
  readonly kind: "put" | "remove" | "commit";
  readonly number: number;
  readonly length: number;
}

const STEPS = array(
  record<Step>({
    kind: oneof(constant("put" as const), constant("remove" as const), constant("commit" as const)),
    number: nat(4),
    length: nat(90),
  }),
  { maxLength: 30 },
);

/** A memory whose every store is seen by somebody who dies right after it. */
function watched(memory: Uint8Array, stored: () => void): KeptBlocks {
  const blocks = new KeptBlocks(memory);
  for (const name of ["doubles", "words", "bytes"] as const) {
    const view = blocks[name];
    const proxy = new Proxy(view, {
      set(target, key, value) {
        Reflect.set(target, key, value);
        stored();
        return true;
      },
      get(target, key) {
        const value = Reflect.get(target, key);
        return typeof value === "function" ? value.bind(target) : value;
      },
    });
    Object.defineProperty(blocks, name, { value: proxy });
  }
  return blocks;
}

Deno.test("readKept() finds the last turn whole, whichever store was the last", () => {
  holds(STEPS, (steps) => {
    const memory = new Uint8Array(16384);
    let committed: Contents = {};
    let next: Record<string, string> = {};
    let isCommitting = false;
    const blocks = watched(memory, () => {
      const found = JSON.stringify(sorted(read(memory)));
      const isOld = found === JSON.stringify(sorted(committed));
      const isNew = isCommitting && found === JSON.stringify(sorted(next));
      assert(isOld || isNew, `found ${found}`);
    });
    for (const { kind, number, length } of steps) {
      if (kind === "put") {
        const text = String(number).repeat(length);
        put(blocks, 1, number, text);
        next[`1/${number}`] = text;
      } else if (kind === "remove") {
        blocks.remove(1, number);
        delete next[`1/${number}`];
      } else {
        isCommitting = true;
        blocks.commit();
        isCommitting = false;
        committed = next;
        next = { ...next };
      }
    }
    isCommitting = true;
    blocks.commit();
    assertEquals(sorted(read(memory)), sorted(next));
  }, { runs: 200 });
});

function sorted(contents: Contents): Contents {
  return Object.fromEntries(Object.entries(contents).sort());
}

Deno.test("KeptBlocks.sealed() gives what is read back, and a change of any byte is told", () => {
  const blocks = new KeptBlocks(new Uint8Array(8192));
  put(blocks, 1, 1, "a text");
  put(blocks, 2, 1, "another text, and a longer one");
  put(blocks, 1, 1, "changed");
  const sealed = blocks.sealed();
  assertEquals(read(sealed), { "1/1": "changed", "2/1": "another text, and a longer one" });
  // Wherever it lies.
  const moved = new Uint8Array(sealed.length + 3);
  moved.set(sealed, 3);
  assertEquals(read(moved.subarray(3)), read(sealed));
  for (let at = 0; at < sealed.length; at++) {
    const damaged = sealed.slice();
    damaged[at] = (damaged[at] ?? 0) ^ 0x40;
    // Eight bytes of the head are not used, and no matter.
    if (at < 28 || at >= 32) assertEquals(readKept(damaged).kind, "fault", `byte ${at}`);
  }
  for (let length = 0; length < sealed.length; length++) {
    assertEquals(readKept(sealed.subarray(0, length)).kind, "fault", `${length} bytes`);
  }
});
