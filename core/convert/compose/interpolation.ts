/** Variables in values of Compose files: `$X`, `${X:-default}`, `$$`. */
import { type Lost, lost } from "../rows.ts";
import { textOf, type YamlNode } from "./tree.ts";

interface Interpolated {
  readonly text: string;
  readonly losses: readonly Lost[];
}

const VARIABLE =
  /\$(?:\$|([A-Za-z_][A-Za-z0-9_]*)|\{([A-Za-z_][A-Za-z0-9_]*)(?:(:?[-+?])([^}]*))?\})/g;

/**
 * @param variables Whether our reader replaces variables in the setting. Where it does not, a
 *   default is taken, and what has none is lost.
 */
export function interpolated(text: string, variables: "replaced" | "literal"): Interpolated {
  const losses: Lost[] = [];
  const isReplaced = variables === "replaced";
  const filled = text.replace(VARIABLE, (whole, bare, name, operator = "", word = "") => {
    if (whole === "$$") return isReplaced ? "$$" : "$";
    if (isReplaced) return operator.endsWith("?") ? `\${${name}}` : whole;
    if (operator.endsWith("-")) {
      losses.push(lost(`${bare ?? name} is always "${word}"`, "little"));
      return word;
    }
    losses.push(lost(`the variable ${bare ?? name} is not filled in`, "much"));
    return "";
  });
  return { text: filled, losses };
}

/** A command as words: a text is divided as by a shell, which does not run it. */
export function composeWords(
  node: YamlNode | undefined,
): { readonly words: readonly string[]; readonly losses: readonly Lost[] } {
  const written = node?.kind === "list"
    ? node.items.map((item) => textOf(item) ?? "")
    : dividedText(textOf(node) ?? "");
  if (written === undefined) return { words: [], losses: [lost("a quote is not closed", "much")] };
  const filled = written.map((word) => interpolated(word, "replaced"));
  return {
    words: filled.map(({ text }) => text),
    losses: filled.flatMap(({ losses }) => losses),
  };
}

/** Quotes and backslashes as POSIX has them; all else is plain. */
function dividedText(line: string): readonly string[] | undefined {
  const words: string[] = [];
  const word = /(?:"((?:[^"\\]|\\.)*)"|'([^']*)'|\\(.)|[^\s"'\\])+|["'\\]/gs;
  for (const [raw] of line.matchAll(word)) {
    if (/^["'\\]$/.test(raw)) return undefined;
    words.push(
      raw.replace(
        /"((?:[^"\\]|\\.)*)"|'([^']*)'|\\(.)/gs,
        (_all, double, single, one) =>
          double === undefined ? single ?? one : String(double).replace(/\\(["\\$`])/g, "$1"),
      ),
    );
  }
  return words;
}
