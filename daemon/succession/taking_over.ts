/**
 * The other side of a succession: a program that finds itself in a manager's place reads the state,
 * and where it cannot go on with it, gives the place back.
 */
import { fd as asFd } from "../../core/types.ts";
import type { Failure, Platform } from "../../platform/mod.ts";
import { decodeKept, type KeptReading } from "../kept/encoding.ts";
import { type Handover, HANDOVER_VARIABLE, handoverText, parseHandover } from "../kept/handover.ts";

/** Far more than a hundred thousand services with full buffers need. */
const STATE_LIMIT_BYTES = 0x7fff_0000;

/** What this program was told by the one that was here before; undefined: there was none. */
export function takeHandover(): Handover | undefined {
  const text = Deno.env.get(HANDOVER_VARIABLE);
  if (text === undefined) return undefined;
  Deno.env.delete(HANDOVER_VARIABLE);
  return parseHandover(text);
}

/** Reads a state from its beginning; the descriptor stays the caller's. */
export function readState(platform: Pick<Platform, "readFromStart">, state: number): KeptReading {
  const read = platform.readFromStart(asFd(state), STATE_LIMIT_BYTES);
  if (read.kind === "failure") {
    return { kind: "refused", why: `it cannot be read: ${read.message}` };
  }
  return decodeKept(read.bytes);
}

/**
 * Executes the program that was here before, with the state as it has left it.
 *
 * @param why The end of a sentence.
 * @returns On failure, or when that program is this one and cannot go on either.
 */
export function giveBack(
  platform: Pick<Platform, "execute">,
  { state, predecessor, isBackBecause }: Handover,
  { environment, why }: {
    readonly environment: readonly string[];
    readonly why: string;
  },
): Failure | "was-back-already" {
  if (isBackBecause !== undefined) return "was-back-already";
  const { path, words } = predecessor;
  const back: Handover = { state, predecessor, isBackBecause: why };
  return platform.execute(path, [path, ...words], [...environment, handoverText(back)]);
}

/** All parts have adopted what is theirs: nobody comes back any more. */
export function closeHandover(
  platform: Pick<Platform, "close" | "removeFile">,
  { state, predecessor, isBackBecause }: Handover,
): void {
  platform.close(asFd(state));
  // One that is back runs from it.
  if (predecessor.isCopy && isBackBecause === undefined) platform.removeFile(predecessor.path);
}
