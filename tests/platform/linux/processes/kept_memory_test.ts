/** Memory that outlives its writer: at a path and without one, found again, and never shared. */
import type { Fd } from "../../../../core/types.ts";
import type { Failure, KeptMemory } from "../../../../platform/mod.ts";
import { LINUX_KEPT_MEMORIES } from "../../../../platform/linux/processes/kept_memory.ts";
import { LINUX } from "../../../../platform/linux/kernel/kernel.ts";
import { assert, assertEquals, fail } from "../../../assert.ts";
import { testNeeding } from "../../../skip.ts";
import { NEEDS_LINUX } from "../../posix/linux_forms.ts";
import { run } from "../children.ts";
import { withFolder } from "../folder.ts";

const { make, adopt, open } = LINUX_KEPT_MEMORIES;
const PAGE = 65_536;

function test(name: string, body: (folder: string) => void): void {
  testNeeding(name, NEEDS_LINUX, () => withFolder(body));
}

/** @param made Fails the test if it is not there. */
function memory(made: KeptMemory | Failure | { readonly kind: "in-use" }): KeptMemory {
  if (!("kind" in made)) return made;
  return fail(made.kind === "failure" ? `${made.call}: ${made.message}` : made.kind);
}

function begun(kept: KeptMemory, bytes: number): Uint8Array {
  const region = kept.begin(bytes);
  return "kind" in region ? fail(region.message) : region;
}

/** The words of a failure, without the error's name. */
function whyNot(made: KeptMemory | Failure | { readonly kind: "in-use" }): string {
  if (!("kind" in made)) return fail("It was opened");
  return made.kind === "failure" ? made.message.replace(/ \([A-Z]+\)$/, "") : made.kind;
}

function foundBytes({ found }: KeptMemory, count: number): readonly number[] | string {
  return found.kind === "region" ? [...found.memory.subarray(0, count)] : found.kind;
}

/** Writes, and leaves it as a death would. */
function leave(kept: KeptMemory, bytes: readonly number[], length = bytes.length): void {
  begun(kept, length).set(bytes);
  kept.publish();
  kept.close();
}

function duplicate(fd: Fd): Fd {
  const { calls, abi } = LINUX;
  return LINUX.numbers(calls.fcntl, fd, abi.file.F_DUPFD_CLOEXEC, 3, 0, 0, 0) as Fd;
}

test("what is published at a path is found there by the next one", (folder) => {
  const path = `${folder}/state`;
  const first = memory(open(path));
  assertEquals(first.found, { kind: "nothing" });
  leave(first, [1, 2, 3]);
  const second = memory(open(path));
  assertEquals(foundBytes(second, 4), [1, 2, 3, 0]);
  assertEquals((Deno.statSync(path).mode ?? 0) & 0o777, 0o600);
  second.close();
});

test("nothing of a region counts before it is published, then all of it", (folder) => {
  const path = `${folder}/state`;
  leave(memory(open(path)), [1]);
  const second = memory(open(path));
  const region = begun(second, 3 * PAGE);
  assert(region.length >= 3 * PAGE, `It has ${region.length} bytes`);
  region.set([7, 8], 3 * PAGE - 2);
  // What was found is still whole: it may be read until then.
  assertEquals(foundBytes(second, 1), [1]);
  second.close();
  const third = memory(open(path));
  assertEquals(foundBytes(third, 1), [1]);
  begun(third, 3 * PAGE).set([9], 3 * PAGE - 1);
  third.publish();
  third.close();
  const fourth = memory(open(path));
  assertEquals(fourth.found.kind === "region" && fourth.found.memory[3 * PAGE - 1], 9);
  fourth.close();
});

test("a region that was never published is whole until a later one is", () => {
  const kept = memory(make());
  const [first, second] = [begun(kept, PAGE), begun(kept, PAGE)];
  first[0] = 1;
  second[0] = 2;
  const third = begun(kept, PAGE);
  assertEquals([first[0], second[0]], [1, 2]);
  kept.publish();
  assertEquals([first[0], second[0], third[0]], [0, 0, 0]);
  kept.close();
});

test("the region that counts becomes longer where it is, and is found so", (folder) => {
  const path = `${folder}/state`;
  const kept = memory(open(path));
  assertEquals(kept.lengthen(PAGE), undefined);
  const region = begun(kept, PAGE);
  assertEquals(kept.lengthen(2 * PAGE), undefined);
  kept.publish();
  region[0] = 1;
  const longer = kept.lengthen(region.length + 1);
  if (longer === undefined || "kind" in longer) return fail("it is no longer one");
  assert(longer.length > region.length, `${longer.length}`);
  assertEquals([longer[0], longer[region.length]], [1, 0]);
  longer[region.length] = 2;
  region[1] = 3;
  assertEquals(longer[1], 3);
  // Behind another one it cannot.
  begun(kept, PAGE);
  assertEquals(kept.lengthen(4 * region.length), undefined);
  kept.close();
  const next = memory(open(path));
  const found = next.found.kind === "region" ? next.found.memory : fail(next.found.kind);
  assertEquals([found.length, found[0], found[region.length]], [longer.length, 1, 2]);
  next.close();
});

test("a region that grows gives the pages of the ones before back", (folder) => {
  const path = `${folder}/state`;
  const kept = memory(open(path));
  for (let size = PAGE; size <= 32 * PAGE; size *= 2) {
    // One that comes to nothing, too.
    begun(kept, size);
    begun(kept, size).fill(1);
    kept.publish();
  }
  const { blocks, size } = Deno.statSync(path);
  const bytes = (blocks ?? 0) * 512;
  assert(bytes < 40 * PAGE, `${bytes} bytes of ${size} are there`);
  kept.close();
});

test("what a program that was killed has stored is found, and its lock is gone", (folder) => {
  const path = `${folder}/state`;
  const module = new URL("../../../../platform/mod.ts", import.meta.url).href;
  const text = `import { openPlatform } from "${module}"; const platform = openPlatform();
    const kept = platform.keptMemories.open("${path}");
    const region = kept.begin(1);
    kept.publish();
    region[0] = 6;
    kept.begin(1)[0] = 7;
    platform.signal(platform.processId(), 9, "process");`;
  const { status } = run({
    command: [
      Deno.execPath(),
      "run",
      "-A",
      `data:application/typescript,${encodeURIComponent(text)}`,
    ],
  });
  assertEquals(status, { kind: "signalled", signal: 9, dumpedCore: false });
  const next = memory(open(path));
  assertEquals(foundBytes(next, 1), [6]);
  next.close();
});

test("nothing is found any more when it was taken back", (folder) => {
  const path = `${folder}/state`;
  const kept = memory(open(path));
  begun(kept, 1);
  kept.publish();
  kept.retract();
  kept.close();
  const next = memory(open(path));
  assertEquals(next.found, { kind: "nothing" });
  leave(next, [5]);
  const last = memory(open(path));
  assertEquals(foundBytes(last, 1), [5]);
  last.close();
});

test("a file is of one program at a time, and of whoever it handed its descriptor to", (folder) => {
  const path = `${folder}/state`;
  const kept = memory(open(path));
  assertEquals(open(path), { kind: "in-use" });
  begun(kept, 1).set([3]);
  kept.publish();
  // As execve leaves it to a program: the same open file.
  const adopted = memory(adopt(duplicate(kept.fd)));
  assertEquals(open(path), { kind: "in-use" });
  assertEquals(foundBytes(adopted, 1), [3]);
  adopted.close();
  memory(open(path)).close();
  kept.close();
});

test("memory without a name is found by its descriptor", () => {
  const kept = memory(make());
  const region = begun(kept, 2 * PAGE);
  region.set([4, 5], PAGE);
  kept.publish();
  const handedOn = duplicate(kept.fd);
  kept.close();
  const adopted = memory(adopt(handedOn));
  assertEquals(adopted.found.kind === "region" && adopted.found.memory[PAGE + 1], 5);
  adopted.close();
});

test("files of others, links, and files that hold something else are left alone", (folder) => {
  const letter = `${folder}/letter`;
  Deno.writeTextFileSync(letter, "Dear all, this is longer than a head of sixty-four bytes is", {
    mode: 0o600,
  });
  assertEquals(whyNot(open(letter)), "it holds something else");
  assertEquals(Deno.readTextFileSync(letter).startsWith("Dear all"), true);
  Deno.symlinkSync(letter, `${folder}/link`);
  assertEquals(whyNot(open(`${folder}/link`)).includes("symbolic link"), true);
  Deno.linkSync(letter, `${folder}/other`);
  assertEquals(whyNot(open(letter)), "it has 2 names (hard links)");
  Deno.writeTextFileSync(`${folder}/open`, "", { mode: 0o600 });
  Deno.chmodSync(`${folder}/open`, 0o640);
  assertEquals(whyNot(open(`${folder}/open`)), "others may open it, too");
  assertEquals(whyNot(open(`${folder}/none/state`)).includes("no such file"), true);
  if (Deno.uid() === 0) {
    Deno.writeTextFileSync(`${folder}/theirs`, "", { mode: 0o600 });
    Deno.chownSync(`${folder}/theirs`, 1, 1);
    assertEquals(whyNot(open(`${folder}/theirs`)), "it belongs to user 1 and not to user 0");
  }
});

test("a file that was cut is refused in words, and can be used anew", (folder) => {
  const path = `${folder}/state`;
  leave(memory(open(path)), [1], 4 * PAGE);
  Deno.truncateSync(path, 2 * PAGE);
  const next = memory(open(path));
  const why = "it says that it has a part which is not there";
  assertEquals(next.found, { kind: "fault", why });
  leave(next, [2]);
  const last = memory(open(path));
  assertEquals(foundBytes(last, 1), [2]);
  last.close();
});
