/**
 * The block that says how the others are to be read: the version, the names of fields in their
 * order, the words behind numbers, and what is usual of a description.
 *
 * An older version is read by these: a field that it did not have is as in a fresh record, one that
 * is no more is passed over. A newer one may mean something else by a name that is known here, so
 * it is refused.
 */
import { once } from "../once.ts";
import { CODES, type Words, wordsOf } from "./codes.ts";
import { mergedDescription, USUAL, type UsualDescription } from "./description_block.ts";
import { type FieldNames, type Layout, layoutOf } from "./layout.ts";
import { LINK_LAYOUT } from "./link_block.ts";
import { isObject, parseJson } from "./json_block.ts";
import { toPlain } from "./plain_json.ts";
import { SERVICE_LAYOUT } from "./service_block.ts";
import { COUNTERS_LAYOUT } from "./whole_block.ts";

/**
 * Raised when what is written does not mean any more what it meant. A field more or less is no
 * reason: those are told by their names.
 */
export const STATE_VERSION = 2;

/** How the blocks are to be read. */
export interface Form {
  readonly version: number;
  readonly service: Layout;
  readonly link: Layout;
  readonly counters: Layout;
  readonly words: Words;
  readonly usual: UsualDescription;
}

/** What this version writes. */
const headerText = once(() =>
  JSON.stringify({
    version: STATE_VERSION,
    service: SERVICE_LAYOUT.names,
    link: LINK_LAYOUT.names,
    counters: COUNTERS_LAYOUT.names,
    codes: CODES,
    usual: toPlain(USUAL),
  })
);

/** The block as this version writes it. */
export const headerBytes: () => Uint8Array = once(() => new TextEncoder().encode(headerText()));

/** That of this version: what it has written itself it need not work out anew. */
const ownForm = once((): Form => ({
  version: STATE_VERSION,
  service: SERVICE_LAYOUT,
  link: LINK_LAYOUT,
  counters: COUNTERS_LAYOUT,
  words: wordsOf(CODES),
  usual: USUAL,
}));

/** @returns Why it cannot be read, in a text, or how the others are to be read. */
export function readHeader(contents: Uint8Array): Form | string {
  if (new TextDecoder().decode(contents) === headerText()) return ownForm();
  const value = parseJson(contents)?.value;
  if (!isObject(value)) return "its header is damaged";
  const { version, service, link, counters, codes, usual } = value;
  if (typeof version !== "number") return "its header is damaged";
  if (version > STATE_VERSION) {
    return `it is of version ${version}, and this program understands those up to ${STATE_VERSION}`;
  }
  const areNames = isFieldNames(service) && isFieldNames(link) && isFieldNames(counters);
  if (!areNames || !isObject(usual) || !isCodes(codes)) return "its header is damaged";
  return {
    version,
    service: layoutOf(service),
    link: layoutOf(link),
    counters: layoutOf(counters),
    words: wordsOf(codes),
    usual: mergedDescription(USUAL, usual),
  };
}

function isFieldNames(value: unknown): value is FieldNames {
  if (!isObject(value)) return false;
  const { doubles, words, flags, bytes } = value;
  return [doubles, words, flags, bytes].every(isTexts) && (flags as unknown[]).length <= 32;
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((item) => typeof item === "string");
}

function isCodes(value: unknown): value is Readonly<Record<string, Record<string, number>>> {
  return isObject(value) &&
    Object.values(value).every((codes) =>
      isObject(codes) && Object.values(codes).every((code) => typeof code === "number")
    );
}
