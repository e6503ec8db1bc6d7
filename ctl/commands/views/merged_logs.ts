/** `logs` of several services, of chosen lines, or out of the log store: in the order of time. */
import { ClientError } from "../../interface/client_error.ts";
import type { CommandRun, ExitCode, LogLine, Reporting } from "../../interface/report.ts";
import type { Waiting } from "../../interface/waits.ts";
import type { CommandContext } from "../lookup/context.ts";
import { chosenRun, LogStoreReader, type StoreChoice } from "../lookup/log_store.ts";
import { parseMoment } from "../lookup/moment.ts";
import { namedServices } from "../lookup/named_services.ts";
import { readingContext, visibleEnvironment } from "../lookup/read_service.ts";
import { isWanted, type LineFilter, LineReader, mergedLines } from "./log_lines.ts";
import { logSource } from "./log_sources.ts";
import { askStarts } from "./starts.ts";

/** Lines of a service, to be read again and again. */
export interface LineSource {
  readonly service: string;
  readonly filter: LineFilter;
  /** What has come since the last look. */
  read(): Waiting<readonly LogLine[]>;
  /** A line that was begun and not ended. */
  finish(): readonly LogLine[];
}

/** The store of the manager, and what this run is called in it. */
export interface CurrentStore {
  readonly reader: LogStoreReader;
  readonly runId: string | undefined;
}

/** Where the words of `logs` are read, and what they were. */
type LogContext = Pick<CommandContext, "operands" | "options" | "io">;

/**
 * @param store undefined: there is none, or it cannot be read.
 * @param pollMs Distance of two looks when what comes later is wanted, too.
 */
export function* mergedLogs(
  context: CommandContext,
  store: CurrentStore | undefined,
  pollMs: number,
): CommandRun {
  const { session, operands, options, io } = context;
  const filter = lineFilter(context);
  const choice = yield* storeChoice(context, filter, store);
  const isPast = choice?.isPast === true;
  if (options.boot !== undefined && choice === undefined && (options.boot.word ?? "0") !== "0") {
    throw new ClientError("lines of other boots are kept by a log store: this manager has none.");
  }
  const bootMs = options.boot === undefined || isPast
    ? undefined
    : (yield* askStarts(session)).begunAt;
  const named = yield* chosenNames(context, store);
  let { exit } = named;
  const sources: LineSource[] = [];
  const reading = readingContext(yield* visibleEnvironment(session), io);
  for (const name of named.names) {
    session.renewPatience();
    const stored = choice && store?.reader.source(name, choice);
    if (stored !== undefined) {
      sources.push({ ...bound(stored), filter });
      continue;
    }
    const source = isPast
      ? undefined
      : yield* logSource(name, { session, io, reading, paths: { session } });
    if (source !== undefined) {
      const isOfBoot = source.isBuffer && filter.sinceMs === undefined;
      const sinceMs = bootMs === undefined || isOfBoot
        ? filter.sinceMs
        : Math.max(bootMs, filter.sinceMs ?? -Infinity);
      const reader = new LineReader(name);
      sources.push({
        service: name,
        filter: { ...filter, sinceMs },
        *read() {
          return reader.read(yield* source.read());
        },
        finish: () => reader.finish(),
      });
    } else if (operands.length > 0) {
      const text = `no output of service '${name}' is kept, or it is not loaded.`;
      yield { kind: "error", lines: [text] };
      exit = 1;
    }
  }
  yield* printLines(sources, context, isPast || !options.follow);
  while (options.follow && !isPast && !io.isOutClosed()) {
    if ((yield* session.nextEvent(pollMs)) === "closed") return exit;
    session.renewPatience();
    const added = wantedLines(yield* nextLines(sources, false), sources);
    const showsNames = sources.length !== 1;
    if (added.length > 0) yield { kind: "log-lines", lines: added, showsNames };
  }
  return exit;
}

/** The same out of a store alone, without a manager. */
export function* storedLogs(context: LogContext, pollMs: number): CommandRun {
  const { operands, options, io } = context;
  const directory = options.storeDirectory ?? "";
  const reader = LogStoreReader.open(directory, io);
  if (typeof reader === "string") {
    throw new ClientError(`cannot read the log store ${directory}: ${reader}.`);
  }
  if (options.clear) throw new ClientError("--clear is for the buffer of one service.");
  const store: CurrentStore = { reader, runId: undefined };
  if (options.listsBoots) return yield* listBoots(store);
  const filter = lineFilter(context);
  const choice = (yield* storeChoice(context, filter, store)) ?? ALL;
  const names = operands.length > 0 ? operands : yield* reader.services();
  const sources: LineSource[] = [];
  let exit: ExitCode = 0;
  for (const name of names) {
    const source = reader.source(name, choice);
    if (source !== undefined) sources.push({ ...bound(source), filter });
    else {
      yield { kind: "error", lines: [`there is no output of service '${name}' in ${directory}.`] };
      exit = 1;
    }
  }
  yield* printLines(sources, context, !options.follow);
  while (options.follow && !io.isOutClosed()) {
    io.sleep(pollMs);
    const added = wantedLines(yield* nextLines(sources, false), sources);
    const showsNames = sources.length !== 1;
    if (added.length > 0) yield { kind: "log-lines", lines: added, showsNames };
  }
  return exit;
}

/** `--list-boots` */
export function* listBoots({ reader, runId }: CurrentStore): CommandRun {
  const runs = yield* reader.runs();
  if (runs.length === 0) throw new ClientError(`there is nothing in the log store yet.`);
  const known = runs.findIndex((run) => run.runId === runId);
  yield { kind: "boots", runs, current: known === -1 ? runs.length - 1 : known };
  return 0;
}

const ALL: StoreChoice & { readonly isPast: boolean } = {
  run: undefined,
  sinceMs: undefined,
  mostLines: undefined,
  isPast: false,
};

/** undefined: there is no store. */
function* storeChoice(
  { options }: LogContext,
  { sinceMs, untilMs, pattern }: LineFilter,
  store: CurrentStore | undefined,
): Waiting<StoreChoice & { readonly isPast: boolean } | undefined> {
  if (store === undefined) return undefined;
  const { boot, lines } = options;
  const mostLines = untilMs === undefined && pattern === undefined ? lines : undefined;
  if (boot === undefined) return { run: undefined, sinceMs, mostLines, isPast: false };
  const runs = yield* store.reader.runs();
  const { run, runId } = chosenRun(runs, boot.word, store.runId);
  const isCurrent = runId === (store.runId ?? runs.at(-1)?.runId);
  return { run, sinceMs, mostLines, isPast: !isCurrent };
}

/** Those that were named; without names all that are loaded, and all that the store has. */
function* chosenNames(
  context: CommandContext,
  store: CurrentStore | undefined,
): Reporting<{ readonly names: Iterable<string>; readonly exit: ExitCode }> {
  const { session, operands } = context;
  if (operands.length > 0) return yield* namedServices(context);
  const loaded = (yield* session.list()).map(({ name }) => name);
  const stored = store === undefined ? [] : yield* store.reader.services();
  return { names: new Set([...stored, ...loaded]), exit: 0 };
}

function bound(
  source: Pick<LineSource, "service" | "read" | "finish">,
): Pick<LineSource, "service" | "read" | "finish"> {
  return {
    service: source.service,
    read: () => source.read(),
    finish: () => source.finish(),
  };
}

/** @param isLast Nothing more is waited for. */
function* printLines(
  sources: readonly LineSource[],
  { options }: Pick<LogContext, "options">,
  isLast: boolean,
): Reporting<void> {
  const first = yield* nextLines(sources, isLast);
  yield* tellUntimed(first, sources);
  const wanted = wantedLines(first, sources);
  const lines = options.lines === undefined ? wanted : lastOf(wanted, options.lines);
  const showsNames = sources.length !== 1;
  if (lines.length > 0) yield { kind: "log-lines", lines, showsNames };
}

/** @throws {ClientError} For a text that is no time, or no pattern. */
function lineFilter({ options, io }: LogContext): LineFilter {
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

/** @param isLast Nothing more is waited for: a line that was not ended counts, too. */
function* nextLines(sources: readonly LineSource[], isLast: boolean): Waiting<readonly LogLine[]> {
  const lines: LogLine[] = [];
  for (const source of sources) {
    for (const line of yield* source.read()) lines.push(line);
    if (isLast) lines.push(...source.finish());
  }
  return mergedLines(lines);
}

function wantedLines(
  lines: readonly LogLine[],
  sources: readonly LineSource[],
): readonly LogLine[] {
  const filters = new Map(sources.map(({ service, filter }) => [service, filter]));
  return lines.filter((line) => {
    const filter = filters.get(line.service);
    return filter !== undefined && isWanted(line, filter);
  });
}

/** Lines that nobody knows the time of are not left out silently. */
function* tellUntimed(
  lines: readonly LogLine[],
  sources: readonly LineSource[],
): Reporting<void> {
  const asking = sources.filter(({ filter }) =>
    filter.sinceMs !== undefined || filter.untilMs !== undefined
  );
  const asked = new Set(asking.map(({ service }) => service));
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
