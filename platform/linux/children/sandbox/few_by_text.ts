/** A few things that are dear to make, each kept by a text that says all that it is made of. */

/** So many are kept; when there are more, all are made anew. */
const MOST = 64;

export class FewByText<T> {
  readonly #known = new Map<string, T>();

  /** @param make Called when it is not there. */
  get(text: string, make: () => T): T {
    const known = this.#known.get(text);
    if (known !== undefined) return known;
    const made = make();
    if (this.#known.size >= MOST) this.#known.clear();
    this.#known.set(text, made);
    return made;
  }
}
