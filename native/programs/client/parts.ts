/**
 * What the client's program is made of besides the constants of the wire: the build knows it, and
 * tells it.
 */
export interface ClientParts {
  /** Of its build: sixteen letters of ASCII. */
  readonly identity: string;
  readonly ctl: WordsThatMatter;
  readonly shutdown: WordsThatMatter;
  /**
   * What is said, after the program's name, when the manager ends the connection without a word.
   * Lines.
   */
  readonly closedEarly: readonly string[];
  /** The same when it does not answer in time, and that time. */
  readonly unanswered: readonly string[];
  readonly answerLimitSeconds: number;
}

/**
 * Words of a command line that bear on the socket, by what they do. All others are the manager's
 * matter.
 */
export interface WordsThatMatter {
  /** The next word is the socket's path. */
  readonly socketPath: readonly string[];
  readonly system: readonly string[];
  readonly user: readonly string[];
  /** The next word is an argument that means nothing here. */
  readonly withArgument: readonly string[];
  /** What only the full client can do. */
  readonly longWay: readonly string[];
}
