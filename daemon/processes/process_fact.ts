/**
 * A process of a service as a fact that outlives the manager: whose it is, and by what a later
 * manager tells it from another process with its number. There is one for each launch, so what all
 * have is a row of numbers, and what few have follows as JSON.
 *
 *     0  check     4  service, twice; 1 more for a stop command     8  when it was seen    16  JSON
 */
import { checkOf, isCheck } from "../../core/state/check_word.ts";
import type { KeptBlocks } from "../../core/state/kept_blocks.ts";
import type { BlockKind } from "../../core/state/kept_form.ts";
import type { Kept } from "../../core/state/kept_reading.ts";
import type { Pid, ServiceId } from "../../core/types.ts";
import { readTaggedText, taggedText } from "../kept/encoding.ts";
import { FACT_KIND, type FoundFacts } from "../kept/facts.ts";
import type { ServiceProcess } from "./service_process.ts";

const ROW_BYTES = 16;
const SPACE = 32;
const NOTHING = new Uint8Array(0);

/** What few processes have. */
type RareParts = Omit<ServiceProcess, "service" | "role">;

/** A process as it was found. */
export interface FoundProcessFact extends ServiceProcess {
  readonly pid: Pid;
  /**
   * It had this number then, by the clock that processes are dated by: one with this number that is
   * younger is another one.
   */
  readonly seenMs: number;
}

/**
 * Puts a process whose number is nobody else's now.
 *
 * @param nowMs By the clock that processes are dated by.
 * @returns False when there is no room left.
 */
export function putProcess(
  blocks: KeptBlocks,
  { kind, pid, nowMs }: { readonly kind: BlockKind; readonly pid: number; readonly nowMs: number },
  process: ServiceProcess,
): boolean {
  const { pidFile, watched, isStranger, successor } = process;
  const hasRare = pidFile !== undefined || watched !== undefined || isStranger !== undefined ||
    successor !== undefined;
  const rare = hasRare ? rareBytes({ pidFile, watched, isStranger, successor }) : NOTHING;
  const length = ROW_BYTES + rare.length;
  const at = blocks.begin(kind, pid, length);
  if (at < 0) return false;
  const { words, doubles, bytes } = blocks;
  const word = at >> 2;
  words[word + 1] = process.service << 1 | (process.role === "stop" ? 1 : 0);
  doubles[(at >> 3) + 1] = nowMs;
  if (hasRare) bytes.set(rare, at + ROW_BYTES);
  words[word] = checkOf(words, word + 1, (at + length) >> 2);
  return true;
}

/** With spaces up to whole words. */
function rareBytes(rare: { readonly [Name in keyof RareParts]: RareParts[Name] | undefined }) {
  const json = new TextEncoder().encode(taggedText(rare));
  const bytes = new Uint8Array((json.length + 3) & ~3).fill(SPACE);
  bytes.set(json);
  return bytes;
}

/** All that were noted, in no order. */
export function readProcesses(kept: Kept): FoundFacts<FoundProcessFact> {
  const facts = new Map<number, FoundProcessFact>();
  const damaged: number[] = [];
  for (const [number, contents] of kept.get(FACT_KIND.process) ?? []) {
    const fact = readProcess(number as Pid, contents);
    if (fact === undefined) damaged.push(number);
    else facts.set(number, fact);
  }
  return { facts, damaged };
}

function readProcess(pid: Pid, contents: Uint8Array): FoundProcessFact | undefined {
  if (contents.length < ROW_BYTES || contents.length % 4 !== 0) return undefined;
  const { buffer } = contents.slice();
  const words = new Int32Array(buffer);
  const [check, owner = 0] = words;
  if (!isCheck(check, words, 1)) return undefined;
  const json = new TextDecoder().decode(contents.subarray(ROW_BYTES));
  const rare = json === "" ? { value: {} } : readTaggedText(json);
  if (rare === undefined) return undefined;
  return {
    ...rare.value as RareParts,
    pid,
    service: (owner >> 1) as ServiceId,
    role: (owner & 1) === 0 ? "start" : "stop",
    seenMs: new DataView(buffer).getFloat64(8, true),
  };
}
