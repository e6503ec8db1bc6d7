/**
 * What is new in a log buffer that is read again.
 */
import { droppedNote, withoutDroppedNote } from "../../../core/log/dropped_note.ts";
import { joinedBytes } from "../../../core/text/joined_bytes.ts";

/**
 * What is in a buffer that was not in it before. Output is appended; the front may have been
 * dropped, or all of it read away by somebody else. A buffer that tells how much it dropped is
 * known by that; of others the longest end of the old that the new begins with is taken for the
 * part that was seen.
 *
 * @returns With a line in front that tells what was dropped before anybody saw it.
 */
export function newBytes(before: Uint8Array, now: Uint8Array): Uint8Array {
  const old = withoutDroppedNote(before);
  const present = withoutDroppedNote(now);
  if (present.droppedBytes === 0) return appended(before, now);
  const seenUpTo = old.droppedBytes + old.text.length - present.droppedBytes;
  if (seenUpTo < 0) return joinedBytes([droppedNote({ bytes: -seenUpTo, lines: 0 }), present.text]);
  const seen = present.text.subarray(0, seenUpTo);
  const isSame = seen.length === seenUpTo && endsWith(old.text, seen);
  return isSame ? present.text.subarray(seenUpTo) : now;
}

function appended(before: Uint8Array, now: Uint8Array): Uint8Array {
  for (let dropped = 0; dropped < before.length; dropped++) {
    const kept = before.length - dropped;
    if (kept <= now.length && beginsWith(now, before.subarray(dropped))) return now.subarray(kept);
  }
  return now;
}

function beginsWith(bytes: Uint8Array, start: Uint8Array): boolean {
  for (let index = 0; index < start.length; index++) {
    if (bytes[index] !== start[index]) return false;
  }
  return true;
}

function endsWith(bytes: Uint8Array, end: Uint8Array): boolean {
  return end.length <= bytes.length && beginsWith(bytes.subarray(bytes.length - end.length), end);
}
