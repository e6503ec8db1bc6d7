/** The last resort at work: programs that crash, on each processor. */
import { type Processor, PROCESSORS } from "../../../native/conventions.ts";
import { BLOCKED_SIGNALS, FAULT_SIGNALS, signalSet } from "../../../native/programs/signals.ts";
import { assert, assertEquals } from "../../assert.ts";
import { testNeeding } from "../../skip.ts";
import { commandFor, placeExecutable } from "../static_executable.ts";
import { type Crash, survivor, TOLD, type Told } from "./crashing_program.ts";
import { inFolder, needs } from "./running.ts";

const { SEGV, ABRT, ILL, TRAP } = FAULT_SIGNALS;
const TERM = 15;
const STARTED = 'ulimit -Sn 200; echo 300 >/proc/self/oom_score_adj; exec "$@"';
const MINUS_EBADF = -9n;
/** si_code of kill(2) and tgkill(2): asm-generic/siginfo.h. */
const [SI_USER, SI_TKILL] = [0n, 0xffff_fffan];

function told(output: Uint8Array): Told {
  const view = new DataView(output.buffer, output.byteOffset);
  assertEquals(output.length, 8 * TOLD.length);
  return Object.fromEntries(
    TOLD.map((name, index) => [name, view.getBigInt64(8 * index, true)]),
  ) as Told;
}

async function tellSurvivor(processor: Processor, crash: Crash): Promise<Told> {
  let found: Told | undefined;
  await inFolder(processor, async ({ program, again: path, console }) => {
    placeExecutable(program, survivor({ processor, crash, program: path, console }), processor);
    const args = ["-c", STARTED, "sh", ...commandFor(processor, program)];
    const { stdout, code, signal } = await new Deno.Command("sh", { args, stderr: "null" })
      .output();
    assertEquals([code, signal], [0, null]);
    found = told(stdout);
  });
  assert(found !== undefined, "it has told something");
  return found;
}

function assertSurvived(seen: Told): void {
  const { process, processBefore, kept, other, crashes, ended, endedStatus, living, ...more } =
    seen;
  assertEquals(process, processBefore);
  // Open, and closed by execve.
  assertEquals([kept, other], [0n, MINUS_EBADF]);
  assertEquals(crashes, 1n);
  assert(ended > 1n, "the child that had ended is still a child");
  assertEquals(endedStatus & 0x7fn, BigInt(SEGV));
  assertEquals(living, 1n);
  // The emulator has the last two signals for itself.
  assertEquals(BigInt.asUintN(62, more.mask), BigInt.asUintN(62, signalSet(BLOCKED_SIGNALS)));
  assertEquals(more.pending, BigInt(TERM));
  // As it was started with: "300" and a line's end, in ASCII.
  assertEquals([more.softLimit, more.oomScore], [200n, 0x0a_30_30_33n]);
}

for (const processor of PROCESSORS) {
  for (const [name, number] of Object.entries(FAULT_SIGNALS)) {
    testNeeding(
      `a program that SIG${name} hits goes on on ${processor}`,
      needs(processor),
      async () => {
        const seen = await tellSurvivor(processor, { kind: "signal", number });
        assertSurvived(seen);
        assertEquals([seen.signal, seen.code], [BigInt(number), SI_USER]);
        // The sender is itself.
        assertEquals(seen.faultAddress & 0xffff_ffffn, seen.process);
      },
    );
  }

  testNeeding(`faults are noted with their place on ${processor}`, needs(processor), async () => {
    const address = 0x1230;
    const bad = await tellSurvivor(processor, { kind: "bad address", address });
    assertSurvived(bad);
    assertEquals([bad.signal, bad.faultAddress], [BigInt(SEGV), BigInt(address)]);
    // In the program's one segment.
    assertEquals(bad.programCounter >> 20n, 4n);
    const instruction = await tellSurvivor(processor, { kind: "bad instruction" });
    assertSurvived(instruction);
    assertEquals(instruction.signal, BigInt(ILL));
    const stack = await tellSurvivor(processor, { kind: "no stack" });
    assertSurvived(stack);
    assertEquals(stack.signal, BigInt(SEGV));
    const breakpoint = await tellSurvivor(processor, { kind: "breakpoint" });
    assertSurvived(breakpoint);
    assertEquals(breakpoint.signal, BigInt(TRAP));
  });

  testNeeding(
    `a crash of another thread keeps the process on ${processor}`,
    needs(processor),
    async () => {
      const seen = await tellSurvivor(processor, { kind: "thread", number: ABRT });
      assertSurvived(seen);
      assertEquals([seen.signal, seen.code], [BigInt(ABRT), SI_TKILL]);
    },
  );

  testNeeding(
    `exit(3) that nobody asked for is a crash on ${processor}`,
    needs(processor),
    async () => {
      const seen = await tellSurvivor(processor, { kind: "exit", status: 3 });
      assertSurvived(seen);
      assertEquals([seen.signal, seen.code], [0n, 3n]);
    },
  );
}
