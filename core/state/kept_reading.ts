/**
 * What is found in a memory that blocks were kept in, whenever its writer has died.
 */
import {
  type BlockKind,
  FIRST,
  FORMAT,
  GONE,
  HEADER,
  LARGEST_BLOCK,
  MAGIC,
  PIECE,
  piecesOf,
  SEAL,
  sealOf,
  TURN,
  USED,
} from "./kept_form.ts";

/** What was kept: the contents of each number's block, for each kind. */
export type Kept = ReadonlyMap<BlockKind, ReadonlyMap<number, Uint8Array>>;

/** Why it cannot be read, for people. */
export interface KeptFault {
  readonly kind: "fault";
  readonly why: string;
}

/**
 * Reads what counts: of a writer that is gone, or of `KeptBlocks.sealed`, which is held
 * against its seal. The contents are parts of the memory given, or of a copy.
 *
 * @param memory May begin anywhere, hold anything, and be longer than what was written.
 */
export function readKept(memory: Uint8Array): { readonly kind: "kept"; kept: Kept } | KeptFault {
  if (memory.length < FIRST) return fault("it is too short");
  const aligned = memory.byteOffset % 8 === 0 ? memory : memory.slice();
  const { buffer, byteOffset, length } = aligned;
  const words = new Int32Array(buffer, byteOffset, length >> 2);
  const doubles = new Float64Array(buffer, byteOffset, length >> 3);
  if (words[0] !== MAGIC) return fault("it does not begin as kept state does");
  if (words[1] !== FORMAT) return fault(`its format is ${words[1]}, and ${FORMAT} is understood`);
  const used = doubles[USED] ?? 0;
  if (!Number.isInteger(used) || used < FIRST || used > length || used % PIECE !== 0) {
    return fault("its length is wrong");
  }
  const seal = words[SEAL] ?? 0;
  if (seal !== 0 && seal !== sealOf(words.subarray(0, used >> 2))) {
    return fault("its seal is broken");
  }
  return readBlocks({ bytes: aligned, words, doubles, used });
}

interface Memory {
  readonly bytes: Uint8Array;
  readonly words: Int32Array;
  readonly doubles: Float64Array;
  readonly used: number;
}

function readBlocks(
  { bytes, words, doubles, used }: Memory,
): { readonly kind: "kept"; kept: Kept } | KeptFault {
  const lastTurn = doubles[TURN] ?? 0;
  const kept = new Map<number, Map<number, Uint8Array>>();
  const turns = new Map<number, Map<number, number>>();
  for (let at = FIRST; at < used;) {
    const lengthAndKind = words[(at >> 2) + 3] ?? 0;
    const length = lengthAndKind & LARGEST_BLOCK;
    const start = at + HEADER;
    const turn = doubles[at >> 3] ?? 0;
    if (start + length > used) return fault("a block is longer than the whole");
    if (!Number.isInteger(turn) || turn < 0) return fault("a block is of no turn");
    const number = (words[(at >> 2) + 2] ?? 0) >>> 0;
    const kind = lengthAndKind >>> 24;
    at += piecesOf(length) * PIECE;
    if (turn === 0 || turn > lastTurn) continue;
    const known = mapOf(turns, kind & ~GONE);
    const other = known.get(number) ?? 0;
    if (other === turn) return fault("a block is there twice");
    if (other > turn) continue;
    known.set(number, turn);
    const blocks = mapOf(kept, kind & ~GONE);
    if ((kind & GONE) !== 0) blocks.delete(number);
    else blocks.set(number, bytes.subarray(start, start + length));
  }
  return { kind: "kept", kept };
}

function mapOf<T>(maps: Map<number, Map<number, T>>, kind: number): Map<number, T> {
  const found = maps.get(kind);
  if (found !== undefined) return found;
  const made = new Map<number, T>();
  maps.set(kind, made);
  return made;
}

function fault(why: string): KeptFault {
  return { kind: "fault", why };
}
