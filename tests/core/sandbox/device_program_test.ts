/** The program for devices, run by an interpreter of the few instructions that it is made of. */
import { deviceProgram } from "../../../core/sandbox/device_program.ts";
import { type AllowedDevice, STANDARD_DEVICES } from "../../../core/sandbox/devices.ts";
import { assert, assertEquals, assertThrows } from "../../assert.ts";

interface Asked {
  readonly type: "char" | "block";
  readonly major: number;
  readonly minor: number;
  readonly access: string;
}

/** struct bpf_cgroup_dev_ctx. */
function context({ type, major, minor, access }: Asked): DataView {
  const letters = { m: 1, r: 2, w: 4 } as const;
  const mask = [...access].reduce((all, letter) => all | letters[letter as "m" | "r" | "w"], 0);
  const view = new DataView(new ArrayBuffer(12));
  view.setUint32(0, mask << 16 | (type === "char" ? 2 : 1), true);
  view.setUint32(4, major, true);
  view.setUint32(8, minor, true);
  return view;
}

function answer(program: Uint8Array, asked: Asked): number {
  const view = new DataView(program.buffer);
  const memory = context(asked);
  const registers = new Uint32Array(11);
  for (let at = 0; at < program.length; at += 8) {
    const code = view.getUint8(at);
    const target = view.getUint8(at + 1) & 15;
    const source = view.getUint8(at + 1) >> 4;
    const offset = view.getInt16(at + 2, true);
    const number = view.getInt32(at + 4, true);
    const left = registers[target] ?? 0;
    const right = registers[source] ?? 0;
    if (code === 0x61) registers[target] = memory.getUint32(offset, true);
    else if (code === 0xbc) registers[target] = right;
    else if (code === 0xb4) registers[target] = number;
    else if (code === 0x54) registers[target] = left & number;
    else if (code === 0x74) registers[target] = left >>> number;
    else if (code === 0x56) at += left !== number >>> 0 ? offset * 8 : 0;
    else if (code === 0x5e) at += left !== right ? offset * 8 : 0;
    else if (code === 0x95) return registers[0] ?? -1;
    else throw new Error(`instruction ${code.toString(16)}`);
  }
  throw new Error("The program has no end");
}

const TUN: AllowedDevice = { type: "char", major: 10, minor: 200, access: "rw" };
const LOOPS: AllowedDevice = { type: "block", major: 7, minor: undefined, access: "r" };

Deno.test("deviceProgram() lets what a rule has, by type, numbers and access", () => {
  const program = deviceProgram([TUN, LOOPS]);
  const cases: readonly (readonly [Asked, number])[] = [
    [{ type: "char", major: 10, minor: 200, access: "rw" }, 1],
    [{ type: "char", major: 10, minor: 200, access: "r" }, 1],
    [{ type: "char", major: 10, minor: 200, access: "rwm" }, 0],
    [{ type: "char", major: 10, minor: 201, access: "r" }, 0],
    [{ type: "block", major: 10, minor: 200, access: "r" }, 0],
    [{ type: "block", major: 7, minor: 5, access: "r" }, 1],
    [{ type: "block", major: 7, minor: 0, access: "w" }, 0],
    [{ type: "char", major: 7, minor: 0, access: "r" }, 0],
  ];
  for (const [asked, expected] of cases) {
    assertEquals(answer(program, asked), expected, JSON.stringify(asked));
  }
});

Deno.test("deviceProgram() of no rules lets nothing, and standard ones let what they say", () => {
  const asked = { type: "char", major: 1, minor: 3, access: "rw" } as const;
  assertEquals(answer(deviceProgram([]), asked), 0);
  const standard = deviceProgram(STANDARD_DEVICES);
  assertEquals(answer(standard, asked), 1);
  assertEquals(answer(standard, { ...asked, major: 140, minor: 77 }), 1);
  assertEquals(answer(standard, { ...asked, minor: 1 }), 0, "memory");
});

Deno.test("deviceProgram() refuses more rules than the kernel takes", () => {
  assert(deviceProgram(Array(200).fill(TUN)).length < 8 * 4096);
  assertThrows(() => deviceProgram(Array(1000).fill(TUN)), /take [0-9]+ instructions/);
});
