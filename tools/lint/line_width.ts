/**
 * A rule for `deno lint`: no comment is wider than the lines of code, which `deno fmt` keeps. It
 * leaves comments alone.
 *
 * A word that alone is too long, an address say, may stand; so may code that holds a text which
 * cannot be broken.
 */

/** As `fmt.lineWidth` of `deno.json`. */
export const LINE_WIDTH = 100;

/** A part of a source text, as offsets. */
interface Span {
  readonly start: number;
  readonly end: number;
}

/** Lines of a comment that are too wide and could be broken. */
function* wideLines(source: string, [start, end]: readonly [number, number]): Generator<Span> {
  let at = source.lastIndexOf("\n", start - 1) + 1;
  while (at < end) {
    const next = source.indexOf("\n", at);
    const lineEnd = next === -1 ? source.length : next;
    const line = source.slice(at, lineEnd);
    // Each character is a column here: no wide ones are in use.
    if ([...line].length > LINE_WIDTH && isBreakable(line)) yield { start: at, end: lineEnd };
    at = lineEnd + 1;
  }
}

/** Whether there is more than one word behind the marks of a comment. */
function isBreakable(line: string): boolean {
  const text = line.replace(/^.*?(\/\*\*?|\/\/|^\s*\*)\s*/, "").replace(/\s*\*\/$/, "");
  return /\s/.test(text.trim());
}

const plugin: Deno.lint.Plugin = {
  name: "dinit-lines",
  rules: {
    "line-width": {
      create(context) {
        return {
          Program() {
            const { text } = context.sourceCode;
            for (const { range } of context.sourceCode.getAllComments()) {
              for (const { start, end } of wideLines(text, range)) {
                context.report({
                  range: [start, end],
                  message: `A comment has ${
                    end - start
                  } columns, at most ${LINE_WIDTH} are allowed`,
                  hint: "Wrap its lines by hand: deno fmt leaves comments alone",
                });
              }
            }
          },
        };
      },
    },
  },
};

export default plugin;
