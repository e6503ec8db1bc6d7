/**
 * Signals that change nothing for any manager but a machine's, as kill(1) names them: all but those
 * that ask for the end, tell of a fault, or cannot be refused.
 */
const REAL_TIME = Array.from({ length: 29 }, (_, index) => index + 1)
  .filter((offset) => ![3, 4, 5].includes(offset))
  .map((offset) => `RTMIN+${offset}`);

export const HARMLESS_SIGNALS: readonly string[] = [
  ...["HUP", "USR1", "USR2", "ALRM", "WINCH", "TSTP", "TTIN", "TTOU", "CONT", "PIPE", "URG"],
  ...["XCPU", "XFSZ", "VTALRM", "IO", "STKFLT"],
  ...REAL_TIME,
];
