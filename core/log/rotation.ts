/**
 * Where a log file ends and the next one begins: between lines, so that no line is divided.
 *
 * Only a line that is longer than all bounds is cut, because a program that never ends its line
 * must not fill the disk.
 */
const LINE_FEED = 10;

/** How far a file may grow beyond its size for the sake of the line that is being written. */
export const OVERSHOOT_BYTES = 64 * 1024;

/** A log file as far as it has been written. */
export interface FileFill {
  readonly sizeBytes: number;
  readonly limitBytes: number;
  /** The last byte written was no line feed. */
  readonly isInLine: boolean;
}

/**
 * How many bytes at the beginning of the text still belong into the file; 0: the next file is due.
 */
export function bytesForFile(text: Uint8Array, fill: FileFill): number {
  const { sizeBytes, limitBytes, isInLine } = fill;
  const room = limitBytes - sizeBytes;
  if (text.length <= room) return text.length;
  if (room > 0) {
    const lastEnd = text.lastIndexOf(LINE_FEED, room - 1);
    if (lastEnd !== -1) return lastEnd + 1;
  }
  if (!isInLine && sizeBytes > 0) return 0;
  const mostBytes = Math.min(text.length, Math.max(0, room + OVERSHOOT_BYTES));
  const firstEnd = text.indexOf(LINE_FEED);
  return firstEnd !== -1 && firstEnd < mostBytes ? firstEnd + 1 : mostBytes;
}

/** What the names of old files have behind that of the log; the first is the youngest. */
export function oldFileEndings(count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => `.${index + 1}`);
}
