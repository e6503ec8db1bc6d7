/**
 * The part of an assembler that no processor changes: labels, their addresses, data between the code.
 *
 * A program is a list of items whose sizes are known before any address is, so one walk places them
 * and a second one encodes them. The instructions are in `assembler_x86_64.ts` and `assembler_aarch64.ts`.
 */

/** Finds the address of a label. */
export type AddressOf = (label: string) => number;

/** One instruction, datum or label. */
export interface Item {
  /** Label that stands before the item. */
  readonly label?: string;
  /** Bytes that the item fills; the same wherever it is placed. */
  readonly size: number;
  /** @param here Address of the item's first byte. */
  readonly encode: (here: number, addressOf: AddressOf) => readonly number[];
}

/** Names the place that follows. */
export function label(name: string): Item {
  return { label: name, size: 0, encode: () => [] };
}

/** Bytes as they are. */
export function data(values: Iterable<number>): Item {
  const bytes = [...values];
  return { size: bytes.length, encode: () => bytes };
}

/** A text in UTF-8 with the zero byte that ends it in C. */
export function text(value: string): Item {
  return data([...new TextEncoder().encode(value), 0]);
}

/** A number as little-endian bytes. */
export function littleEndian(value: number | bigint, byteCount: number): number[] {
  const bytes: number[] = [];
  let rest = BigInt.asUintN(byteCount * 8, BigInt(value));
  for (let i = 0; i < byteCount; i++) {
    bytes.push(Number(rest & 0xffn));
    rest >>= 8n;
  }
  return bytes;
}

/**
 * Places and encodes a program.
 *
 * @param base Address of its first byte.
 * @param outside Labels that lie elsewhere, with their addresses.
 * @throws {Error} A label is defined twice or not at all, or a jump is out of the instruction's reach.
 */
export function assemble(
  items: readonly Item[],
  base: number,
  outside: Readonly<Record<string, number>>,
): Uint8Array<ArrayBuffer> {
  const addresses = new Map<string, number>(Object.entries(outside));
  let end = base;
  for (const item of items) {
    if (item.label !== undefined) {
      if (addresses.has(item.label)) throw new Error(`Label "${item.label}" is defined twice`);
      addresses.set(item.label, end);
    }
    end += item.size;
  }
  const addressOf = (name: string): number => {
    const address = addresses.get(name);
    if (address === undefined) throw new Error(`Label "${name}" is not defined`);
    return address;
  };

  const program = new Uint8Array(end - base);
  let here = base;
  for (const item of items) {
    program.set(item.encode(here, addressOf), here - base);
    here += item.size;
  }
  return program;
}
