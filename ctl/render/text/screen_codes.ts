/**
 * What a terminal is told to show a picture that is drawn again and again (ECMA-48; private mode
 * 25, the cursor, is DEC's and every terminal in use knows it).
 *
 * The picture is drawn below what is there, and the cursor waits at its first line. Terminals that
 * wrap lines anew when their size changes take the cursor along, so the next picture begins at the
 * right place.
 */

const HIDE_CURSOR = "\x1b[?25l";
const SHOW_CURSOR = "\x1b[?25h";
const CLEAR_REST_OF_LINE = "\x1b[K";
const CLEAR_BELOW = "\x1b[J";

/** Before the first picture. */
export const ENTER_SCREEN = HIDE_CURSOR;

/** Takes the picture away; what was above it is untouched. */
export const LEAVE_SCREEN = `\r${CLEAR_BELOW}${SHOW_CURSOR}`;

/** A line that the next one is drawn over; "" takes it away. */
export function passingText(line: string): string {
  return `\r${line}${CLEAR_REST_OF_LINE}`;
}

/**
 * Lines over those drawn before: nothing flickers, because nothing is cleared before it is drawn.
 */
export function pictureText(lines: readonly string[]): string {
  const text = lines.map((line) => line + CLEAR_REST_OF_LINE).join("\r\n");
  return `\r${text}${CLEAR_BELOW}\r${lines.length > 1 ? `\x1b[${lines.length - 1}A` : ""}`;
}
