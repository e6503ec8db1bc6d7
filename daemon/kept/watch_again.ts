/** Watching what the program that was here before had watched. */
import type { Fd } from "../../core/types.ts";
import type { Interest, Platform } from "../../platform/mod.ts";

/** @throws {Error} When the descriptor cannot be watched: then it is not what was handed on. */
export function watchAgain(
  { poller }: Pick<Platform, "poller">,
  fd: Fd,
  interest: Interest,
): void {
  const failure = poller.watch(fd, interest);
  if (failure === undefined) return;
  throw new Error(`Cannot watch descriptor ${fd}, which was handed on: ${failure.message}`);
}
