/**
 * Who is killed when memory runs out: never the manager while a service is left, because its end is
 * that of all services.
 *
 * The kernel kills the process with the highest sum of its memory (program text that is resident
 * included) and its oom_score_adj, counted in thousandths of all memory there is: proc(5);
 * mm/oom_kill.c, oom_badness. In a small container the manager itself has more memory than a
 * service may ever get.
 */
import { once } from "../../core/once.ts";
import type { Platform } from "../../platform/mod.ts";
import type { ManagerRole } from "../start/manager_role.ts";
import type { OomScoreWish } from "../start/options.ts";
import { memoryLimit } from "./memory_limit.ts";

const OWN_FILE = "/proc/self/oom_score_adj";
const HIGHEST = 1000;
/**
 * The last to be killed. One less would be never: then a container without other processes would
 * hang, not end.
 */
const PROTECTED = -999;
/** What a manager is taken to need: about 42 MB resident once it has started, and room to grow. */
const MANAGER_BYTES = 128 * 1024 * 1024;
/** Where it is not known how much memory there is. */
const LEAD_WITHOUT_LIMIT = 100;
const LONGEST_NUMBER_BYTES = 16;

export interface OomScores {
  /**
   * For services that have no `oom-score-adj` of their own; undefined: what they inherit is right.
   * Found out at the first launch: how much memory there is is in half a dozen files.
   */
  readonly services: () => number | undefined;
  /** The manager's, as it was started with, if that was changed. */
  readonly replaced: number | undefined;
}

const UNCHANGED: OomScores = { services: () => undefined, replaced: undefined };

export interface OomScoreParts {
  readonly platform: Pick<Platform, "os" | "processMaking" | "readFile" | "writeFile">;
  readonly role: ManagerRole;
  readonly wish: OomScoreWish;
  /** What the manager that was here before was started with; undefined: there was none. */
  readonly startedWith?: number | undefined;
  warn(text: string): void;
}

/** Protects the manager as far as it may be, and says what its services get. */
export function arrangeOomScores(parts: OomScoreParts): OomScores {
  const { platform, wish, warn } = parts;
  if (wish === "inherit") return UNCHANGED;
  const present = platform.os === "linux" ? readOwn(platform) : undefined;
  const inherited = present === undefined ? undefined : parts.startedWith ?? present;
  if (inherited === undefined) {
    if (wish !== undefined) {
      warn("--oom-score-adj has no effect: there is no /proc/self/oom_score_adj");
    }
    return UNCHANGED;
  }
  // Children that posix_spawn makes would keep whatever the manager gives itself.
  const makesOwnChildren = platform.processMaking.kind === "stub";
  const own = takeOwn(parts, inherited, makesOwnChildren);
  const replaced = own === inherited ? undefined : inherited;
  if (!makesOwnChildren) return { ...UNCHANGED, replaced };
  const score = once(() => servicesScore(own, inherited, memoryLimit(platform)));
  return { services: () => score() === own ? undefined : score(), replaced };
}

/** Gives the manager what it had at its start, for whatever comes after it in the same process. */
export function restoreOomScore(platform: Pick<Platform, "writeFile">, score: number): void {
  platform.writeFile(OWN_FILE, String(score));
}

/**
 * What a service gets so that it is killed before its manager, but is not more likely than
 * necessary to be killed before other processes of the machine.
 *
 * @param inherited The manager's, as it was started with.
 * @param limitBytes Memory that there is for both.
 */
export function servicesScore(
  own: number,
  inherited: number,
  limitBytes: number | undefined,
): number {
  const lead = limitBytes === undefined
    ? LEAD_WITHOUT_LIMIT
    : Math.ceil(HIGHEST * MANAGER_BYTES / limitBytes);
  return Math.min(HIGHEST, Math.max(inherited, own + Math.max(1, lead)));
}

/** @returns What the manager has now. To be less likely than before takes CAP_SYS_RESOURCE. */
function takeOwn(
  { platform, role, wish, warn }: OomScoreParts,
  inherited: number,
  mayProtect: boolean,
): number {
  const isSystems = role !== "user" && mayProtect;
  const wanted = wish ?? (isSystems ? Math.min(inherited, PROTECTED) : inherited);
  if (wanted === inherited || typeof wanted !== "number") return inherited;
  const failure = platform.writeFile(OWN_FILE, String(wanted));
  if (failure === undefined) return wanted;
  if (wish !== undefined) {
    warn(`Cannot set the manager's oom_score_adj to ${wish}: ${failure.message}`);
  }
  return inherited;
}

function readOwn(platform: Pick<Platform, "readFile">): number | undefined {
  const file = platform.readFile(OWN_FILE, LONGEST_NUMBER_BYTES);
  if (file.kind === "failure") return undefined;
  const text = new TextDecoder().decode(file.bytes).trim();
  return /^-?\d+$/.test(text) ? Number(text) : undefined;
}
