/**
 * Values of descriptions for JSON, and back: what JSON has no word for is an object with one member
 * whose name begins with `$`; undefined is null, which descriptions do not use.
 *
 * Texts that are not valid Unicode (`core/text/byte_text.ts`) keep their characters: JSON writes a
 * lone surrogate as an escape.
 */

const BIGINT = "$bigint";
const MAP = "$map";

/** @returns What `JSON.stringify` writes without a loss. */
export function toPlain(value: unknown): unknown {
  switch (typeof value) {
    case "undefined":
      return null;
    case "bigint":
      return { [BIGINT]: value.toString() };
    case "object":
      break;
    default:
      return value;
  }
  if (value === null) return null;
  if (Array.isArray(value)) return value.map(toPlain);
  if (value instanceof Map) return { [MAP]: Array.from(value, toPlain) };
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, toPlain(part)]));
}

/** The inverse of {@link toPlain}. */
export function fromPlain(plain: unknown): unknown {
  if (plain === null) return undefined;
  if (typeof plain !== "object") return plain;
  if (Array.isArray(plain)) return plain.every(isItself) ? plain : plain.map(fromPlain);
  const entries = Object.entries(plain);
  const [key, part] = entries[0] ?? [];
  if (entries.every(([name, value]) => isItself(value) && name[0] !== "$")) return plain;
  if (key === BIGINT && typeof part === "string" && /^-?[0-9]+$/.test(part)) return BigInt(part);
  if (key === MAP && Array.isArray(part)) {
    return new Map(part.flatMap((item) => Array.isArray(item) ? [pairOf(item)] : []));
  }
  return Object.fromEntries(entries.map(([name, value]) => [name, fromPlain(value)]));
}

function isItself(plain: unknown): boolean {
  return typeof plain !== "object";
}

function pairOf([key, value]: readonly unknown[]): readonly [unknown, unknown] {
  return [fromPlain(key), fromPlain(value)];
}
