/**
 * Names of services as they are written on a command line: as they are, or as a pattern of the
 * shells' kind: `*` is any text, `?` any one character, `[a-z]` and `[!a-z]` one of a set or
 * outside it. A backslash before one of these three makes it stand for itself.
 *
 * An argument may hold any character, also these: `svc@[::1]` is a name unless services fit the
 * pattern.
 */

export type NameOperand =
  | { readonly kind: "name"; readonly name: string }
  | {
    readonly kind: "pattern";
    fits(name: string): boolean;
    /** Holds `*` or `?`: it is never taken for a name that is to be loaded. */
    readonly isCertain: boolean;
  };

/** Most words have none of them. */
const HAS_MEANING = /[\\*?[]/;

/** Reads one word. */
export function readNameOperand(word: string): NameOperand {
  if (!HAS_MEANING.test(word)) return { kind: "name", name: word };
  const parts = tokens(word);
  const isCertain = parts.some(({ kind }) => kind === "any" || kind === "one");
  if (!isCertain && !parts.some(({ kind }) => kind === "set")) {
    return { kind: "name", name: parts.map(({ text }) => text).join("") };
  }
  const expression = toExpression(parts);
  return { kind: "pattern", fits: (name) => expression.test(name), isCertain };
}

/** Tells whether a name fits one of the words, from its beginning to its end. */
export function nameMatcher(words: readonly string[]): (name: string) => boolean {
  const operands = words.map(readNameOperand);
  return (name) =>
    operands.some((operand) =>
      operand.kind === "name" ? operand.name === name : operand.fits(name)
    );
}

interface Token {
  readonly kind: "any" | "one" | "set" | "text";
  /** What it stands for; of a set what is between its brackets. */
  readonly text: string;
}

const TOKEN = /\\([*?[])|\*|\?|\[([!^]?\]?[^\]]*)\]|[^]/gu;

function tokens(word: string): readonly Token[] {
  return Array.from(word.matchAll(TOKEN), ([whole, escaped, set]) => {
    if (escaped !== undefined) return { kind: "text", text: escaped };
    if (set !== undefined) return { kind: "set", text: set };
    if (whole === "*") return { kind: "any", text: whole };
    return { kind: whole === "?" ? "one" : "text", text: whole };
  });
}

function toExpression(parts: readonly Token[]): RegExp {
  const source = parts.map(({ kind, text }) => {
    switch (kind) {
      case "any":
        return ".*";
      case "one":
        return ".";
      case "set":
        return setSource(text);
      case "text":
        return text.replace(/[.*+?^${}()|[\]\\/]/g, "\\$&");
    }
  }).join("");
  try {
    return new RegExp(`^${source}$`, "su");
  } catch {
    // A range that runs backwards, as in [z-a], holds nothing.
    return /^(?!)$/;
  }
}

function setSource(text: string): string {
  const isOutside = /^[!^]/.test(text);
  const members = (isOutside ? text.slice(1) : text).replace(/[\]\\[^]/g, "\\$&");
  return `[${isOutside ? "^" : ""}${members}]`;
}
