/** The end of a service's output. */

const LINE_FEED = 0x0a;

/**
 * The end of the bytes that begins with the given number of lines; the last may lack its line feed.
 */
export function lastLines(bytes: Uint8Array, count: number): Uint8Array {
  if (count === 0) return new Uint8Array(0);
  // What ends the last line divides it from nothing.
  let before = bytes.length - 1;
  for (let seen = 0; seen < count; seen++) {
    const lineEnd = before <= 0 ? -1 : bytes.lastIndexOf(LINE_FEED, before - 1);
    if (lineEnd < 0) return bytes;
    before = lineEnd;
  }
  return bytes.subarray(before + 1);
}
