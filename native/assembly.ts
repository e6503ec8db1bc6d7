/**
 * The part of an assembler that no processor changes: labels, their addresses, and instructions
 * that are longer when what they reach is further away.
 *
 * Branches begin in their shortest form. Each walk places everything and makes those longer that
 * cannot reach their target; when a walk makes none longer, the addresses are right.
 */

/** One thing in the order of addresses. */
export type Item =
  | { readonly kind: "label"; readonly name: string }
  | { readonly kind: "code"; readonly bytes: readonly number[]; readonly text: string }
  | { readonly kind: "data"; readonly bytes: readonly number[]; readonly text: string }
  | Reaching;

/** An instruction that holds the distance to a label. */
export interface Reaching {
  readonly kind: "reaching";
  readonly target: string;
  /** Bytes behind the label that are meant. */
  readonly offset: number;
  /** Shortest first; the last one must reach everything that a program can hold. */
  readonly encodings: readonly Encoding[];
}

export interface Encoding {
  readonly size: number;
  /**
   * @param distance From the instruction's first byte to the target.
   * @returns undefined when it does not reach so far.
   */
  encode(distance: number, target: number): Encoded | undefined;
}

export interface Encoded {
  readonly bytes: readonly number[];
  /** Of several instructions: with "; " between them. */
  readonly text: string;
}

/** One line of a listing. */
export interface Line {
  readonly address: number;
  readonly kind: "label" | "code" | "data";
  readonly bytes: readonly number[];
  readonly text: string;
}

export interface Assembled {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly listing: readonly Line[];
  /** Addresses of the program's labels. */
  readonly labels: ReadonlyMap<string, number>;
}

/**
 * Places and encodes a program.
 *
 * @param base Address of its first byte.
 * @param outside Labels that lie elsewhere, with their addresses.
 * @throws {Error} A label is defined twice or not at all, or is out of an instruction's reach.
 */
export function assemble(
  items: readonly Item[],
  base = 0,
  outside: Readonly<Record<string, number>> = {},
): Assembled {
  const chosen = new Map<Reaching, number>();
  for (;;) {
    const labels = place(items, base, outside, chosen);
    if (!lengthen(items, base, labels, chosen)) return encode(items, base, labels, chosen);
  }
}

function sizeOf(item: Item, chosen: ReadonlyMap<Reaching, number>): number {
  switch (item.kind) {
    case "label":
      return 0;
    case "code":
    case "data":
      return item.bytes.length;
    case "reaching":
      return encodingOf(item, chosen).size;
  }
}

function encodingOf(item: Reaching, chosen: ReadonlyMap<Reaching, number>): Encoding {
  const encoding = item.encodings[chosen.get(item) ?? 0];
  if (encoding === undefined) throw new Error(`No instruction reaches "${item.target}"`);
  return encoding;
}

function place(
  items: readonly Item[],
  base: number,
  outside: Readonly<Record<string, number>>,
  chosen: ReadonlyMap<Reaching, number>,
): Map<string, number> {
  const labels = new Map(Object.entries(outside));
  let here = base;
  for (const item of items) {
    if (item.kind === "label") {
      if (labels.has(item.name)) throw new Error(`Label "${item.name}" is defined twice`);
      labels.set(item.name, here);
    }
    here += sizeOf(item, chosen);
  }
  return labels;
}

function addressIn(labels: ReadonlyMap<string, number>, item: Reaching): number {
  const address = labels.get(item.target);
  if (address === undefined) throw new Error(`Label "${item.target}" is not defined`);
  return address + item.offset;
}

/** @returns Whether any instruction had to become longer. */
function lengthen(
  items: readonly Item[],
  base: number,
  labels: ReadonlyMap<string, number>,
  chosen: Map<Reaching, number>,
): boolean {
  let isChanged = false;
  let here = base;
  for (const item of items) {
    const size = sizeOf(item, chosen);
    if (item.kind === "reaching") {
      const target = addressIn(labels, item);
      if (encodingOf(item, chosen).encode(target - here, target) === undefined) {
        chosen.set(item, (chosen.get(item) ?? 0) + 1);
        isChanged = true;
      }
    }
    here += size;
  }
  return isChanged;
}

function encode(
  items: readonly Item[],
  base: number,
  labels: ReadonlyMap<string, number>,
  chosen: ReadonlyMap<Reaching, number>,
): Assembled {
  const listing: Line[] = [];
  const all: number[] = [];
  for (const item of items) {
    const address = base + all.length;
    if (item.kind === "label") {
      listing.push({ address, kind: "label", bytes: [], text: item.name });
      continue;
    }
    const { bytes, text } = item.kind === "reaching" ? reach(item, address, labels, chosen) : item;
    listing.push({ address, kind: item.kind === "data" ? "data" : "code", bytes, text });
    all.push(...bytes);
  }
  return { bytes: new Uint8Array(all), listing, labels };
}

function reach(
  item: Reaching,
  here: number,
  labels: ReadonlyMap<string, number>,
  chosen: ReadonlyMap<Reaching, number>,
): Encoded {
  const target = addressIn(labels, item);
  const encoded = encodingOf(item, chosen).encode(target - here, target);
  if (encoded === undefined) throw new Error(`"${item.target}" is out of reach`);
  return encoded;
}
