/**
 * A time zone out of its file in `/usr/share/zoneinfo`. Source: RFC 8536 (TZif), and tzfile(5).
 *
 * The file lists the changes of the past and perhaps of some decades ahead; its last line is a rule
 * for all times after them (`posix_zone.ts`). Leap seconds (the files in `right/`) are refused: the
 * kernel's clock does not count them.
 */
import { readPosixZone } from "./posix_zone.ts";
import type { Zone, ZoneTime } from "./zone.ts";

const HEADER_BYTES = 44;
/** `TZif`. */
const MAGIC = 0x545a6966;
const UTC_TIME: ZoneTime = { offsetSeconds: 0, abbreviation: "UTC" };

interface Header {
  readonly version: number;
  readonly utcMarks: number;
  readonly standardMarks: number;
  readonly leapSeconds: number;
  readonly changes: number;
  readonly types: number;
  readonly characters: number;
}

/** @returns Undefined when the bytes are no file of a time zone, or one with leap seconds. */
export function readZoneFile(bytes: Uint8Array): Zone | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const first = readHeader(view, 0);
  if (first === undefined) return undefined;
  if (first.version < 2) return readBlock(view, { header: first, at: HEADER_BYTES, wide: 4 });
  const second = HEADER_BYTES + blockBytes(first, 4);
  const header = readHeader(view, second);
  if (header === undefined) return undefined;
  return readBlock(view, { header, at: second + HEADER_BYTES, wide: 8 });
}

function readHeader(view: DataView, at: number): Header | undefined {
  if (view.byteLength < at + HEADER_BYTES || view.getUint32(at) !== MAGIC) return undefined;
  const version = view.getUint8(at + 4);
  const [utcMarks = 0, standardMarks = 0, leapSeconds = 0, changes = 0, types = 0, characters = 0] =
    Array.from({ length: 6 }, (_, index) => view.getUint32(at + 20 + 4 * index));
  return {
    version: version === 0 ? 1 : version - 0x30,
    ...{ utcMarks, standardMarks, leapSeconds, changes, types, characters },
  };
}

/** @param wide Bytes of a time: 4 in the first block, 8 in the second. */
function blockBytes(header: Header, wide: 4 | 8): number {
  return header.changes * (wide + 1) + header.types * 6 + header.characters +
    header.leapSeconds * (wide + 4) + header.standardMarks + header.utcMarks;
}

function readBlock(
  view: DataView,
  { header, at, wide }: { readonly header: Header; readonly at: number; readonly wide: 4 | 8 },
): Zone | undefined {
  const end = at + blockBytes(header, wide);
  if (end > view.byteLength || header.types === 0 || header.leapSeconds > 0) return undefined;
  const types = readTypes(view, at + header.changes * (wide + 1), header);
  const times: number[] = [];
  const after: ZoneTime[] = [];
  for (let index = 0; index < header.changes; index++) {
    const place = at + index * wide;
    times.push(wide === 8 ? Number(view.getBigInt64(place)) : view.getInt32(place));
    const type = types[view.getUint8(at + header.changes * wide + index)];
    if (type === undefined) return undefined;
    after.push(type);
  }
  const footer = wide === 8 ? footerText(view, end) : "";
  const rule = footer === "" ? undefined : readPosixZone(footer);
  return new ListedZone({ times, after, first: types[0] ?? UTC_TIME, rule });
}

function readTypes(view: DataView, at: number, header: Header): readonly ZoneTime[] {
  const names = at + header.types * 6;
  return Array.from({ length: header.types }, (_, index) => {
    const place = at + index * 6;
    return {
      offsetSeconds: view.getInt32(place),
      abbreviation: textAt(view, names + view.getUint8(place + 5), names + header.characters),
    };
  });
}

function textAt(view: DataView, from: number, limit: number): string {
  let text = "";
  for (let at = from; at < limit; at++) {
    const code = view.getUint8(at);
    if (code === 0) break;
    text += String.fromCharCode(code);
  }
  return text;
}

/** The rule between two line feeds at the end; empty when there is none. */
function footerText(view: DataView, at: number): string {
  let text = "";
  for (let place = at + 1; place < view.byteLength; place++) {
    const character = String.fromCharCode(view.getUint8(place));
    if (character === "\n") break;
    text += character;
  }
  return text;
}

/** Changes in order, and a rule for the time after them. */
class ListedZone implements Zone {
  readonly #times: readonly number[];
  readonly #after: readonly ZoneTime[];
  readonly #first: ZoneTime;
  readonly #rule: Zone | undefined;
  /** Where the last search ended: the next is mostly about the same time. */
  #lastIndex = -1;

  constructor(
    { times, after, first, rule }: {
      readonly times: readonly number[];
      readonly after: readonly ZoneTime[];
      readonly first: ZoneTime;
      readonly rule: Zone | undefined;
    },
  ) {
    this.#times = times;
    this.#after = after;
    this.#first = first;
    this.#rule = rule;
  }

  at(seconds: number): ZoneTime {
    const index = this.#indexOf(seconds);
    if (index < 0) {
      return this.#rule !== undefined && this.#times.length === 0
        ? this.#rule.at(seconds)
        : this.#first;
    }
    if (index === this.#times.length - 1 && this.#rule !== undefined) return this.#rule.at(seconds);
    return this.#after[index] ?? this.#first;
  }

  /** Of the last change at or before a time; −1: there is none. */
  #indexOf(seconds: number): number {
    const last = this.#lastIndex;
    const from = this.#times[last];
    const to = this.#times[last + 1];
    const isAfter = from === undefined ? last < 0 : from <= seconds;
    const isBefore = to === undefined ? last >= 0 : seconds < to;
    if (isAfter && isBefore) return last;
    let low = -1;
    let high = this.#times.length;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if ((this.#times[middle] ?? 0) <= seconds) low = middle;
      else high = middle;
    }
    this.#lastIndex = low;
    return low;
  }
}
