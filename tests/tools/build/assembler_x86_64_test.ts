/** The expected bytes are those that GNU objdump 2.40 shows for the text beside them. */
import { assertEquals, assertThrows } from "../../assert.ts";
import { assemble, type Item, label } from "../../../tools/build/assembler.ts";
import {
  addImmediate,
  compare,
  compareRegisters,
  jump,
  jumpIf,
  load,
  loadAddress,
  loadByte,
  move,
  moveImmediate,
  store,
  systemCall,
  test,
} from "../../../tools/build/assembler_x86_64.ts";

/** Assembles one instruction at 0x1000, with a label "there" at 0x1100 and "back" at 0x800. */
function encode(item: Item): string {
  return assemble([item], 0x1000, { there: 0x1100, back: 0x800 }).toHex();
}

Deno.test("moveImmediate() encodes low and high registers", () => {
  assertEquals(encode(moveImmediate("rax", 39)), "b827000000"); // mov eax,0x27
  assertEquals(encode(moveImmediate("rdi", -100)), "bf9cffffff"); // mov edi,0xffffff9c
  assertEquals(encode(moveImmediate("r10", 14)), "41ba0e000000"); // mov r10d,0xe
  assertEquals(encode(moveImmediate("r8", 0)), "41b800000000"); // mov r8d,0x0
  // movabs rsi,0x900000000
  assertEquals(encode(moveImmediate("rsi", 36 * 2 ** 30)), "48be0000000009000000");
});

Deno.test("move() encodes 64-bit registers", () => {
  assertEquals(encode(move("rbx", "rdx")), "4889d3"); // mov rbx,rdx
  assertEquals(encode(move("rdx", "rbx")), "4889da"); // mov rdx,rbx
  assertEquals(encode(move("r9", "rax")), "4989c1"); // mov r9,rax
});

Deno.test("loadAddress() counts from the end of the instruction", () => {
  assertEquals(encode(loadAddress("rsi", "there")), "488d35f9000000"); // lea rsi,[rip+0xf9]
  assertEquals(encode(loadAddress("r8", "there")), "4c8d05f9000000"); // lea r8,[rip+0xf9]
});

Deno.test("test(), compare() and systemCall() encode", () => {
  assertEquals(encode(test("rax")), "4885c0"); // test rax,rax
  assertEquals(encode(compare("rax", 1)), "4881f801000000"); // cmp rax,0x1
  assertEquals(encode(compare("rax", -2)), "4881f8feffffff"); // cmp rax,0xfffffffffffffffe
  assertEquals(encode(compareRegisters("rax", "r8")), "4c39c0"); // cmp rax,r8
  assertEquals(encode(addImmediate("r8", 1)), "4983c001"); // add r8,0x1
  assertEquals(encode(systemCall()), "0f05"); // syscall
});

Deno.test("load(), loadByte() and store() encode", () => {
  assertEquals(encode(load("rdi", "rsi")), "488b3e"); // mov rdi,QWORD PTR [rsi]
  assertEquals(encode(load("rdi", "r8")), "498b38"); // mov rdi,QWORD PTR [r8]
  assertEquals(encode(loadByte("rax", "rdi")), "480fb607"); // movzx rax,BYTE PTR [rdi]
  assertEquals(encode(loadByte("rcx", "r8")), "490fb608"); // movzx rcx,BYTE PTR [r8]
  assertEquals(encode(store("rsi", "rdi")), "48893e"); // mov QWORD PTR [rsi],rdi
  assertThrows(() => load("rax", "rsp"), /rsp is no plain address/);
});

Deno.test("jump() and jumpIf() reach forward and back", () => {
  assertEquals(encode(jump("there")), "e9fb000000"); // jmp 0x1100
  assertEquals(encode(jump("back")), "e9fbf7ffff"); // jmp 0x800
  assertEquals(encode(jumpIf("negative", "there")), "0f88fa000000"); // js 0x1100
  assertEquals(encode(jumpIf("notNegative", "there")), "0f89fa000000"); // jns 0x1100
  assertEquals(encode(jumpIf("notEqual", "there")), "0f85fa000000"); // jne 0x1100
  assertEquals(encode(jumpIf("equal", "there")), "0f84fa000000"); // je 0x1100
  assertEquals(encode(jumpIf("below", "there")), "0f82fa000000"); // jb 0x1100
});

Deno.test("jump() refuses a distance of more than 32 bits", () => {
  const far = { there: 0x1_0000_0000 };
  assertThrows(() => assemble([jump("there")], 0, far), /"there" is 4294967291 bytes away/);
  assertEquals(assemble([jump("here"), label("here")], 0, {}).toHex(), "e900000000");
});
