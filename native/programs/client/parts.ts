/** What the client's program is made of besides the constants of the wire: the build knows it, and tells it. */
export interface ClientParts {
  /** The request by which it asks which build the manager is. */
  readonly query: Uint8Array;
  /** The whole answer of a manager of its own build. Same length whatever build. */
  readonly answer: Uint8Array;
  readonly ctl: WordsThatMatter;
  readonly shutdown: WordsThatMatter;
  /** What `dinitctl` says, after its name, when the manager ends the connection without a word. Lines. */
  readonly closedEarly: readonly string[];
}

/** Words of a command line that bear on the socket, by what they do. All others are the manager's matter. */
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
