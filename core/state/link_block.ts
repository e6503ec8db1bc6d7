/**
 * The block of a link: a small one, because a service that waits for a thousand others has one of
 * its links changed a thousand times.
 */
import type { Link, LinkKind } from "../service/record/record.ts";
import { CODES, type Words } from "./codes.ts";
import type { KeptBlocks } from "./kept_blocks.ts";
import { KIND } from "./kinds.ts";
import { Fields, type Layout, layoutOf } from "./layout.ts";

/** How the block is made; `check` is the low byte of {@link checkOfLink}. */
export const LINK_LAYOUT = layoutOf({
  doubles: [],
  words: ["from", "to", "place"],
  flags: [],
  bytes: ["kind", "waits", "holds", "check"],
});

/** A link whose ends are given by their numbers. */
export interface WrittenLink {
  readonly number: number;
  readonly place: number;
  readonly kind: LinkKind;
  readonly from: number;
  readonly to: number;
  readonly waits: boolean;
  readonly holds: boolean;
}

/** @returns False when there is no room left. */
export function putLink(blocks: KeptBlocks, link: Link): boolean {
  const at = blocks.begin(KIND.link, link.number, LINK_LAYOUT.size);
  if (at < 0) return false;
  const { word, byte } = LINK_LAYOUT;
  const { bytes, words } = blocks;
  const start = at >> 2;
  const from = link.from.id;
  const to = link.to.id;
  const kind = CODES.linkKind[link.kind];
  const bits = (link.waits ? 1 : 0) | (link.holds ? 2 : 0);
  words[start + word.from] = from;
  words[start + word.to] = to;
  words[start + word.place] = link.place;
  bytes[at + byte.kind] = kind;
  bytes[at + byte.waits] = bits & 1;
  bytes[at + byte.holds] = bits >> 1;
  bytes[at + byte.check] = checkOfLink(from, to, link.place, kind << 2 | bits);
  return true;
}

/** Of all that is in the block; only its low byte is kept. */
function checkOfLink(from: number, to: number, place: number, rest: number): number {
  const sum = 3 * from + 5 * to + 7 * place + 11 * rest + 1;
  return sum ^ sum >> 8 ^ sum >> 16 ^ sum >> 24;
}

/** @returns Undefined when the block is not as it was written. */
export function readLink(
  number: number,
  contents: Uint8Array,
  layout: Layout,
  words: Words,
): WrittenLink | undefined {
  if (contents.length < layout.size) return undefined;
  const fields = new Fields(layout, contents);
  const [from = 0, to = 0, place = 0] = [
    fields.word("from"),
    fields.word("to"),
    fields.word("place"),
  ];
  const code = fields.byte("kind") ?? 0;
  const kind = words.linkKind.get(code);
  const bits = (fields.byte("waits") ?? 0) | (fields.byte("holds") ?? 0) << 1;
  const check = checkOfLink(from, to, place, code << 2 | bits) & 0xff;
  if (kind === undefined || bits > 3 || fields.byte("check") !== check) return undefined;
  return {
    number,
    place: place >>> 0,
    kind,
    from: from >>> 0,
    to: to >>> 0,
    waits: (bits & 1) !== 0,
    holds: (bits & 2) !== 0,
  };
}
