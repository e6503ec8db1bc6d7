/**
 * How many columns a text takes on a terminal, and cutting it to a number of them.
 *
 * Names of services may be of any script. Counted as terminals do: marks that combine with the
 * letter before them take no column, East Asian wide letters and emoji two, everything else one.
 */

interface Classes {
  readonly noColumn: RegExp;
  readonly twoColumns: RegExp;
}

/** Made when first needed: V8 takes 0.7 ms to gather the letters, and most names are of ASCII. */
let classes: Classes | undefined;

function makeClasses(): Classes {
  return {
    noColumn: /^[\p{Mark}\p{Default_Ignorable_Code_Point}]$/u,
    // Unicode's EastAsianWidth.txt, classes W and F, in the blocks where letters of scripts in use
    // are.
    twoColumns:
      /^[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97c\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6\u{1b000}-\u{1b2ff}\u{20000}-\u{3fffd}\p{Emoji_Presentation}]$/u,
  };
}

/** Columns of a text without control characters. */
export function textWidth(text: string): number {
  let width = 0;
  for (const letter of text) width += letterWidth(letter);
  return width;
}

/** Fills a text with blanks up to a number of columns; longer ones stay as they are. */
export function padTo(text: string, columns: number): string {
  return text + " ".repeat(Math.max(0, columns - textWidth(text)));
}

/** Cuts a text that takes more than a number of columns; an ellipsis shows it. */
export function cutTo(text: string, columns: number): string {
  if (textWidth(text) <= columns) return text;
  let kept = "";
  let width = 0;
  for (const letter of text) {
    width += letterWidth(letter);
    if (width >= columns) break;
    kept += letter;
  }
  return columns > 0 ? kept + "…" : "";
}

function letterWidth(letter: string): number {
  if (letter <= "~") return 1;
  classes ??= makeClasses();
  if (classes.noColumn.test(letter)) return 0;
  return classes.twoColumns.test(letter) ? 2 : 1;
}
