/** The memory that the stub reads: 64-byte entries, and where their arguments point. */
import { ENTRY, ENTRY_BYTES, ENTRY_FLAGS, LIST_END } from "../../../native/programs/child_list.ts";
import { EXEC_STAGE } from "../../../core/types.ts";
import { asBlock, type ChildCall } from "../../../platform/child/call.ts";
import { childCalls, type ChildPlan } from "../../../platform/child/calls.ts";
import { allocate } from "../../../platform/ffi/memory.ts";
import { LINUX_ABI, type LinuxAbi } from "../../../platform/linux/kernel/system_calls.ts";
import { CallList, EncodedBlocks, type EncodedCalls } from "../../../platform/child/call_list.ts";
import { assert, assertEquals } from "../../assert.ts";
import { buildContext, buildSettings, descriptor, REPORT } from "../child_settings.ts";

type Plan = Extract<ChildPlan, { kind: "plan" }>;

function plan(calls: readonly ChildCall[], parts: Partial<Plan> = {}): Plan {
  return { kind: "plan", argv: ["true"], environment: [], calls, ...parts };
}

function entry(
  name: ChildCall["name"],
  args: ChildCall["arguments"],
  onFailure: ChildCall["onFailure"] = "stop",
): ChildCall {
  return { name, arguments: args, stage: 0, onFailure };
}

/** Flags that say which kind of child was asked for. */
const cloneFlags = { sharing: 7, copying: 9 };
const TERMS = { report: REPORT, sharesMemory: false } as const;

function newList({ calls }: LinuxAbi) {
  return new CallList({ calls, cloneFlags, allocate, blocks: new EncodedBlocks() });
}

function encode(wanted: Plan, architecture: "x86_64" | "aarch64" = "x86_64"): EncodedCalls {
  const encoded = newList(LINUX_ABI[architecture]).encode(wanted, TERMS);
  assert(encoded.kind === "encoded");
  return encoded;
}

function memoryAt(address: number, bytes: number): DataView {
  const pointer = Deno.UnsafePointer.create(BigInt(address));
  assert(pointer !== null);
  return new DataView(new Deno.UnsafePointerView(pointer).getArrayBuffer(bytes));
}

/** The eight words of one entry. */
function wordsOf(encoded: EncodedCalls, index: number): number[] {
  const view = memoryAt(encoded.listAddress + index * 64, 64);
  return Array.from({ length: 8 }, (_, word) => Number(view.getBigInt64(word * 8, true)));
}

/** What lies behind the last entry. */
function endOf({ endAddress }: EncodedCalls): DataView {
  return memoryAt(endAddress, LIST_END.bytes);
}

function textAt(address: number): string {
  const pointer = Deno.UnsafePointer.create(BigInt(address));
  assert(pointer !== null);
  return new Deno.UnsafePointerView(pointer).getCString();
}

function textsAt(address: number): string[] {
  const texts: string[] = [];
  for (let at = address;; at += 8) {
    const pointer = Number(memoryAt(at, 8).getBigUint64(0, true));
    if (pointer === 0) return texts;
    texts.push(textAt(pointer));
  }
}

Deno.test("encode() writes number, arguments and flags of each entry", () => {
  const calls = [
    entry("setpriority", [0, 0, -20]),
    entry("prctl", [38, 1, 0, 0, 0], "ignore"),
    entry("setsid", [], "search"),
    entry("setsid", [], "ignore-missing"),
  ];
  const x86 = encode(plan(calls));
  assertEquals(x86.endAddress, x86.listAddress + 4 * ENTRY_BYTES);
  assertEquals(endOf(x86).getBigUint64(LIST_END.start, true), BigInt(x86.listAddress));
  assertEquals(wordsOf(x86, 0), [141, 0, 0, -20, 0, 0, 0, 0]);
  assertEquals(wordsOf(x86, 1), [157, 38, 1, 0, 0, 0, 0, 1]);
  assertEquals(wordsOf(x86, 2), [112, 0, 0, 0, 0, 0, 0, 2]);
  assertEquals(wordsOf(x86, 3), [112, 0, 0, 0, 0, 0, 0, 8]);
  const arm = encode(plan(calls), "aarch64");
  assertEquals(wordsOf(arm, 0), [140, 0, 0, -20, 0, 0, 0, 0]);
  assertEquals(wordsOf(arm, 1), [167, 38, 1, 0, 0, 0, 0, 1]);
});

Deno.test("encode() tells the stub where to report, behind the entries", () => {
  const end = endOf(encode(plan([entry("setsid", [])])));
  assertEquals(end.getBigUint64(LIST_END.reportDescriptor, true), BigInt(REPORT));
});

Deno.test("a list that a child shares is not free until the kernel or its maker says so", () => {
  const list = newList(LINUX_ABI.x86_64);
  const wanted = plan([entry("setsid", [])]);
  const flagsOf = (encoded: ReturnType<typeof list.encode>) => {
    assert(encoded.kind === "encoded");
    const end = endOf(encoded);
    return [end.getBigUint64(LIST_END.cloneFlags, true), end.getUint32(LIST_END.isBusy, true)];
  };
  assertEquals(flagsOf(list.encode(wanted, TERMS)), [9n, 0]);
  assertEquals(list.isFree, true);
  assertEquals(flagsOf(list.encode(wanted, { ...TERMS, sharesMemory: true })), [7n, 1]);
  assertEquals(list.isFree, false);
  list.release();
  assertEquals(list.isFree, true);
  // The mark lies elsewhere in a longer list.
  const longer = plan([entry("setsid", []), entry("getpid", [])]);
  assertEquals(flagsOf(list.encode(longer, { ...TERMS, sharesMemory: true })), [7n, 1]);
  assertEquals(list.isFree, false);
  list.release();
  assertEquals(flagsOf(list.encode(longer, TERMS)), [9n, 0]);
});

Deno.test("again() gives what was encoded last, busy if children share it", () => {
  const list = newList(LINUX_ABI.x86_64);
  assertEquals(list.again(), undefined);
  const wanted = plan([entry("setsid", []), entry("execve", ["/bin/true"])]);
  const first = list.encode(wanted, { ...TERMS, sharesMemory: true });
  list.release();
  assertEquals(list.again(), first as EncodedCalls);
  assertEquals(list.isFree, false);
  list.release();
  list.encode(wanted, TERMS);
  assert(list.again() !== undefined);
  assertEquals(list.isFree, true);
});

Deno.test("again() gives nothing that children may have changed, or that is not whole", () => {
  const list = newList(LINUX_ABI.x86_64);
  const execution = entry("execve", ["/bin/true"]);
  const unusable = [
    plan([entry("openat", [0]), entry("dup3", [{ kind: "result" }, 1, 0]), execution]),
    plan([entry("execve", ["/bin/true"], "search"), entry("execve", ["/true"], "search")]),
    plan([entry("chdir", ["/\0"]), execution]),
    plan([execution], { argv: ["\0"] }),
  ];
  for (const wanted of unusable) {
    list.encode(plan([execution]), TERMS);
    assert(list.again() !== undefined);
    list.encode(wanted, TERMS);
    assertEquals(list.again(), undefined);
  }
  // As the stub leaves it when the shell ran the file.
  const encoded = list.encode(plan([execution]), TERMS);
  assert(encoded.kind === "encoded");
  memoryAt(encoded.endAddress - ENTRY_BYTES + ENTRY.flags, 4).setUint32(0, 0, true);
  assertEquals(list.again(), undefined);
});

Deno.test("encode() after a text with a NUL does not use half of it for the next child", () => {
  const encoder = newList(LINUX_ABI.x86_64);
  const environment = ["FIRST=1", "SECOND=2"];
  const program = entry("getpid", [{ kind: "environment" }]);
  const wanted = plan([program], { environment });
  encoder.encode(wanted, TERMS);
  encoder.encode(plan([program], { environment: ["X=y", "Y=\0"] }), TERMS);
  const encoded = encoder.encode(wanted, TERMS);
  assert(encoded.kind === "encoded");
  assertEquals(textsAt(wordsOf(encoded, 0)[1] ?? 0), environment);
});

Deno.test("encode() points to texts and words", () => {
  const encoded = encode(plan([
    entry("chdir", ["/srv/wäb"]),
    entry("prlimit64", [0, 7, { kind: "words64", words: [512n, 2n ** 64n - 1n] }, 0]),
    entry("setgroups", [2, { kind: "words32", words: [4, 0xffff_fffe] }]),
  ]));
  assertEquals(textAt(wordsOf(encoded, 0)[1] ?? 0), "/srv/wäb");
  const limit = memoryAt(wordsOf(encoded, 1)[3] ?? 0, 16);
  assertEquals(limit.getBigUint64(0, true), 512n);
  assertEquals(limit.getBigUint64(8, true), 2n ** 64n - 1n);
  const groups = memoryAt(wordsOf(encoded, 2)[2] ?? 0, 8);
  assertEquals([groups.getUint32(0, true), groups.getUint32(4, true)], [4, 0xffff_fffe]);
});

Deno.test("encode() makes the call before store its result where it is wanted", () => {
  const encoded = encode(plan([
    entry("openat", [-100, "/x", 1, 0], "ignore-missing"),
    entry("write", [{ kind: "result" }, "0", 1]),
    entry("getpid", []),
    entry("ioctl", [0, 21520, { kind: "result-address" }]),
  ]));
  const [open, write, pid, ioctl] = [0, 1, 2, 3].map((index) => wordsOf(encoded, index));
  assertEquals(open?.[6], encoded.listAddress + 64 + 8);
  assertEquals(open?.[7], 8 | 4);
  assertEquals(write?.[1], -1);
  assertEquals(pid?.[6], ioctl?.[3]);
  assertEquals(pid?.[7], 4);
});

Deno.test("encode() has an earlier call's result stored where it is wanted later", () => {
  const held = entry("open_tree", [-100, "/a", 1]);
  const encoded = encode(plan([
    held,
    entry("getpid", []),
    entry("move_mount", [{ kind: "result-of", call: held }, "", -100, "/a", 4]),
    entry("openat", [-100, "/b", 0, 0]),
    entry("landlock_add_rule", [
      200,
      1,
      { kind: "words32-with-result", words: [7, 0, -1], index: 2 },
      0,
    ]),
  ]));
  assertEquals(wordsOf(encoded, 0)[6], encoded.listAddress + 2 * 64 + 8);
  assertEquals(wordsOf(encoded, 0)[7], 4);
  assertEquals(wordsOf(encoded, 1)[7], 0);
  assertEquals(wordsOf(encoded, 2)[1], -1);
  const attributes = wordsOf(encoded, 4)[3] ?? 0;
  assertEquals(wordsOf(encoded, 3)[6], attributes + 8);
  const words = memoryAt(attributes, 12);
  assertEquals([words.getUint32(0, true), words.getInt32(8, true)], [7, -1]);
});

Deno.test("encode() puts a block wherever it comes, and its results into its own entries", () => {
  const held = entry("open_tree", [-100, "/held", 1]);
  const block = asBlock([
    entry("unshare", [0x20000]),
    held,
    entry("mount", [0, "/", 0, 0, 0]),
    entry("move_mount", [{ kind: "result-of", call: held }, "", -100, "/there", 4]),
  ]);
  const encoder = newList(LINUX_ABI.x86_64);
  const first = entry("getpid", []);
  for (const before of [[], [first], [first, first, first]]) {
    const encoded = encoder.encode(plan([...before, ...block, entry("setsid", [])]), TERMS);
    assert(encoded.kind === "encoded");
    const at = before.length;
    const words = [0, 1, 2, 3, 4].map((index) => wordsOf(encoded, at + index));
    assertEquals(words.map(([number]) => number), [272, 428, 165, 429, 112]);
    assertEquals(words[1]?.[6], encoded.listAddress + (at + 3) * 64 + 8);
    assertEquals([words[1]?.[7], words[3]?.[1]], [4, -1]);
    assertEquals([textAt(words[1]?.[2] ?? 0), textAt(words[3]?.[4] ?? 0)], ["/held", "/there"]);
  }
  // Not all of it: then each call is encoded by itself.
  const part = encoder.encode(plan(block.slice(0, 2)), TERMS);
  assert(part.kind === "encoded");
  assertEquals([wordsOf(part, 0)[0], textAt(wordsOf(part, 1)[2] ?? 0)], [272, "/held"]);
});

Deno.test("encode() leads to the instructions of a filter, and says how many they are", () => {
  const instructions = Uint8Array.from({ length: 24 }, (_, index) => index);
  const encoded = encode(plan([entry("seccomp", [1, 0, { kind: "filter", instructions }])]));
  const program = memoryAt(wordsOf(encoded, 0)[3] ?? 0, 16);
  assertEquals(program.getUint16(0, true), 3);
  const bytes = memoryAt(Number(program.getBigUint64(8, true)), 24);
  assertEquals(new Uint8Array(bytes.buffer, bytes.byteOffset, 24), instructions);
});

Deno.test("encode() writes the error that an entry forgives beside its flags", () => {
  const encoded = encode(plan([{ ...entry("mkdirat", [-100, "/a", 0]), forgives: 17 }]));
  const view = memoryAt(encoded.listAddress, 64);
  assertEquals([view.getUint32(56, true), view.getUint32(60, true)], [0, 17]);
});

Deno.test("encode() lays out arguments and environment as execve wants them", () => {
  const encoded = encode(plan(
    [entry("execve", ["/bin/true", { kind: "argv" }, { kind: "environment" }])],
    { argv: ["true", "", "grüße"], environment: ["A=1", "ÄÖ=ü", "EMPTY="] },
  ));
  const [, , argv = 0, environment = 0, , , , flags] = wordsOf(encoded, 0);
  assertEquals(textsAt(argv), ["true", "", "grüße"]);
  // What the stub needs to run a file that is no program by the shell.
  assertEquals([flags, textsAt(argv - 8)[0]], [16, "/bin/sh"]);
  assertEquals(textsAt(environment), ["A=1", "ÄÖ=ü", "EMPTY="]);
});

Deno.test("encode() gives the address of the PID behind LISTEN_PID=", () => {
  const settings = buildSettings({
    environment: ["A=1"],
    activationSockets: [descriptor(30)],
  });
  const planned = childCalls(settings, buildContext(), REPORT);
  assert(planned.kind === "plan");
  const encoded = encode(planned);
  const index = planned.calls.findIndex(({ name }) => name === "write-own-pid");
  const [, address = 0, , , , , , flags] = wordsOf(encoded, index);
  assertEquals(flags, ENTRY_FLAGS.writeOwnPid);
  assertEquals(textAt(address), "0000000");
  assertEquals(textAt(address - "LISTEN_PID=".length), "LISTEN_PID=0000000");
});

Deno.test("encode() grows its memory and stays right", () => {
  const encoder = newList(LINUX_ABI.x86_64);
  const long = "/" + "ä".repeat(40_000);
  for (const count of [1, 300, 2]) {
    const calls = Array.from({ length: count }, () => entry("chdir", [long]));
    const argv = Array.from({ length: count * 3 }, (_, index) => `argument ${index}`);
    const program = entry("getpid", [{ kind: "argv" }]);
    const encoded = encoder.encode(plan([...calls, program], { argv }), TERMS);
    assert(encoded.kind === "encoded");
    assertEquals(textAt(wordsOf(encoded, count - 1)[1] ?? 0), long);
    assertEquals(textsAt(wordsOf(encoded, count)[1] ?? 0), argv);
  }
});

Deno.test("encode() refuses a text with a NUL, which would arrive cut short", () => {
  const encoder = newList(LINUX_ABI.x86_64);
  const refused = (wanted: Plan) => {
    const encoded = encoder.encode(wanted, TERMS);
    return encoded.kind === "unencodable" ? encoded.stage : encoded.kind;
  };
  assertEquals(refused(plan([], { argv: ["a", "b\0c"] })), EXEC_STAGE.execute);
  assertEquals(refused(plan([], { environment: ["A=\0"] })), EXEC_STAGE.buildEnvironment);
  assertEquals(refused(plan([entry("chdir", ["/a\0b"])])), 0);
  assertEquals(refused(plan([])), "encoded");
});
