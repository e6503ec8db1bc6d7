/**
 * The status word of wait4(2), in which Linux, FreeBSD and macOS agree for processes that have
 * ended.
 */
import type { ExitStatus } from "../../../core/types.ts";

/** WCOREFLAG of sys/wait.h. */
const CORE_DUMPED = 0x80;

/** Low seven bits the signal, or 0 and the code in the second byte: wait(2). */
export function decodeStatus(word: number): ExitStatus {
  const signal = word & 0x7f;
  if (signal === 0) return { kind: "exited", code: (word >> 8) & 0xff };
  return { kind: "signalled", signal, dumpedCore: (word & CORE_DUMPED) !== 0 };
}
