/**
 * The line by which a log buffer tells what it has dropped: manager and client agree on it here. It
 * is text of the log, so that upstream's client shows it as well.
 */

/** What was dropped since the buffer was empty. */
export interface Dropped {
  readonly bytes: number;
  /** Line ends among them; 0 is not told. */
  readonly lines: number;
}

const NOTE = /^\(dinit: note: (?:\d+ lines? \()?(\d+) bytes?\)? dropped\)\n/;
/** Longer than any note. */
const MOST_NOTE_BYTES = 100;

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** The line, with its end. */
export function droppedNote({ bytes, lines }: Dropped): Uint8Array<ArrayBuffer> {
  const amount = count(bytes, "byte");
  const what = lines === 0 ? amount : `${count(lines, "line")} (${amount})`;
  return encoder.encode(`(dinit: note: ${what} dropped)\n`);
}

/** Takes the line off the front of a buffer's text, if it is there. */
export function withoutDroppedNote(
  text: Uint8Array,
): { readonly text: Uint8Array; readonly droppedBytes: number } {
  const note = NOTE.exec(decoder.decode(text.subarray(0, MOST_NOTE_BYTES)));
  if (note === null) return { text, droppedBytes: 0 };
  // All of it is ASCII.
  return { text: text.subarray(note[0].length), droppedBytes: Number(note[1]) };
}

function count(number: number, unit: string): string {
  return `${number} ${unit}${number === 1 ? "" : "s"}`;
}
