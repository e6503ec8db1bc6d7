/**
 * Making children on Linux.
 */
import type { Fd } from "../../../core/types.ts";
import type { ChildSettings } from "../../interface/child_settings.ts";
import type { Failure } from "../../interface/failure.ts";
import type { ChildStub } from "../../ffi/code_page.ts";
import { addressOf } from "../../ffi/memory.ts";
import { launchMemory } from "../../ffi/launch_memory.ts";
import { type Launcher, type LaunchPriority, StubLauncher } from "../../child/stub_launcher.ts";
import type { Inheritance } from "../../posix/processes/inheritance.ts";
import { CLONE, FILE, MEMORY, PRCTL, SIGNALS } from "../kernel/abi.ts";
import { LINUX_CHILD_SYSTEM } from "./child_system.ts";
import { needsOwnMemory } from "./sandbox/sandbox_calls.ts";
import { aboveStandard } from "../../posix/kernel/kernel.ts";
import { failure, LINUX } from "../kernel/kernel.ts";
import { console, files, mask, streams } from "../kernel/parts.ts";
import { setOomScore } from "./oom_score.ts";

/** Makes what makes children. */
export function createLauncher(
  stub: ChildStub,
  inheritance: () => Inheritance,
  launchPriority?: LaunchPriority,
): Launcher {
  return new StubLauncher({
    system: LINUX_CHILD_SYSTEM,
    calls: LINUX.calls,
    ignoredSignals: mask.ignored(),
    loadStub: () => stub,
    setOomScore: (pid, score) => setOomScore(pid, score),
    addressOf,
    launchMemory: (code) => launchMemory(LINUX, { ...MEMORY, hide }, code),
    cloneFlags: CLONE_FLAGS,
    mayShareMemory: (settings) => mayShareMemory(settings, inheritance()),
    inheritance,
    lastCapability,
    openNullDevice,
    hasControllingTerminal: console.hasControllingTerminal,
    ...(launchPriority === undefined ? {} : { launchPriority }),
    withSignalsBlocked: (action) => mask.withBlocked("all", action),
    pipe: streams.pipe,
    read: streams.read,
    close: streams.close,
    duplicateAbove: streams.duplicateAbove,
    failure,
  });
}

/** Holes in the range are an error (ENOMEM) that changes nothing: madvise(2). */
function hide(from: number, to: number): void {
  LINUX.addresses(LINUX.calls.madvise, from, to - from, MEMORY.MADV_DONTFORK, 0, 0, 0);
}

/**
 * The kernel clears the list's mark with CLONE_CHILD_CLEARTID: mm_release of kernel/fork.c. With
 * CLONE_PARENT_SETTID it notes the child's PID before the child runs, and to no address is no
 * failure: kernel_clone there.
 */
const CLONE_FLAGS = {
  sharing: CLONE.CLONE_VM | CLONE.CLONE_CHILD_CLEARTID | CLONE.CLONE_PARENT_SETTID | SIGNALS.CHLD,
  copying: CLONE.CLONE_PARENT_SETTID | SIGNALS.CHLD,
} as const;

/**
 * Not a child that becomes another user's: he could read the memory where the kernel's settings let
 * him (fs.suid_dumpable), and before Linux 5.16 kill all who use it by a signal that dumps core.
 * Nor one with an OOM score of its own: that is set for all who share the memory (__set_oom_adj of
 * fs/proc/base.c). The usual score can wait until the program runs. Nor one whose box has users of
 * its own.
 */
function mayShareMemory(
  { attributes, sandbox }: ChildSettings,
  inheritance: Inheritance,
): boolean {
  if (sandbox !== undefined && needsOwnMemory(sandbox, inheritance)) return false;
  return attributes.runAs.kind === "manager" && attributes.oomScoreAdjust === undefined;
}

let knownLastCapability: number | undefined;

/** Asked when it is first needed: the kernel says of each number whether it knows it. */
function lastCapability(): number {
  if (knownLastCapability !== undefined) return knownLastCapability;
  let last = -1;
  while (
    last < MOST_CAPABILITIES && LINUX.numbers(prctl, PR_CAPBSET_READ, last + 1, 0, 0, 0, 0) >= 0
  ) {
    last++;
  }
  knownLastCapability = last;
  return last;
}

/** Bits of the two words that capset(2) takes. */
const MOST_CAPABILITIES = 63;
const { prctl } = LINUX.calls;
const { PR_CAPBSET_READ } = PRCTL;

/**
 * Kept open for good: handing it on takes one call in the child, opening /dev/null two and a
 * lookup.
 */
export function openNullDevice(): Fd | undefined {
  const fd: Fd | Failure = files.openFile("/dev/null", FILE.O_RDWR);
  return typeof fd === "number" ? aboveStandard(LINUX, fd) as Fd : undefined;
}
