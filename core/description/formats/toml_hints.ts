/**
 * What a fault of TOML syntax probably was meant to be: slips made by those who know upstream's
 * format.
 */

import { nearest } from "../text/near_miss.ts";
import { findSetting } from "../settings/settings.ts";

/** A reason in our words and what to write instead. */
export interface SyntaxAdvice {
  readonly why: string;
  readonly hint: string | undefined;
}

/**
 * Puts the parser's reason into words for someone who writes service descriptions.
 *
 * @param reason The parser's own words.
 * @param lineText The line on which it stopped.
 * @param index Where in the line it stopped.
 */
export function adviseOnSyntax(reason: string, lineText: string, index: number): SyntaxAdvice {
  const statement = /^\s*([A-Za-z0-9_.-]+)\s*(\+=|:|=+)?\s*(.*)$/.exec(lineText);
  const known = adviseOnReason(reason, lineText, index);
  if (known !== undefined) return known;
  if (statement === null) {
    const hint = lineText.trimStart().startsWith("@") ? AT_LINE : undefined;
    return { why: reason, hint };
  }
  const [, key = "", operator, rest = ""] = statement;
  if (operator === "+=") {
    return { why: "+= does not exist", hint: `Put all values into one line: ${key} = [...]` };
  }
  if (operator === ":") {
    return { why: "a colon after a key", hint: `Write: ${key} = ${asList(rest)}` };
  }
  if (operator === undefined) {
    return { why: reason, hint: `Write: ${key} = ${quoted(rest)}` };
  }
  if (rest === "") return { why: "a value is missing after =", hint: undefined };
  if (rest.startsWith("[")) return adviseOnList(reason, key, rest);
  if (/^["'{]/.test(rest) && operator === "=") return { why: reason, hint: undefined };
  return { why: describeBareValue(reason, rest), hint: `Write: ${key} = ${bareAsToml(key, rest)}` };
}

const AT_LINE = "Lines that begin with @ exist in files without the suffix .toml only; " +
  "@meta enable-via is enable-via in the table [meta] here";

/** Faults that the parser's words tell enough of. */
function adviseOnReason(
  reason: string,
  lineText: string,
  index: number,
): SyntaxAdvice | undefined {
  const dotted = /^\s*(waits-for|depends-on|depends-ms)\s*\.\s*d\b/.exec(lineText)?.[1];
  if (dotted !== undefined) {
    return { why: `there is no setting ${dotted}.d`, hint: `It is called ${dotted}-d here` };
  }
  if (reason.includes("redefine")) {
    return {
      why: "this key or table was given before",
      hint: 'TOML allows a key once: put several values into one array, ["a", "b"]',
    };
  }
  if (reason.startsWith("control characters") && index >= lineText.length) {
    return { why: "the text is not closed", hint: "Put a quote at its end" };
  }
  if (reason.startsWith("expected comma")) {
    return { why: "a comma or the end of the list is expected here", hint: undefined };
  }
  if (reason.startsWith("each key-value") && lineText[index] === ",") {
    return { why: "nothing may follow the value", hint: "Leave the comma out" };
  }
  if (reason.includes("leading zero")) {
    return {
      why: "a number has no leading zero",
      hint: "An octal mode is a text in quotes; an octal number begins with 0o",
    };
  }
  return undefined;
}

function describeBareValue(reason: string, rest: string): string {
  return /^[A-Za-z/$~._-]/.test(rest) ? "text must be in quotes" : reason;
}

/** `[a, b]` for `["a", "b"]`. */
function adviseOnList(reason: string, key: string, rest: string): SyntaxAdvice {
  const inside = /^\[([^"'\[\]]+)\]\s*(#.*)?$/.exec(rest)?.[1];
  if (inside === undefined) return { why: reason, hint: undefined };
  return {
    why: "text must be in quotes",
    hint: `Write: ${key} = ${asList(inside.replaceAll(",", " "))}`,
  };
}

function bareAsToml(key: string, rest: string): string {
  const value = withoutComment(rest);
  const allowed = new Map(allowedValues(key).map((each) => [String(each), each]));
  const near = nearest(value, allowed.keys());
  if (near !== undefined) return JSON.stringify(allowed.get(near));
  if (/^(yes|true|on)$/i.test(value)) return "true";
  if (/^(no|false|off)$/i.test(value)) return "false";
  if (/^[0-9.]+\s*(ms|s|m|h)$/.test(value)) return quoted(value.replace(/\s/g, ""));
  return /^["'\[{]/.test(value) ? value : quoted(value);
}

/** The few values that a setting can have; none: there are many. */
function allowedValues(key: string): readonly unknown[] {
  const { type, enum: values } = findSetting(key)?.value.schema ?? {};
  if (type === "boolean") return [true, false];
  return Array.isArray(values) ? values : [];
}

function asList(rest: string): string {
  return `[${
    withoutComment(rest).split(/\s+/).filter((word) => word !== "").map(quoted).join(", ")
  }]`;
}

function withoutComment(text: string): string {
  return text.replace(/(^|\s)#.*$/, "").trim();
}

function quoted(text: string): string {
  return JSON.stringify(text.trim());
}
