/**
 * The blocks of the scheduler as a whole: counters and marks, which are short, because whatever
 * arms a timer changes them; as JSON the console, and the shutdown under way.
 */
import type { WrittenConsole } from "../service/effects/console_queue.ts";
import type { Instant, ServiceId, ShutdownType } from "../types.ts";
import { checkOf, isWhole } from "./check_word.ts";
import { putCheckedJson, readCheckedJson } from "./json_block.ts";
import type { KeptBlocks } from "./kept_blocks.ts";
import { KIND, WHOLE } from "./kinds.ts";
import { Fields, type Layout, layoutOf } from "./layout.ts";
import { fromPlain, toPlain } from "./plain_json.ts";

/** Numbers that go on, and what holds for all services. */
export interface WrittenCounters {
  /** Of the service and the link that were made last. */
  readonly lastService: number;
  readonly lastLink: number;
  /** Of the timer that is armed next. */
  readonly nextTimer: number;
  readonly isShuttingDown: boolean;
  readonly isHeld: boolean;
}

/** The watch over a shutdown. */
export interface WrittenShutdown {
  readonly type: ShutdownType | undefined;
  /** When keys were pressed that may count still. */
  readonly presses: readonly Instant[];
  readonly stop: WrittenStop | undefined;
}

/** A shutdown under way. */
export interface WrittenStop {
  readonly began: Instant;
  readonly nextLook: Instant;
  readonly looks: number;
  readonly endedStarts: ReadonlyMap<ServiceId, Instant>;
  readonly stuckSince: ReadonlyMap<ServiceId, Instant>;
  readonly forced: { readonly giveUpAt: Instant; readonly nextRound: Instant } | undefined;
}

/** How the block of the counters is made. */
export const COUNTERS_LAYOUT = layoutOf({
  doubles: ["nextTimer"],
  words: ["check", "lastService", "lastLink"],
  flags: ["isShuttingDown", "isHeld"],
  bytes: [],
});

/** @returns False when there is no room left. Likewise the others. */
export function putCounters(blocks: KeptBlocks, counters: WrittenCounters): boolean {
  const { double, word, flag, flagWord, size } = COUNTERS_LAYOUT;
  const at = blocks.begin(KIND.whole, WHOLE.counters, size);
  if (at < 0) return false;
  const { doubles, words } = blocks;
  const first = at >> 2;
  doubles[(at >> 3) + double.nextTimer] = counters.nextTimer;
  words[first + flagWord] = (counters.isShuttingDown ? flag.isShuttingDown : 0) |
    (counters.isHeld ? flag.isHeld : 0);
  words[first + word.lastService] = counters.lastService;
  words[first + word.lastLink] = counters.lastLink;
  words[first + word.check] = checkOf(words, first + word.check + 1, first + (size >> 2));
  return true;
}

export function putConsole(blocks: KeptBlocks, console: WrittenConsole): boolean {
  return putCheckedJson(blocks, KIND.whole, WHOLE.console, console);
}

export function putShutdown(blocks: KeptBlocks, shutdown: WrittenShutdown): boolean {
  return putCheckedJson(blocks, KIND.whole, WHOLE.shutdown, toPlain(shutdown));
}

/** @returns Undefined when there is no such block, or it was changed. Likewise the others. */
export function readCounters(
  contents: Uint8Array | undefined,
  layout: Layout,
): WrittenCounters | undefined {
  if (contents === undefined || !isWhole(contents, layout)) return undefined;
  const fields = new Fields(layout, contents);
  return {
    lastService: (fields.word("lastService") ?? 0) >>> 0,
    lastLink: (fields.word("lastLink") ?? 0) >>> 0,
    nextTimer: fields.double("nextTimer") ?? 0,
    isShuttingDown: fields.flag("isShuttingDown") ?? false,
    isHeld: fields.flag("isHeld") ?? false,
  };
}

export function readConsole(contents: Uint8Array | undefined): WrittenConsole | undefined {
  const json = contents === undefined ? undefined : readCheckedJson(contents);
  if (json === undefined) return undefined;
  return { ...NO_CONSOLE, ...json };
}

export function readShutdown(contents: Uint8Array | undefined): WrittenShutdown | undefined {
  const json = contents === undefined ? undefined : readCheckedJson(contents);
  if (json === undefined) return undefined;
  return { ...NO_SHUTDOWN, ...fromPlain(json) as Partial<WrittenShutdown> };
}

const NO_CONSOLE: WrittenConsole = { owner: 0, announced: 0, isLogBusy: false, waiting: [] };
const NO_SHUTDOWN: WrittenShutdown = { type: undefined, presses: [], stop: undefined };
