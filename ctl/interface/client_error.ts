/**
 * A fault that ends a client program: the connection broke, or the two sides do not understand each
 * other. What a user may expect (a service that is not there, a refused order) is a report instead.
 */
export class ClientError extends Error {
  override readonly name = "ClientError";
  /** For standard error, each without the program's name. */
  readonly lines: readonly string[];

  constructor(...lines: readonly string[]) {
    super(lines.join("\n"));
    this.lines = lines;
  }
}
