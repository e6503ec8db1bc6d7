/** `logs` of several services, or of chosen lines: all in the order of their times. */
import { ClientError } from "../../interface/client_error.ts";
import type { CommandRun, LogLine, Reporting } from "../../interface/report.ts";
import type { Waiting } from "../../interface/waits.ts";
import type { CommandContext } from "../lookup/context.ts";
import { parseMoment } from "../lookup/moment.ts";
import { namedServices } from "../lookup/named_services.ts";
import { readingContext, visibleEnvironment } from "../lookup/read_service.ts";
import { isWanted, type LineFilter, LineReader, mergedLines } from "./log_lines.ts";
import { type LogSource, logSource } from "./log_sources.ts";
import { askStarts } from "./starts.ts";

/** A service's output, and how far its lines are read. */
interface ReadSource {
  readonly source: LogSource;
  readonly reader: LineReader;
  readonly filter: LineFilter;
}

/** @param pollMs Distance of two looks when what comes later is wanted, too. */
export function* mergedLogs(context: CommandContext, pollMs: number): CommandRun {
  const { session, operands, options, io } = context;
  const filter = lineFilter(context);
  const bootMs = options.boot ? (yield* askStarts(session)).begunAt : undefined;
  const named = operands.length > 0
    ? yield* namedServices(context)
    : { names: (yield* session.list()).map(({ name }) => name), exit: 0 as const };
  let { exit } = named;
  const sources: ReadSource[] = [];
  const reading = readingContext(yield* visibleEnvironment(session), io);
  for (const name of named.names) {
    session.renewPatience();
    const source = yield* logSource(name, { session, io, reading, paths: { session } });
    if (source !== undefined) {
      const own = sourceFilter(filter, source, bootMs);
      sources.push({ source, reader: new LineReader(name), filter: own });
    } else if (operands.length > 0) {
      const text = `no output of service '${name}' is kept, or it is not loaded.`;
      yield { kind: "error", lines: [text] };
      exit = 1;
    }
  }
  const showsNames = sources.length !== 1;
  const first = yield* nextLines(sources, !options.follow);
  yield* tellUntimed(first, sources);
  const wanted = wantedLines(first, sources);
  const lines = options.lines === undefined ? wanted : lastOf(wanted, options.lines);
  if (lines.length > 0) yield { kind: "log-lines", lines, showsNames };
  while (options.follow && !io.isOutClosed()) {
    if ((yield* session.nextEvent(pollMs)) === "closed") return exit;
    session.renewPatience();
    const added = wantedLines(yield* nextLines(sources, false), sources);
    if (added.length > 0) yield { kind: "log-lines", lines: added, showsNames };
  }
  return exit;
}

/** @throws {ClientError} For a text that is no time, or no pattern. */
function lineFilter({ options, io }: CommandContext): LineFilter {
  const now = io.wallClockMs();
  return {
    sinceMs: momentOf("--since", options.sinceText, now),
    untilMs: momentOf("--until", options.untilText, now),
    pattern: patternOf(options.grep),
  };
}

function momentOf(option: string, text: string | undefined, nowMs: number): number | undefined {
  if (text === undefined) return undefined;
  const moment = parseMoment(text, nowMs);
  if (moment !== undefined) return moment;
  throw new ClientError(
    `cannot read ${option} ${text}: write it as '2026-11-30 12:34', '12:34', 'yesterday' or '10min ago'.`,
  );
}

function patternOf(text: string | undefined): RegExp | undefined {
  try {
    return text === undefined ? undefined : new RegExp(text, "u");
  } catch (error) {
    const why = error instanceof Error ? error.message.replace(/^.*: /s, "") : String(error);
    throw new ClientError(`cannot read --grep ${text}: ${why}.`);
  }
}

/** A buffer is not older than the manager: all its lines are of this boot, timed or not. */
function sourceFilter(
  filter: LineFilter,
  { isBuffer }: LogSource,
  bootMs: number | undefined,
): LineFilter {
  if (bootMs === undefined || (isBuffer && filter.sinceMs === undefined)) return filter;
  return { ...filter, sinceMs: Math.max(bootMs, filter.sinceMs ?? -Infinity) };
}

/** @param isLast Nothing more is waited for: a line that was not ended counts, too. */
function* nextLines(sources: readonly ReadSource[], isLast: boolean): Waiting<readonly LogLine[]> {
  const lines: LogLine[] = [];
  for (const { source, reader } of sources) {
    for (const line of reader.read(yield* source.read())) lines.push(line);
    if (isLast) lines.push(...reader.finish());
  }
  return mergedLines(lines);
}

function wantedLines(
  lines: readonly LogLine[],
  sources: readonly ReadSource[],
): readonly LogLine[] {
  const filters = new Map(sources.map(({ source, filter }) => [source.service, filter]));
  return lines.filter((line) => {
    const filter = filters.get(line.service);
    return filter !== undefined && isWanted(line, filter);
  });
}

/** Lines that nobody knows the time of are not left out silently. */
function* tellUntimed(
  lines: readonly LogLine[],
  sources: readonly ReadSource[],
): Reporting<void> {
  const asking = sources.filter(({ filter }) =>
    filter.sinceMs !== undefined || filter.untilMs !== undefined
  );
  const asked = new Set(asking.map(({ source }) => source.service));
  const untimed = new Set<string>();
  for (const { service, timeMs } of lines) {
    if (timeMs === undefined && asked.has(service)) untimed.add(service);
  }
  if (untimed.size === 0) return;
  yield {
    kind: "remark",
    text: `lines without a time are left out (set 'log-timestamps'): ${[...untimed].join(", ")}`,
  };
}

function lastOf<Item>(items: readonly Item[], count: number): readonly Item[] {
  return items.slice(Math.max(0, items.length - count));
}
