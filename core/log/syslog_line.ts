/**
 * Lines of services as messages for syslog, in two forms.
 *
 * `local` is what syslog(3) of C libraries writes to /dev/log, and all daemons that listen there
 * read (rsyslog's and busybox's take RFC 5424's version number for a tag): `<30>web: text`, without
 * the time, which they know. `rfc5424` is that of RFC 5424, 6, for sockets of one's own.
 */
import { printable } from "../text/printable.ts";
import { levelledLine } from "./line_level.ts";

/** As what the lines of a service come to syslog. */
export interface SyslogSource {
  readonly identifier: string;
  /** Not shifted: 3 is daemon. */
  readonly facility: number;
  /** Of lines that do not say theirs. */
  readonly level: number;
}

/** RFC 5424, 6.2.5 and 6.2.4. */
const MOST_NAME_LENGTH = 48;
const MOST_HOST_LENGTH = 255;
/** As a message stands behind the name, rsyslog's default for a whole one is 8 KiB. */
const MOST_TEXT_LENGTH = 7000;
const NO_VALUE = "-";

/** A line, which has no end, as messages: a long one is several. */
export function localMessages(line: string, source: SyslogSource): readonly string[] {
  const { level, text } = levelledLine(line);
  const lead = `<${priority(source, level)}>${tagged(source.identifier)}: `;
  return pieces(text).map((piece) => lead + piece);
}

/** The same in the form of RFC 5424. @param timestamp As 6.2.3 has it. */
export function rfc5424Messages(
  line: string,
  source: SyslogSource,
  { timestamp, host }: { readonly timestamp: string; readonly host: string },
): readonly string[] {
  const { level, text } = levelledLine(line);
  const name = ascii(source.identifier, MOST_NAME_LENGTH);
  const from = ascii(host, MOST_HOST_LENGTH);
  // PROCID, MSGID and structured data: there are none.
  const lead = `<${priority(source, level)}>1 ${timestamp} ${from} ${name} - - - `;
  return pieces(text).map((piece) => lead + piece);
}

function priority({ facility, level }: SyslogSource, own: number | undefined): number {
  return facility * 8 + (own ?? level);
}

/** What a daemon would take for the end of the tag is not in it: RFC 3164, 4.1.3. */
function tagged(identifier: string): string {
  return ascii(identifier, MOST_NAME_LENGTH).replaceAll(/[:[\]]/g, "_");
}

/** Printable characters of ASCII without blanks; each other one becomes `_`. */
function ascii(text: string, mostLength: number): string {
  return text.replaceAll(/[^\x21-\x7e]/gu, "_").slice(0, mostLength) || NO_VALUE;
}

function pieces(text: string): readonly string[] {
  const shown = printable(text);
  if (shown.length <= MOST_TEXT_LENGTH) return [shown];
  const all: string[] = [];
  for (let at = 0; at < shown.length;) {
    let end = Math.min(shown.length, at + MOST_TEXT_LENGTH);
    // Characters of two halves stay whole.
    if (end < shown.length && /[\ud800-\udbff]/.test(shown.charAt(end - 1))) end--;
    all.push(shown.slice(at, end));
    at = end;
  }
  return all;
}
