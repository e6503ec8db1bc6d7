/**
 * Where the fields of a block lie, worked out from their names alone: so a list of names tells a
 * later version all that it needs to find what an earlier one has written.
 *
 * Fields of eight bytes come first, then those of four, then up to 32 flags in four bytes, if there
 * are any, then those of one byte.
 */

/** The names of a block's fields, in order, by their size. */
export interface FieldNames {
  readonly doubles: readonly string[];
  readonly words: readonly string[];
  readonly flags: readonly string[];
  readonly bytes: readonly string[];
}

/** Places of fields in units of their size from the beginning of the block; of flags the mask. */
export interface Layout<Names extends FieldNames = FieldNames> {
  readonly names: Names;
  readonly double: Readonly<Record<Names["doubles"][number], number>>;
  readonly word: Readonly<Record<Names["words"][number], number>>;
  /** Place of the word that holds the flags, and the mask of each. */
  readonly flagWord: number;
  readonly flag: Readonly<Record<Names["flags"][number], number>>;
  readonly byte: Readonly<Record<Names["bytes"][number], number>>;
  /** Bytes of all fields together, a multiple of four. */
  readonly size: number;
}

/** @throws {RangeError} When there are more than 32 flags. */
export function layoutOf<const Names extends FieldNames>(names: Names): Layout<Names> {
  if (names.flags.length > 32) throw new RangeError("A block has room for 32 flags");
  const flagWord = 2 * names.doubles.length + names.words.length;
  const firstByte = 4 * (flagWord + (names.flags.length > 0 ? 1 : 0));
  // Whole words: so the check over a block takes all of it in.
  const size = (firstByte + names.bytes.length + 3) & ~3;
  return {
    names,
    double: numbered<Names["doubles"]>(names.doubles, (index) => index),
    word: numbered<Names["words"]>(names.words, (index) => 2 * names.doubles.length + index),
    flagWord,
    flag: numbered<Names["flags"]>(names.flags, (index) => 1 << index),
    byte: numbered<Names["bytes"]>(names.bytes, (index) => firstByte + index),
    size,
  };
}

function numbered<Names extends readonly string[]>(
  names: Names,
  place: (index: number) => number,
): Record<Names[number], number> {
  const places = names.map((name, index) => [name, place(index)] as const);
  return Object.fromEntries(places) as Record<Names[number], number>;
}

/** The fields of a block that somebody has written. One that is not there reads as undefined. */
export class Fields {
  readonly #layout: Layout;
  readonly #view: DataView;
  readonly #flags: number;

  /** @param contents At least as long as the layout says; what follows is not looked at. */
  constructor(layout: Layout, contents: Uint8Array) {
    this.#layout = layout;
    this.#view = new DataView(contents.buffer, contents.byteOffset, contents.length);
    const hasFlags = layout.names.flags.length > 0;
    this.#flags = hasFlags ? this.#view.getInt32(4 * layout.flagWord, IS_LITTLE) : 0;
  }

  double(name: string): number | undefined {
    const place = this.#layout.double[name];
    return place === undefined ? undefined : this.#view.getFloat64(8 * place, IS_LITTLE);
  }

  /** With a sign. */
  word(name: string): number | undefined {
    const place = this.#layout.word[name];
    return place === undefined ? undefined : this.#view.getInt32(4 * place, IS_LITTLE);
  }

  flag(name: string): boolean | undefined {
    const mask = this.#layout.flag[name];
    return mask === undefined ? undefined : (this.#flags & mask) !== 0;
  }

  byte(name: string): number | undefined {
    const place = this.#layout.byte[name];
    return place === undefined ? undefined : this.#view.getUint8(place);
  }
}

/** The byte order of this machine. */
const IS_LITTLE = new Uint8Array(new Uint32Array([1]).buffer)[0] === 1;
