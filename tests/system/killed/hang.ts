/**
 * Has a manager hang, by a change of its code: its next accept4(2) is an endless loop. x86-64.
 *
 * All its calls go through syscall(3) of the C library, which is made to look at the call's number
 * first, in the room behind the library's code.
 */
import { assert, assertEquals } from "../../assert.ts";
import { until } from "../../wait.ts";

/** epoll_pwait(2), in which the manager waits. */
const WAIT = 281;
/** accept4(2): what it does next when a client comes. */
const ACCEPT = 288;
/** How syscall(3) ends: mov r9,[rsp+8]; syscall. The number of the call is in eax. */
const BEFORE_CALL = [0x4c, 0x8b, 0x4c, 0x24, 0x08];
const CALL = [0x0f, 0x05];
/** jmp, with a distance of four bytes. */
const JUMP = 0xe9;
const JUMP_BYTES = 5;
const ROOM = 32;

export async function plantHang(pid: number): Promise<void> {
  let counter = 0;
  await until("the manager's wait", () => {
    // Number of the call, its arguments, stack pointer, program counter: proc(5).
    const fields = Deno.readTextFileSync(`/proc/${pid}/syscall`).trim().split(" ");
    counter = Number(fields.at(-1));
    return fields[0] === String(WAIT);
  });
  using memory = Deno.openSync(`/proc/${pid}/mem`, { read: true, write: true });
  const at = counter - BEFORE_CALL.length - CALL.length;
  assertEquals(read(memory, at, 7), [...BEFORE_CALL, ...CALL]);
  const room = endOfCode(pid, counter) - ROOM;
  assertEquals(read(memory, room, ROOM), Array<number>(ROOM).fill(0));
  // cmp eax,ACCEPT; je to itself; what was there; back.
  const look = [0x3d, ...word(ACCEPT), 0x74, 0xfe, ...BEFORE_CALL];
  const behind = room + look.length + JUMP_BYTES;
  write(memory, room, [...look, JUMP, ...word(at + BEFORE_CALL.length - behind)]);
  write(memory, at, [JUMP, ...word(room - (at + JUMP_BYTES))]);
}

/** Where the pages end that hold the code at an address. */
function endOfCode(pid: number, address: number): number {
  for (const line of Deno.readTextFileSync(`/proc/${pid}/maps`).split("\n")) {
    const [begin = 0, end = 0] = (line.split(" ")[0] ?? "").split("-").map((text) =>
      parseInt(text, 16)
    );
    if (begin <= address && address < end) return end;
  }
  throw new Error(`Nothing is at ${address}`);
}

function read(memory: Deno.FsFile, at: number, length: number): readonly number[] {
  const bytes = new Uint8Array(length);
  memory.seekSync(at, Deno.SeekMode.Start);
  memory.readSync(bytes);
  return [...bytes];
}

function write(memory: Deno.FsFile, at: number, bytes: readonly number[]): void {
  memory.seekSync(at, Deno.SeekMode.Start);
  assert(memory.writeSync(new Uint8Array(bytes)) === bytes.length, "it is written");
}

function word(value: number): readonly number[] {
  return [...new Uint8Array(new Int32Array([value]).buffer)];
}
