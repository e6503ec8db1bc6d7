/** Lines of services' output: with their times and, where there are several, their services. */
import { printable, printableJsonLine, printableLines } from "../../../core/text/printable.ts";
import { levelledLine } from "../../../core/log/line_level.ts";
import { LEVEL_NAMES } from "../../../core/system/syslog_names.ts";
import type { LogLine } from "../../interface/report.ts";
import type { Paint } from "../text/colour.ts";
import { lineColour } from "./log_colour.ts";

/** Lines in one piece. */
const LINES_IN_PIECE = 64;

/** For people, or other programs that read lines. */
export function logLines(
  lines: readonly LogLine[],
  { showsNames, isTerminal, paint }: {
    readonly showsNames: boolean;
    readonly isTerminal: boolean;
    readonly paint: Paint;
  },
): Iterable<string> {
  return pieces(lines, ({ service, timeMs, text, level }) => {
    const time = timeMs === undefined ? "" : `${paint("grey", timeText(timeMs))} `;
    const name = showsNames ? `${paint("bold", printable(service))}: ` : "";
    if (!isTerminal) return `${time}${name}${text}\n`;
    const colour = lineColour(text, level);
    const shown = printableLines(text);
    return `${time}${name}${colour === undefined ? shown : paint(colour, shown)}\n`;
  });
}

/** A text of lines for a terminal, those that tell of a level in its colour. */
export function colouredLines(text: string, paint: Paint): string {
  const lines = printableLines(text).split("\n");
  return lines.map((line) => {
    const { level, text: rest } = levelledLine(line);
    const colour = lineColour(rest, level);
    return colour === undefined ? line : paint(colour, line);
  }).join("\n");
}

/** An object a line. */
export function logJson(lines: readonly LogLine[]): Iterable<string> {
  return pieces(lines, ({ service, timeMs, text, level }) => {
    const time = timeMs === undefined ? null : timeText(timeMs);
    const told = level === undefined ? {} : { level: LEVEL_NAMES[level] };
    return `${printableJsonLine({ time, service, ...told, text })}\n`;
  });
}

function* pieces(
  lines: readonly LogLine[],
  textOf: (line: LogLine) => string,
): Iterable<string> {
  for (let at = 0; at < lines.length; at += LINES_IN_PIECE) {
    yield lines.slice(at, at + LINES_IN_PIECE).map(textOf).join("");
  }
}

/** As it stands in logs: UTC. */
function timeText(timeMs: number): string {
  return new Date(timeMs).toISOString();
}
