/**
 * Variables in settings: `$NAME`, `${NAME:-word}`, `$/NAME`, `$1`.
 *
 *     substitution = "$$" | "$" ["/"] ( name | "{" name [ [":"] ("-" | "+") word ] "}" )
 *
 * It works on finished values: quotes and backslashes are gone and protect nothing, a substituted
 * value is not looked at again. `$1` is the service's argument. `$/` divides the value at
 * whitespace; in a command those parts become arguments of their own, elsewhere whitespace is
 * collapsed.
 */
import { isBlank } from "./words.ts";

/** Where values come from. */
export interface Variables {
  /** The part of the service's name after `@`; undefined without one. */
  readonly argument: string | undefined;
  /** @returns undefined when the variable is not set. */
  value(name: string): string | undefined;
}

/** A fault; `offset` is the index of the `$` in the text. */
export interface SubstitutionFault {
  readonly kind: "fault";
  readonly offset: number;
  readonly why: string;
}

/** A variable without a word for the case that it is not set. */
export interface PlainUse {
  readonly name: string;
  /** Index of the `$` in the text. */
  readonly offset: number;
  readonly isSet: boolean;
  /** By `$/`: it may become no argument at all, and is mostly meant so. */
  readonly splits: boolean;
}

/** Replaces the variables in one argument of a command, which may become several or none. */
export function substituteArgument(
  text: string,
  variables: Variables,
):
  | { readonly kind: "arguments"; readonly words: string[]; readonly uses: readonly PlainUse[] }
  | SubstitutionFault {
  const words: string[] = [];
  const uses: PlainUse[] = [];
  // Undefined: no argument is open. A plain substitution opens one even if it is empty.
  let open: string | undefined;
  let index = 0;
  while (index < text.length) {
    const dollar = text.indexOf("$", index);
    if (dollar !== index) {
      const end = dollar < 0 ? text.length : dollar;
      open = (open ?? "") + text.slice(index, end);
      index = end;
      continue;
    }
    const piece = readSubstitution(text, dollar, variables);
    if (piece.kind === "fault") return piece;
    index = piece.end;
    if (piece.plain !== undefined) {
      uses.push({ ...piece.plain, offset: dollar, splits: piece.splits });
    }
    if (!piece.splits) {
      open = (open ?? "") + piece.text;
      continue;
    }
    for (const character of piece.text) {
      if (!isBlank(character)) {
        open = (open ?? "") + character;
      } else if (open !== undefined) {
        words.push(open);
        open = undefined;
      }
    }
  }
  if (open !== undefined || text === "") words.push(open ?? "");
  return { kind: "arguments", words, uses };
}

/** Replaces the variables in a value that is one text. */
export function substituteText(
  text: string,
  variables: Variables,
):
  | { readonly kind: "text"; readonly text: string; readonly uses: readonly PlainUse[] }
  | SubstitutionFault {
  if (!text.includes("$")) return { kind: "text", text, uses: NO_USES };
  const result = substituteArgument(text, variables);
  if (result.kind === "fault") return result;
  return { kind: "text", text: result.words.join(" "), uses: result.uses };
}

const NO_USES: readonly PlainUse[] = [];

/**
 * The first variable of a text that is not set and becomes nothing, although that may not be meant.
 */
export function firstUnset(uses: readonly PlainUse[]): PlainUse | undefined {
  return uses.find(({ isSet, splits }) => !isSet && !splits);
}

/** What to say of it, after the name of what it is in. */
export function unsetText({ name }: PlainUse): string {
  return `the variable ${JSON.stringify(name)} is not set, so $${name} becomes nothing`;
}

interface Piece {
  readonly kind: "piece";
  readonly text: string;
  readonly splits: boolean;
  /** Of a variable without an operator; `$1` and `$$` are none. */
  readonly plain?: Pick<PlainUse, "name" | "isSet">;
  /** Index behind the substitution. */
  readonly end: number;
}

const NAME = /[0-9]+|[A-Za-z_\u0080-\uffff][A-Za-z0-9_\u0080-\uffff]*/y;

function readSubstitution(
  text: string,
  dollar: number,
  variables: Variables,
): Piece | SubstitutionFault {
  let index = dollar + 1;
  if (text[index] === "$") return { kind: "piece", text: "$", splits: false, end: index + 1 };
  const splits = text[index] === "/";
  if (splits) index++;
  const braced = text[index] === "{";
  if (braced) index++;
  NAME.lastIndex = index;
  const name = NAME.exec(text)?.[0];
  if (name === undefined) {
    return fault(dollar, "no variable name follows the $ (a plain dollar sign is written $$)");
  }
  index += name.length;
  const alternative = braced ? readAlternative(text, index, dollar) : NO_ALTERNATIVE;
  if (alternative.kind === "fault") return alternative;
  const value = lookUp(name, variables, dollar, alternative.operator);
  if (typeof value === "object") return value;
  const isPlain = alternative.operator === "" && name !== "1";
  return {
    ...(isPlain ? { plain: { name, isSet: value !== undefined } } : {}),
    kind: "piece",
    text: applyAlternative(value, alternative),
    splits,
    end: braced ? alternative.end : index,
  };
}

/** What follows the name inside braces; `end` is the index behind the closing brace. */
interface Alternative {
  readonly kind: "alternative";
  readonly operator: "" | "-" | "+" | ":-" | ":+";
  readonly word: string;
  readonly end: number;
}

const NO_ALTERNATIVE: Alternative = { kind: "alternative", operator: "", word: "", end: 0 };

function readAlternative(
  text: string,
  start: number,
  dollar: number,
): Alternative | SubstitutionFault {
  const close = text.indexOf("}", start);
  if (text[start] === ":" && text[start + 1] !== "-" && text[start + 1] !== "+") {
    return fault(dollar, "a - or + must follow the colon, as in ${NAME:-word}");
  }
  if (close < 0) return fault(dollar, "the closing brace is missing");
  if (close === start) return { ...NO_ALTERNATIVE, end: close + 1 };
  const operator = /^:?[-+]/.exec(text.slice(start, start + 2))?.[0];
  if (operator === undefined) {
    return fault(dollar, "after the name in braces, only -, +, :- or :+ and a word may follow");
  }
  return {
    kind: "alternative",
    operator: operator as Alternative["operator"],
    word: text.slice(start + operator.length, close),
    end: close + 1,
  };
}

function lookUp(
  name: string,
  variables: Variables,
  dollar: number,
  operator: Alternative["operator"],
): string | undefined | SubstitutionFault {
  const first = name.charCodeAt(0);
  const isNumber = first >= 0x30 && first <= 0x39;
  if (!isNumber) return variables.value(name);
  if (name !== "1") return fault(dollar, `$${name} does not exist: a service has one argument, $1`);
  if (variables.argument === undefined && operator === "") {
    return fault(dollar, "$1 needs a service argument, as in NAME@ARGUMENT, and there is none");
  }
  return variables.argument;
}

function applyAlternative(value: string | undefined, alternative: Alternative): string {
  switch (alternative.operator) {
    case "":
      return value ?? "";
    case "-":
      return value ?? alternative.word;
    case ":-":
      return value === undefined || value === "" ? alternative.word : value;
    case "+":
      return value === undefined ? "" : alternative.word;
    case ":+":
      return value === undefined || value === "" ? "" : alternative.word;
  }
}

function fault(offset: number, why: string): SubstitutionFault {
  return { kind: "fault", offset, why };
}
