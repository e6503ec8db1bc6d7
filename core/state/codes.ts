/**
 * Words that records hold as numbers of one byte. What is written says which word has which number
 * (`header_block.ts`), so that they may change from version to version.
 */
import type { Phase } from "../service/record/phase.ts";
import type { LinkKind, ProcessPhase, TimerKind } from "../service/record/record.ts";
import type { ExitStatus, SentSignal, ServiceState, StopReason } from "../types.ts";

/** Word → number. */
type Codes<Word extends string> = Readonly<Record<Word, number>>;

/** Each phase, with the state that it is one of. */
export const STATE_OF: Readonly<Record<Phase, ServiceState>> = {
  "stopped": "stopped",
  "waiting-for-dependencies": "starting",
  "waiting-for-console": "starting",
  "coming-up": "starting",
  "coming-back": "starting",
  "checking": "starting",
  "preparing": "starting",
  "finishing": "starting",
  "started": "started",
  "up-waiting-for-dependents": "stopping",
  "ended-waiting-for-dependents": "stopping",
  "up-stop-due": "stopping",
  "stop-due": "stopping",
  "interrupted": "stopping",
  "killing-all": "stopping",
  "coming-down": "stopping",
  "cleaning-up": "stopping",
};

const PHASES = Object.fromEntries(
  Object.keys(STATE_OF).map((phase, index) => [phase, index]),
) as Codes<Phase>;

const REASONS: Codes<StopReason> = {
  "normal": 0,
  "dependency-restarted": 1,
  "dependency-failed": 2,
  "failed": 3,
  "exec-failed": 4,
  "timed-out": 5,
  "terminated": 6,
};

const TIMERS: Codes<TimerKind> = { none: 0, start: 1, stop: 2, relaunch: 3 };

const PROCESS_PHASES: Codes<ProcessPhase> = {
  none: 0,
  launching: 1,
  running: 2,
  ended: 3,
  daemon: 4,
};

const SIGNALS: Codes<SentSignal | "none"> = {
  none: 0,
  HUP: 1,
  INT: 2,
  QUIT: 3,
  KILL: 4,
  USR1: 5,
  USR2: 6,
  TERM: 7,
  CONT: 8,
  STOP: 9,
  INFO: 10,
  ABRT: 11,
};

/** A signal that left a core dump is a word of its own. */
type ExitWord = ExitStatus["kind"] | "dumped";
const EXITS: Codes<ExitWord> = { none: 0, exited: 1, signalled: 2, dumped: 3 };

const LINK_KINDS: Codes<LinkKind> = {
  "need": 0,
  "milestone": 1,
  "waits-for": 2,
  "prepared-by": 3,
  "before": 4,
  "after": 5,
};

/** All of them, by what they are of. */
export const CODES = {
  phase: PHASES,
  reason: REASONS,
  timer: TIMERS,
  processPhase: PROCESS_PHASES,
  signal: SIGNALS,
  exit: EXITS,
  linkKind: LINK_KINDS,
};

export type CodeName = keyof typeof CODES;
/** A word of one of them. */
export type Word<Name extends CodeName> = keyof (typeof CODES)[Name] & string;

/** Number → word, for those that a writer has written and that are understood here. */
export type Words = { readonly [Name in CodeName]: ReadonlyMap<number, Word<Name>> };

/** @param written What the writer has said of its codes: of each a word's number, by the word. */
export function wordsOf(
  written: Readonly<Record<string, Readonly<Record<string, number>> | undefined>>,
): Words {
  const entries = Object.entries(CODES).map(([name, known]) => {
    const words = Object.entries(written[name] ?? {}).filter(([word]) =>
      Object.hasOwn(known, word)
    );
    return [name, new Map(words.map(([word, number]) => [number, word]))];
  });
  return Object.fromEntries(entries);
}
