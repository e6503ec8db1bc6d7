/** Descriptors whose bits are set in the crash page. */
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

/**
 * Runs the body, which leaves the other variables of the walk alone, with each in `descriptor`.
 *
 * @param which Where their bits are.
 */
export function eachDescriptor(
  which: "descriptorsAt" | "emptiedAt",
  name: string,
  body: readonly Form[],
): readonly Form[] {
  const begin = CRASH_PAGE.address + CRASH_PAGE[which];
  const words = `words of ${name}`;
  const bits = `bits of ${name}`;
  return [
    set(at, begin),
    loop(words, [
      load(8, value, at),
      set(descriptor, at),
      // Eight descriptors for each byte before this word.
      add(descriptor, -begin),
      shiftLeft(descriptor, 3),
      loop(bits, [
        when(compare(value, "==", 0), [leave(bits)]),
        when(anyBit(value, 1), body),
        shiftRight(value, 1),
        add(descriptor, 1),
      ]),
      add(at, 8),
      set(count, begin + CRASH_PAGE.descriptorLimit / 8),
      when(compare(at, "==", count), [leave(words)]),
    ]),
  ];
}
