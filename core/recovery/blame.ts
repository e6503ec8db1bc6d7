/**
 * Which service a manager's crashes are to be blamed on: the same thing that was being handled when
 * it crashed twice is not tried a third time.
 *
 * What is being handled is noted before (`docs/design/0031`), so a crash leaves its name. A crash
 * for which nothing was noted, or something else each time, is not the fault of one service: for
 * those there are only the pauses and the end of all attempts that the last resort keeps.
 */
import type { ServiceId } from "../types.ts";

/** What was being handled when the manager crashed. */
export interface WorkNote {
  readonly service: ServiceId;
  /** Kind of the event, order or command that was being handled for it. */
  readonly what: string;
}

/** Crashes at the same work, as they are kept from one manager to the next. */
export interface Blame extends WorkNote {
  readonly crashes: number;
}

/** So many crashes at the same are enough. */
const CRASHES_AT_MOST = 2;
/** Of so many different things at most. The oldest are forgotten. */
const BLAMES_KEPT = 64;

/** What a manager that comes after a crash makes of it. */
export interface Verdict {
  /** To be kept, before anything else is done. Oldest first. */
  readonly blames: readonly Blame[];
  /** To be set aside; what was noted is not told to it. */
  readonly setAside: Blame | undefined;
}

/**
 * @param kept What an earlier one kept.
 * @param note What was being handled; undefined: nothing that is a service's.
 */
export function judgeCrash(kept: readonly Blame[], note: WorkNote | undefined): Verdict {
  if (note === undefined) return { blames: kept, setAside: undefined };
  const { service, what } = note;
  const isSame = (blame: Blame) => blame.service === service && blame.what === what;
  const crashes = (kept.find(isSame)?.crashes ?? 0) + 1;
  const blame = { service, what, crashes };
  const others = kept.filter((each) => !isSame(each));
  if (crashes < CRASHES_AT_MOST) {
    return { blames: [...others, blame].slice(-BLAMES_KEPT), setAside: undefined };
  }
  return { blames: others, setAside: blame };
}

/** What was noted has been handled after all: it is no more to blame. */
export function withoutBlame(
  kept: readonly Blame[],
  { service, what }: WorkNote,
): readonly Blame[] {
  return kept.filter((each) => each.service !== service || each.what !== what);
}

/** Why it was set aside, for the log, with what to do. */
export function setAsideText({ what, crashes }: Blame, name: string): string {
  return `Set aside: the manager crashed ${crashes} times while it handled "${what}" of it. ` +
    `"dinitctl unpin ${name}" releases it`;
}
