/**
 * Colours of a terminal, the only place that knows their codes (ECMA-48, SGR).
 */

export type Colour = "red" | "green" | "yellow" | "blue" | "grey" | "bold";

const CODES: Readonly<Record<Colour, readonly [number, number]>> = {
  red: [31, 39],
  green: [32, 39],
  yellow: [33, 39],
  blue: [34, 39],
  grey: [90, 39],
  bold: [1, 22],
};

/** Puts a text in a colour, or leaves it as it is. */
export type Paint = (colour: Colour, text: string) => string;

export const plainPaint: Paint = (_colour, text) => text;

export const terminalPaint: Paint = (colour, text) => {
  if (text === "") return "";
  const [on, off] = CODES[colour];
  return `\x1b[${on}m${text}\x1b[${off}m`;
};

/**
 * Whether a terminal is to have colours, by the environment. Source: no-color.org (set to anything
 * but the empty text); a dumb terminal has none.
 */
export function wantsColour(env: (name: string) => string | undefined): boolean {
  return (env("NO_COLOR") ?? "") === "" && env("TERM") !== "dumb";
}
