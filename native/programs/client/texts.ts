/** Tables of texts, and what is done with texts. */
import {
  add,
  again,
  compare,
  data,
  define,
  type Form,
  leave,
  load,
  loop,
  set,
  store,
  when,
} from "../../forms.ts";
import {
  append,
  at,
  before,
  byte,
  cursor,
  entry,
  found,
  given,
  letter,
  limit,
  lookUp,
  table,
} from "./memory.ts";

const EQUALS = "=".charCodeAt(0);

/** Texts with the number that each stands for, from 1 to 255; of equal texts the first counts. */
export type Entries = readonly (readonly [number: number, texts: readonly string[]])[];

/**
 * A table for {@link lookUpRoutine}, behind a label. Each entry is its number and its text with a
 * NUL; a 0 ends the table.
 *
 * A text that ends with "=" is the name of a variable: whatever its value is, it is found.
 */
export function textTable(label: string, entries: Entries): readonly Form[] {
  const encoder = new TextEncoder();
  const bytes = entries.flatMap(([number, texts]) =>
    texts.flatMap((text) => [number, ...encoder.encode(text), 0])
  );
  return data(label, [...bytes, 0]);
}

/**
 * Leaves the entry's number in `found`, and `at` behind what is equal: at the value of a variable.
 */
export function lookUpRoutine(): readonly Form[] {
  return define(lookUp, [
    set(entry, table),
    loop("entries", [
      load(1, found, entry),
      when(compare(found, "==", 0), [leave("entries")]),
      add(entry, 1),
      set(at, given),
      set(before, 0),
      loop("letters", [
        load(1, letter, entry),
        load(1, byte, at),
        when(compare(letter, "==", 0), [
          when(compare(before, "==", EQUALS), [leave("entries")]),
          when(compare(byte, "==", 0), [leave("entries")]),
          leave("letters"),
        ]),
        when(compare(letter, "!=", byte), [leave("letters")]),
        set(before, byte),
        add(entry, 1),
        add(at, 1),
      ]),
      loop("rest of the entry", [
        load(1, letter, entry),
        add(entry, 1),
        when(compare(letter, "==", 0), [again("entries")]),
      ]),
    ]),
  ]);
}

/** @param tooLong Run when the text and a NUL behind it do not fit; it must not come back. */
export function appendRoutine(tooLong: Form): readonly Form[] {
  return define(append, [
    loop("copy", [
      when(compare(cursor, "atLeast", limit), [tooLong]),
      load(1, byte, given),
      when(compare(byte, "==", 0), [leave("copy")]),
      store(1, byte, cursor),
      add(given, 1),
      add(cursor, 1),
    ]),
  ]);
}
