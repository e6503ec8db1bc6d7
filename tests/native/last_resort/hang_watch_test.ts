/** A program that hangs, on each processor. */
import { PROCESSORS } from "../../../native/conventions.ts";
import { HANG_TIMER, HANG_WORK } from "../../../native/programs/last_resort/crash_page.ts";
import { FAULT_SIGNALS } from "../../../native/programs/signals.ts";
import { assert, assertEquals } from "../../assert.ts";
import { testNeeding } from "../../skip.ts";
import { commandFor, placeExecutable } from "../static_executable.ts";
import { hanger, HELD, TOLD_OF_HANG } from "./hanging_program.ts";
import { inFolder, needs } from "./running.ts";

/** 32 bits: asm-generic/siginfo.h. */
const SI_TIMER = 0xffff_fffen;

for (const processor of PROCESSORS) {
  testNeeding(
    `a program that hangs goes on, and ticks before that do no harm on ${processor}`,
    needs(processor),
    () =>
      inFolder(processor, async ({ program, again, console }) => {
        placeExecutable(program, hanger({ processor, program: again, console }), processor);
        const [command = "", ...args] = commandFor(processor, program);
        const { stdout, code, signal } = await new Deno.Command(command, { args, stderr: "null" })
          .output();
        assertEquals([code, signal], [0, null]);
        assertEquals(stdout.length, 8 * TOLD_OF_HANG.length);
        const view = new DataView(stdout.buffer, stdout.byteOffset);
        const [held, work, timer, ...crash] = TOLD_OF_HANG.map((_, index) =>
          view.getBigUint64(8 * index, true)
        );
        assertEquals(held, HELD);
        assert(work !== undefined && work > BigInt(HANG_WORK.begun), "ticks were counted");
        assertEquals(timer, BigInt(HANG_TIMER.ended));
        assertEquals(crash, [1n, BigInt(FAULT_SIGNALS.ABRT), SI_TIMER]);
      }),
  );
}
