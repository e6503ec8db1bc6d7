/**
 * A child on its way to its program as a fact that outlives the manager. There is one for many a
 * launch, for the time of a turn, so it is a row of numbers; few have an address, which follows.
 *
 *     0  check    4  service, twice; 1 more for a stop command    8  PID
 *    12  descriptors, 0 where there is none: readiness pipe, notification socket, control
 *    24  address of the notification socket, of characters that take one byte, and zeros
 */
import { checkOf, isCheck } from "../../core/state/check_word.ts";
import type { KeptBlocks } from "../../core/state/kept_blocks.ts";
import type { BlockKind } from "../../core/state/kept_form.ts";
import type { Kept } from "../../core/state/kept_reading.ts";
import type { Fd, Pid, ServiceId } from "../../core/types.ts";
import { FACT_KIND, type FoundFacts } from "../kept/facts.ts";
import type { LaunchEnds } from "../kept/launch_journal.ts";
import type { SpawnCommand } from "./queue.ts";

const ROW_BYTES = 24;

/** A child on its way to its program, as another manager finds it. */
export interface LeftLaunch {
  readonly service: ServiceId;
  readonly role: SpawnCommand["role"];
  readonly pid: Pid;
  /** Where it tells of that; undefined: not known, so it counts as having got there. */
  readonly report: Fd | undefined;
  readonly ends: Partial<LaunchEnds>;
}

/** Puts one under the descriptor of its report. @returns False when there is no room left. */
export function putLaunch(
  blocks: KeptBlocks,
  kind: BlockKind,
  report: number,
  { service, role, pid, ends: { readiness, notify, control } }: LeftLaunch,
): boolean {
  const address = notify?.address ?? "";
  const length = ROW_BYTES + ((address.length + 3) & ~3);
  const at = blocks.begin(kind, report, length);
  if (at < 0) return false;
  const { words, bytes } = blocks;
  const word = at >> 2;
  words[word + 1] = service << 1 | (role === "stop" ? 1 : 0);
  words[word + 2] = pid;
  words[word + 3] = readiness ?? 0;
  words[word + 4] = notify?.fd ?? 0;
  words[word + 5] = control ?? 0;
  if (length > ROW_BYTES) {
    bytes.fill(0, at + ROW_BYTES, at + length);
    for (let index = 0; index < address.length; index++) {
      bytes[at + ROW_BYTES + index] = address.charCodeAt(index);
    }
  }
  words[word] = checkOf(words, word + 1, (at + length) >> 2);
  return true;
}

/** All that were noted, in no order. */
export function readLaunchFacts(kept: Kept): FoundFacts<LeftLaunch> {
  const facts = new Map<number, LeftLaunch>();
  const damaged: number[] = [];
  for (const [report, contents] of kept.get(FACT_KIND.launch) ?? []) {
    const fact = readLaunch(report as Fd, contents);
    if (fact === undefined) damaged.push(report);
    else facts.set(report, fact);
  }
  return { facts, damaged };
}

function readLaunch(report: Fd, contents: Uint8Array): LeftLaunch | undefined {
  if (contents.length < ROW_BYTES || contents.length % 4 !== 0) return undefined;
  const words = new Int32Array(contents.slice().buffer);
  const [check, owner = 0, pid = 0, readiness = 0, notify = 0, control = 0] = words;
  if (!isCheck(check, words, 1)) return undefined;
  const text = contents.subarray(ROW_BYTES);
  const end = text.indexOf(0);
  const address = String.fromCharCode(...end < 0 ? text : text.subarray(0, end));
  const descriptor = (number: number) => number > 0 ? number as Fd : undefined;
  return {
    service: (owner >> 1) as ServiceId,
    role: (owner & 1) === 0 ? "start" : "stop",
    pid: pid as Pid,
    report,
    ends: {
      readiness: descriptor(readiness),
      notify: notify > 0 ? { fd: notify as Fd, address } : undefined,
      control: descriptor(control),
    },
  };
}
