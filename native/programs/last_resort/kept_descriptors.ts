/** The descriptors whose bits are set in the crash page. */
import {
  add,
  anyBit,
  compare,
  type Form,
  leave,
  load,
  loop,
  set,
  shiftLeft,
  shiftRight,
  when,
} from "../../forms.ts";
import { CRASH_PAGE } from "./crash_page.ts";
import { at, count, descriptor, value } from "./memory.ts";

const BEGIN = CRASH_PAGE.address + CRASH_PAGE.descriptorsAt;

/** Runs the body, which leaves the other variables of the walk alone, with each in `descriptor`. */
export function eachKeptDescriptor(name: string, body: readonly Form[]): readonly Form[] {
  const words = `words of ${name}`;
  const bits = `bits of ${name}`;
  return [
    set(at, BEGIN),
    loop(words, [
      load(8, value, at),
      set(descriptor, at),
      // Eight descriptors for each byte before this word.
      add(descriptor, -BEGIN),
      shiftLeft(descriptor, 3),
      loop(bits, [
        when(compare(value, "==", 0), [leave(bits)]),
        when(anyBit(value, 1), body),
        shiftRight(value, 1),
        add(descriptor, 1),
      ]),
      add(at, 8),
      set(count, BEGIN + CRASH_PAGE.descriptorLimit / 8),
      when(compare(at, "==", count), [leave(words)]),
    ]),
  ];
}
