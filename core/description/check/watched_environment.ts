/** An environment that notes whether a variable was looked up in it. */
export class WatchedEnvironment extends Map<string, string> {
  wasAsked = false;
  readonly #inner: ReadonlyMap<string, string>;

  constructor(inner: ReadonlyMap<string, string>) {
    super();
    this.#inner = inner;
  }

  override get(name: string): string | undefined {
    this.wasAsked = true;
    return this.#inner.get(name);
  }

  override has(name: string): boolean {
    return this.#inner.has(name);
  }
}
