/** The texts of a program: named where they are used, placed behind the code, each once. */
import { type Address, addressOf, type Form, text } from "./forms.ts";

export class Texts {
  readonly #values = new Set<string>();

  /** The address of a text, which ends with a zero byte. */
  at(value: string): Address {
    this.#values.add(value);
    return addressOf(labelOf(value));
  }

  /** All that were asked for. */
  forms(): readonly Form[] {
    return [...this.#values].flatMap((value) => text(labelOf(value), value));
  }
}

/** Bytes of a text, without the zero byte. */
export function byteLength(value: string): number {
  return new TextEncoder().encode(value).length;
}

function labelOf(value: string): string {
  return `text ${value}`;
}
