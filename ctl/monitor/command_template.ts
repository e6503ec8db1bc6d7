/**
 * The command of `dinit-monitor`: its words, and what is put in place of `%n`, `%s`, `%v` and `%%`.
 */

/** What happened, for one run of the command. */
export interface Happening {
  /** Service or variable. */
  readonly name: string;
  /** What became of it, in the user's words. */
  readonly status: string;
  /** Value of a variable; empty for services and for a variable that is unset. */
  readonly value: string;
}

/**
 * Splits at white space. Text in double quotes keeps its white space and loses the quotes; there
 * are no escapes. A quote that is not closed reaches to the end.
 */
export function splitCommand(command: string): readonly string[] {
  const words: string[] = [];
  let word: string | undefined;
  let isQuoted = false;
  for (const character of command) {
    if (character === '"') {
      isQuoted = !isQuoted;
      word ??= "";
    } else if (!isQuoted && /[ \t\n\v\f\r]/.test(character)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else word = (word ?? "") + character;
  }
  if (word !== undefined) words.push(word);
  return words;
}

/** Puts the happening into each word, after splitting: a value never becomes several words. */
export function fillCommand(words: readonly string[], happening: Happening): readonly string[] {
  return words.map((word) =>
    word.replace(/%[nsv%]/g, (place) => {
      switch (place) {
        case "%n":
          return happening.name;
        case "%s":
          return happening.status;
        case "%v":
          return happening.value;
        default:
          return "%";
      }
    })
  );
}
