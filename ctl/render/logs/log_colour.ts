/** The colour of a line of output: by its level, or by the words that programs begin with. */
import type { Colour } from "../text/colour.ts";

/** By the levels of syslog(3); undefined: as it is. */
const LEVEL_COLOURS: readonly (Colour | undefined)[] = [
  ...["red", "red", "red", "red"] as const,
  "yellow",
  "bold",
  undefined,
  "grey",
];

/** Only the beginning of a line tells of the line. */
const LOOKED_AT = 80;
const BEGINS = String.raw`(?:^|[\s[(<"'=:|])`;
const ENDS = String.raw`(?=$|[\s\])>"':,;!|])`;
const ERROR = word("error|err|fatal|panic|crit|critical|alert|emerg|emergency|failed|failure");
const WARNING = word("warn|warning");

function word(words: string): RegExp {
  return new RegExp(`${BEGINS}(?:${words})${ENDS}`, "i");
}

/** undefined: as it is. @param level As syslog(3) has it, if the line says. */
export function lineColour(text: string, level: number | undefined): Colour | undefined {
  if (level !== undefined) return LEVEL_COLOURS[level];
  const beginning = text.slice(0, LOOKED_AT);
  if (ERROR.test(beginning)) return "red";
  return WARNING.test(beginning) ? "yellow" : undefined;
}
