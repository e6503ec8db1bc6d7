import type { Pid } from "../../../../core/types.ts";
import { openLocked } from "../../../../platform/linux/machine/locked_file.ts";
import { recordLogin } from "../../../../platform/linux/machine/utmp.ts";
import { encodeUtmp, findUtmpSlot } from "../../../../platform/linux/machine/utmp_record.ts";
import { processes, status, streams } from "../../../../platform/linux/kernel/parts.ts";
import { assert, assertEquals } from "../../../assert.ts";
import { surroundings, testNeeding, tool } from "../../../skip.ts";

const EAGAIN = 11;

// Bound at once: a library that is opened within a test counts as a leak.
processes.userId();
status.statusOf("/");

const RECORD = {
  type: 5,
  pid: 258,
  line: "tty1",
  id: "1",
  user: "",
  host: "",
  timeMs: 1_700_000_000_250,
};

function textAt(bytes: Uint8Array, at: number, length: number): string {
  return new TextDecoder().decode(bytes.subarray(at, at + length)).replace(/\0.*$/s, "");
}

Deno.test("encodeUtmp() lays a record out as glibc does on x86-64", () => {
  const bytes = encodeUtmp(RECORD, "x86_64");
  const view = new DataView(bytes.buffer);
  assertEquals(bytes.length, 384);
  assertEquals([...bytes.subarray(0, 8)], [5, 0, 0, 0, 2, 1, 0, 0]);
  assertEquals([textAt(bytes, 8, 32), textAt(bytes, 40, 4)], ["tty1", "1"]);
  assertEquals([view.getUint32(340, true), view.getUint32(344, true)], [1_700_000_000, 250_000]);
});

Deno.test("encodeUtmp() has wide times on aarch64", () => {
  const bytes = encodeUtmp(RECORD, "aarch64");
  const view = new DataView(bytes.buffer);
  assertEquals(bytes.length, 400);
  assertEquals(view.getBigInt64(344, true), 1_700_000_000n);
  assertEquals(view.getBigInt64(352, true), 250_000n);
});

Deno.test("encodeUtmp() cuts texts to their fields", () => {
  const bytes = encodeUtmp({ ...RECORD, id: "abcdef" }, "x86_64");
  assertEquals(textAt(bytes, 40, 4), "abcd");
  assertEquals(bytes[44], 0);
});

Deno.test("findUtmpSlot() finds by id before line, and the end when neither is there", () => {
  const file = new Uint8Array(3 * 384 + 7);
  file.set(encodeUtmp({ ...RECORD, type: 2, id: "1" }, "x86_64"), 0);
  file.set(encodeUtmp({ ...RECORD, id: "2" }, "x86_64"), 384);
  file.set(encodeUtmp({ ...RECORD, id: "1", line: "tty9" }, "x86_64"), 768);
  const find = (id: string, line: string) => findUtmpSlot(file, { id, line }, "x86_64");
  assertEquals(find("1", "tty1"), { offset: 768, found: true });
  assertEquals(find("x", "tty1"), { offset: 384, found: true });
  assertEquals(find("", "tty9"), { offset: 768, found: true });
  assertEquals(find("x", "y"), { offset: 1152, found: false });
});

Deno.test("recordLogin() keeps one record of a terminal from boot to the end of its process", async () => {
  const folder = await Deno.makeTempDir({ prefix: "dinit-utmp-" });
  const paths = { utmp: `${folder}/utmp`, wtmp: `${folder}/wtmp` };
  const options = { release: "6.1.0", timeMs: RECORD.timeMs, paths };
  const size = encodeUtmp(RECORD, Deno.build.arch).length;
  const types = async (path: string) => {
    const bytes = await Deno.readFile(path);
    return Array.from({ length: bytes.length / size }, (_, index) => bytes[index * size]);
  };
  try {
    await Deno.writeFile(paths.wtmp, new Uint8Array());
    await Deno.writeFile(paths.utmp, new Uint8Array(5 * size));
    assertEquals(recordLogin({ kind: "boot" }, options), undefined);
    assertEquals([await types(paths.utmp), await types(paths.wtmp)], [[2], [2]]);
    const entry = { id: "1", line: "tty1", pid: 42 as Pid };
    recordLogin({ kind: "started", ...entry }, options);
    assertEquals([await types(paths.utmp), await types(paths.wtmp)], [[2, 5], [2]]);
    // A process of an earlier run does not end the present one's record.
    recordLogin({ kind: "ended", ...entry, pid: 41 as Pid }, options);
    assertEquals(await types(paths.utmp), [2, 5]);
    recordLogin({ kind: "ended", ...entry }, options);
    assertEquals([await types(paths.utmp), await types(paths.wtmp)], [[2, 8], [2, 8]]);
    recordLogin({ kind: "started", ...entry, pid: 43 as Pid }, options);
    assertEquals(await types(paths.utmp), [2, 5]);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("recordLogin() leaves a record alone that the program wrote first, and missing files", async () => {
  const folder = await Deno.makeTempDir({ prefix: "dinit-utmp-" });
  const paths = { utmp: `${folder}/utmp`, wtmp: `${folder}/wtmp` };
  const options = { release: "6.1.0", timeMs: RECORD.timeMs, paths };
  try {
    const missing = recordLogin({ kind: "started", id: "1", line: "", pid: 42 as Pid }, options);
    assertEquals(missing?.errno, 2);
    await Deno.writeFile(paths.utmp, encodeUtmp({ ...RECORD, type: 6, pid: 42 }, Deno.build.arch));
    recordLogin({ kind: "started", id: "1", line: "tty1", pid: 42 as Pid }, options);
    assertEquals((await Deno.readFile(paths.utmp))[0], 6);
    assertEquals(Array.from(Deno.readDirSync(folder), ({ name }) => name), ["utmp"]);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("recordLogin() writes nothing while another has one of the files locked", async () => {
  const folder = await Deno.makeTempDir({ prefix: "dinit-utmp-" });
  const paths = { utmp: `${folder}/utmp`, wtmp: `${folder}/wtmp` };
  const options = { release: "6.1.0", timeMs: RECORD.timeMs, paths };
  const entry = { kind: "started", id: "1", line: "tty1", pid: 42 as Pid } as const;
  const sizes = () => [paths.utmp, paths.wtmp].map((path) => Deno.statSync(path).size);
  try {
    await Deno.writeFile(paths.utmp, new Uint8Array());
    await Deno.writeFile(paths.wtmp, new Uint8Array());
    for (const path of [paths.utmp, paths.wtmp]) {
      const held = openLocked(path, "update");
      assert(typeof held === "number");
      for (const record of [entry, { kind: "boot" } as const]) {
        assertEquals(recordLogin(record, options)?.errno, EAGAIN);
      }
      assertEquals(sizes(), [0, 0]);
      streams.close(held);
    }
    assertEquals(recordLogin(entry, options), undefined);
    assertEquals(recordLogin({ ...entry, kind: "ended" }, options), undefined);
    const size = encodeUtmp(RECORD, Deno.build.arch).length;
    assertEquals(sizes(), [size, size]);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

testNeeding(
  "recordLogin() follows no link where others can write",
  [surroundings("root", Deno.uid() === 0)],
  async () => {
    const folder = await Deno.makeTempDir({ prefix: "dinit-utmp-" });
    const paths = { utmp: `${folder}/log/utmp`, wtmp: `${folder}/log/wtmp` };
    const options = { release: "6.1.0", timeMs: RECORD.timeMs, paths };
    const ELOOP = 40;
    try {
      await Deno.mkdir(`${folder}/log`);
      await Deno.writeTextFile(`${folder}/secret`, "");
      for (const path of [paths.utmp, paths.wtmp]) await Deno.symlink("../secret", path);
      await Deno.chown(`${folder}/log`, 0, 65534);
      await Deno.chmod(`${folder}/log`, 0o775);
      assertEquals(recordLogin({ kind: "boot" }, options)?.errno, ELOOP);
      assertEquals((await Deno.stat(`${folder}/secret`)).size, 0);
      for (const path of [paths.utmp, paths.wtmp]) await Deno.remove(path);
      assertEquals(recordLogin({ kind: "boot" }, options), undefined);
      assertEquals(Array.from(Deno.readDirSync(`${folder}/log`), ({ name }) => name), ["utmp"]);
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
);

testNeeding("recordLogin() respects a lock as the C library takes it", [tool("perl")], async () => {
  const folder = await Deno.makeTempDir({ prefix: "dinit-utmp-" });
  const paths = { utmp: `${folder}/utmp`, wtmp: `${folder}/wtmp` };
  await Deno.writeFile(paths.utmp, new Uint8Array());
  // F_SETLK, F_WRLCK on the whole file.
  const script = 'open(F, "+<", $ARGV[0]); my $lock = pack("s s x4 q q l x4", 1, 0, 0, 0, 0); ' +
    'fcntl(F, 6, $lock) or die; $| = 1; print "locked"; <STDIN>';
  const holder = new Deno.Command("perl", {
    args: ["-e", script, paths.utmp],
    stdin: "piped",
    stdout: "piped",
  }).spawn();
  const reader = holder.stdout.getReader();
  const record = () =>
    recordLogin({ kind: "boot" }, { release: "6.1.0", timeMs: RECORD.timeMs, paths })?.errno;
  try {
    assert(!(await reader.read()).done);
    assertEquals(record(), EAGAIN);
  } finally {
    await holder.stdin.close();
    await holder.status;
    await reader.cancel();
  }
  assertEquals(record(), undefined);
  await Deno.remove(folder, { recursive: true });
});
