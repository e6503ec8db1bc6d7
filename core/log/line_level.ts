/**
 * The level that a line of a service begins with: `<3>` stands for err. Source: sd-daemon(3); the
 * kernel's log has the same.
 */

/** A line, and its level apart. */
export interface LevelledLine {
  /** As syslog(3) has them, 0 to 7; undefined: it does not tell. */
  readonly level: number | undefined;
  readonly text: string;
}

const PREFIX = /^<([0-7])>/;

/** Takes the level off the front of a line, if there is one. */
export function levelledLine(line: string): LevelledLine {
  const digit = PREFIX.exec(line)?.[1];
  if (digit === undefined) return { level: undefined, text: line };
  return { level: Number(digit), text: line.slice(PREFIX_LENGTH) };
}

const PREFIX_LENGTH = 3;
