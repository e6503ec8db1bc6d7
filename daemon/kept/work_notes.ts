/**
 * What the manager is at, in memory that outlives a crash: the service, and the kind of event,
 * order or command that is being handled for it; and what earlier crashes are to be blamed on.
 *
 * Two managers of the same program read and write it, one after the other, so words of one are
 * understood by the other: their places in the list stay as they are.
 */
import { type Blame, judgeCrash, type Verdict, withoutBlame } from "../../core/recovery/blame.ts";
import type { Command } from "../../core/command.ts";
import type { Event, Order } from "../../core/event.ts";
import type { ServiceId } from "../../core/types.ts";
import type { LastCrash } from "../../platform/mod.ts";

/** What can be done for a service. */
export type Work = Event["kind"] | Order["kind"] | Command["kind"] | "launch";

const WORKS: readonly Work[] = [
  ...["launch", "spawned", "spawn-failed", "exec-succeeded", "exec-failed"],
  ...["launch-deferred", "exited", "ready", "readiness-closed", "stopping", "main-pid"],
  ...["extend-timeout", "watchdog-expired", "listening", "listen-failed", "demand"],
  ...["all-killed", "start", "chain", "stop", "restart", "wake", "release", "unpin", "set-aside"],
  ...["trigger", "add-link", "remove-link", "enable", "unload", "reload", "spawn", "signal"],
  ...["end-tree", "kill-tree", "listen", "close-socket", "console", "notify", "status-line"],
  ...["log", "kill-all", "forget", "redescribe", "handle-failure", "memory-ran-out"],
] as Work[];
const NUMBERS = new Map<string, number>(WORKS.map((work, index) => [work, index + 1]));

/** Works are below it, in a word with the service's number. */
const MOST_WORKS = 128;
/** Places of words. */
const AT_WORK = 0;
const SIGNAL = 1;
const COUNT = 2;
const FIRST = 8;
/** Service, work, how often. */
const BLAME_WORDS = 3;
const BLAMES_AT_MOST = 64;

export class WorkNotes {
  readonly #words: Int32Array;
  #blames: readonly Blame[];

  /** @param words At first 0, or as another manager left them. */
  constructor(words: Int32Array) {
    this.#words = words;
    this.#blames = readBlames(words);
  }

  /** Something is about to be done for a service; what was noted before is done. */
  note(service: ServiceId, work: Work): void {
    if (this.#blames.length > 0) this.#done();
    this.#words[AT_WORK] = service * MOST_WORKS + (NUMBERS.get(work) ?? 0);
  }

  /** All that was noted is done, and counts. */
  clear(): void {
    if (this.#blames.length > 0) this.#done();
    this.#words[AT_WORK] = 0;
    this.#words[SIGNAL] = 0;
  }

  /** A signal is about to be handled, which nobody would send again. */
  set signal(signal: number) {
    this.#words[SIGNAL] = signal;
  }

  /** The one that was being handled when the manager died; 0: none. */
  get signal(): number {
    return this.#words[SIGNAL] ?? 0;
  }

  /**
   * Whom the crash is to be blamed on. Of a signal that another process has sent nobody is.
   *
   * @param own This process.
   */
  judge(crash: LastCrash, own: number): Verdict {
    const verdict = judgeCrash(this.#blames, wasSent(crash, own) ? undefined : this.#atWork());
    this.#words[AT_WORK] = 0;
    this.#keep(verdict.blames);
    return verdict;
  }

  /** Nothing that was noted is of services of this manager. */
  forgetAll(): void {
    this.#words[AT_WORK] = 0;
    this.#words[SIGNAL] = 0;
    this.#keep([]);
  }

  #atWork(): { readonly service: ServiceId; readonly what: Work } | undefined {
    return workOf(this.#words[AT_WORK] ?? 0);
  }

  #done(): void {
    const done = this.#atWork();
    if (done === undefined) return;
    const left = withoutBlame(this.#blames, done);
    if (left.length < this.#blames.length) this.#keep(left);
  }

  /** A crash in the middle of it costs what was known of earlier ones, and no more. */
  #keep(blames: readonly Blame[]): void {
    const words = this.#words;
    words[COUNT] = 0;
    this.#blames = blames.slice(-BLAMES_AT_MOST);
    this.#blames.forEach(({ service, what, crashes }, index) => {
      const at = FIRST + index * BLAME_WORDS;
      words[at] = service;
      words[at + 1] = NUMBERS.get(what) ?? 0;
      words[at + 2] = crashes;
    });
    words[COUNT] = this.#blames.length;
  }
}

/** Whether another process has sent the signal that ended it. @param own This process. */
export function wasSent({ cause }: LastCrash, own: number): boolean {
  return cause.kind === "signal" && cause.sender !== undefined && cause.sender !== own;
}

function workOf(word: number): { readonly service: ServiceId; readonly what: Work } | undefined {
  const what = WORKS[word % MOST_WORKS - 1];
  const service = Math.floor(word / MOST_WORKS);
  return what === undefined || service <= 0 ? undefined : { service: service as ServiceId, what };
}

function readBlames(words: Int32Array): readonly Blame[] {
  const count = Math.min(words[COUNT] ?? 0, BLAMES_AT_MOST);
  return Array.from({ length: Math.max(0, count) }, (_, index) => {
    const [service = 0, work = 0, crashes = 0] = words.subarray(FIRST + index * BLAME_WORDS);
    const what = WORKS[work - 1];
    return what === undefined || service <= 0 || crashes <= 0
      ? []
      : { service: service as ServiceId, what, crashes };
  }).flat();
}
