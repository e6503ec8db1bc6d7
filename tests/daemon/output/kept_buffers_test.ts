/** Log buffers as another manager finds them, after anything that can happen to them. */
import { LogBuffer } from "../../../core/log/buffer.ts";
import { KeptBlocks } from "../../../core/state/kept_blocks.ts";
import { type Kept, readKept } from "../../../core/state/kept_reading.ts";
import { type Fd, fd } from "../../../core/types.ts";
import { FACT_KIND } from "../../../daemon/kept/facts.ts";
import { BufferFacts, readBuffers } from "../../../daemon/output/kept_buffers.ts";
import { assert, assertEquals, fail } from "../../assert.ts";
import { randomSource } from "../control/random_requests.ts";

const STEPS = 3000;

/** A memory that becomes larger when it has to. */
class Memory {
  #bytes = new Uint8Array(4096);
  #blocks = new KeptBlocks(this.#bytes);

  keep(facts: BufferFacts): void {
    while (!facts.put(this.#blocks)) {
      this.#bytes = new Uint8Array(2 * this.#bytes.length);
      this.#blocks = this.#blocks.moved(this.#bytes) ?? fail("There is no room");
    }
    this.#blocks.commit();
  }

  get kept(): Kept {
    const read = readKept(this.#bytes);
    return read.kind === "kept" ? read.kept : fail(read.why);
  }

  get liveBytes(): number {
    return this.#blocks.liveBytes;
  }
}

function expected(buffers: ReadonlyMap<Fd, LogBuffer>) {
  return new Map(Array.from(buffers, ([readEnd, buffer]) => {
    const { end, dropped } = buffer;
    return [readEnd, { text: buffer.keep().text, end, dropped }];
  }));
}

Deno.test("what is in buffers is found again, whatever was written, dropped, cleared or gone", () => {
  for (const seed of [1, 2, 3, 4]) {
    const random = randomSource(seed);
    const facts = new BufferFacts();
    const buffers = new Map<Fd, LogBuffer>();
    const memory = new Memory();
    facts.begin();
    const change = () => {
      const readEnd = fd(3 + random(4));
      const buffer = buffers.get(readEnd);
      if (buffer === undefined) {
        const limitBytes = [0, 10, 300, 5000, 100_000][random(5)] ?? 0;
        const made = new LogBuffer({ limitBytes, keeps: random(2) === 0 ? "newest" : "oldest" });
        buffers.set(readEnd, made);
        return facts.add(readEnd, made);
      }
      switch (random(12)) {
        case 0:
          buffers.delete(readEnd);
          return facts.remove(readEnd);
        case 1:
          buffer.clear();
          break;
        case 2:
          buffer.noteRestart();
          break;
        case 3:
          buffer.rule = { limitBytes: random(4000), keeps: random(2) === 0 ? "newest" : "oldest" };
          break;
        default: {
          const length = random(5) === 0 ? random(3000) : random(80);
          buffer.append(Uint8Array.from({ length }, () => random(9) === 0 ? 10 : 97 + random(26)));
        }
      }
      facts.note(readEnd);
    };
    for (let step = 0; step < STEPS; step++) {
      change();
      if (random(3) === 0) continue;
      memory.keep(facts);
      assertEquals(readBuffers(memory.kept), expected(buffers), `seed ${seed}, step ${step}`);
    }
    for (const readEnd of [...buffers.keys()]) facts.remove(readEnd);
    memory.keep(facts);
    assertEquals([memory.liveBytes, memory.kept.get(FACT_KIND.bufferText)?.size ?? 0], [0, 0]);
  }
});

/** One of three pieces. */
function threePieces() {
  const memory = new Memory();
  const facts = new BufferFacts();
  const buffer = new LogBuffer({ limitBytes: 100_000, keeps: "newest" });
  facts.begin();
  facts.add(fd(5), buffer);
  for (const letter of "abc") {
    buffer.append(new TextEncoder().encode(letter.repeat(1500)));
    facts.note(fd(5));
    memory.keep(facts);
  }
  return { buffer, pieces: memory.kept };
}

Deno.test("of a buffer of which a piece is damaged there is what follows, and the rest is told of", () => {
  const { buffer, pieces } = threePieces();
  assertEquals(pieces.get(FACT_KIND.bufferText)?.size, 3);
  const second = pieces.get(FACT_KIND.bufferText)?.get(2) ?? fail("there is no second piece");
  second[100] = 0;
  const found = readBuffers(pieces).get(fd(5));
  assertEquals(new TextDecoder().decode(found?.text), "c".repeat(1500));
  assertEquals([found?.end, found?.dropped], [buffer.end, { bytes: 3000, lines: 0 }]);
});

Deno.test("a buffer whose ends are damaged is none, and one that goes on counts on", () => {
  const { buffer, pieces } = threePieces();
  const left = readBuffers(pieces).get(fd(5)) ?? fail("there is no buffer");
  const rule = { limitBytes: 100_000, keeps: "newest" } as const;
  const after = LogBuffer.adopting({ ...left, rule }, left.end);
  assertEquals([after.contents(), after.end], [buffer.contents(), buffer.end]);
  assertEquals(after.isInLine, true);
  after.append(Uint8Array.of(10));
  assertEquals([after.isInLine, after.end], [false, buffer.end + 1]);
  const ends = pieces.get(FACT_KIND.buffer)?.get(5) ?? fail("there are no ends");
  for (let at = 0; at < ends.length; at++) {
    ends[at] = (ends[at] ?? 0) ^ 1;
    assert(!readBuffers(pieces).has(fd(5)), `${at}`);
    ends[at] = (ends[at] ?? 0) ^ 1;
  }
});
