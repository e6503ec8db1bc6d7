import { type FileWatch, openPlatform } from "../../../../platform/mod.ts";
import { assert, assertEquals } from "../../../assert.ts";
import { surroundings, testNeeding } from "../../../skip.ts";
import { withFolder } from "../folder.ts";

const platform = openPlatform();

function opened() {
  const watch = platform.openFileWatch();
  assert(watch?.kind === "file-watch", JSON.stringify(watch));
  return watch;
}

function numberOf(watch: FileWatch, path: string): number {
  const number = watch.add(path);
  assert(typeof number === "number", JSON.stringify(number));
  return number;
}

Deno.test("a watch over files tells each that was written to, once", () => {
  withFolder((folder) => {
    const [a, b, c] = ["a", "b", "c"].map((name) => `${folder}/${name}`) as [
      string,
      string,
      string,
    ];
    for (const path of [a, b, c]) Deno.writeTextFileSync(path, "");
    const watch = opened();
    const numbers = [a, b, c].map((path) => numberOf(watch, path));
    assertEquals(new Set(numbers).size, 3);
    assertEquals(platform.waitingInput(watch.descriptor), "none");
    for (let round = 0; round < 200; round++) Deno.writeTextFileSync(a, "x", { append: true });
    Deno.writeTextFileSync(c, "x", { append: true });
    assertEquals(platform.waitingInput(watch.descriptor), "some");
    assertEquals(watch.changed(), numbers.toSpliced(1, 1));
    assertEquals(watch.changed(), []);
    watch.remove(numbers[0] as number);
    Deno.removeSync(b);
    watch.changed();
    watch.remove(numbers[1] as number);
    Deno.writeTextFileSync(a, "y", { append: true });
    assertEquals(watch.changed().filter((number) => number === numbers[0]).length <= 1, true);
    const missing = watch.add(`${folder}/missing`);
    assert(typeof missing === "object" && missing.message.includes("ENOENT"));
    watch.close();
  });
});

const ROOT = ["/sys/fs/cgroup", "/sys/fs/cgroup/unified"].find((path) => {
  try {
    return Deno.statSync(`${path}/cgroup.controllers`).isFile;
  } catch {
    return false;
  }
});

testNeeding("a watch tells what the kernel changes in a control group's file", [
  surroundings("root and control groups", Deno.uid() === 0 && ROOT !== undefined),
], () => {
  const group = `${ROOT}/dinit-watch-${Deno.pid}`;
  Deno.mkdirSync(group);
  const watch = opened();
  try {
    const number = numberOf(watch, `${group}/cgroup.events`);
    assertEquals(platform.poller.watch(watch.descriptor, { read: true, write: false }), undefined);
    const child = new Deno.Command("/bin/sh", {
      args: ["-c", `echo $$ > ${group}/cgroup.procs`],
    }).outputSync();
    assert(child.success);
    const ready: number[] = [];
    platform.poller.wait(10_000, {
      descriptor: (descriptor) => void ready.push(descriptor),
      signal: () => {},
    });
    assertEquals(ready, [watch.descriptor]);
    assertEquals(watch.changed(), [number]);
  } finally {
    platform.poller.unwatch(watch.descriptor);
    watch.close();
    Deno.removeSync(group);
  }
});
