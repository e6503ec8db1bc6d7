/**
 * `logs`: the output of services, from buffers and files; with `--follow` what comes later too.
 *
 * That of one service is printed as it is. Of several, or when lines are chosen, lines are put into
 * the order of the times before them.
 */
import { ClientError } from "../../interface/client_error.ts";
import type { Handle } from "../../../core/protocol/mod.ts";
import type { Session } from "../../connection/session.ts";
import type { CommandRun, ExitCode, Reporting } from "../../interface/report.ts";
import type { Waiting } from "../../interface/waits.ts";
import { choosesLines } from "../../words/options.ts";
import { askManager } from "../../connection/figures.ts";
import type { Command, CommandContext } from "../lookup/context.ts";
import { LogStoreReader } from "../lookup/log_store.ts";
import { lastLines } from "../lookup/last_lines.ts";
import { readingContext, visibleEnvironment } from "../lookup/read_service.ts";
import {
  findService,
  literalName,
  loadService,
  tellLoadFailure,
} from "../lookup/service_lookup.ts";
import { type LogSource, logSource } from "./log_sources.ts";
import { type CurrentStore, listBoots, mergedLogs, storedLogs } from "./merged_logs.ts";
import { newBytes } from "./new_output.ts";
import { noBufferLines } from "./output_place.ts";

/**
 * Distance of two looks at the output: the protocol has no message for what is new. In between no
 * handle is kept, because that would keep others from reloading the service.
 */
const POLL_MS = 250;

export const logs: Command = function* (context) {
  const { session, operands, options } = context;
  if (!session.knows("read-log")) {
    throw new ClientError("the manager is too old to show output (control protocol 1).");
  }
  const isPlain = operands.length === 1 && !choosesLines(options);
  const store = options.clear ? undefined : yield* openStore(context);
  if (options.listsBoots) {
    if (store === undefined) throw new ClientError("this manager has no log store.");
    return yield* listBoots(store);
  }
  if (isPlain && !(yield* isStored(context, store))) return yield* oneLog(context);
  if (options.clear) throw new ClientError("--clear is for the buffer of one service.");
  return yield* mergedLogs(context, store, POLL_MS);
};

/** `logs` out of a folder, without a manager. */
export function* logsWithoutManager(
  context: Pick<CommandContext, "operands" | "options" | "io">,
): CommandRun {
  return yield* storedLogs(context, POLL_MS);
}

/** undefined: the manager has none. @throws {ClientError} When boots are asked for in vain. */
function* openStore({ session, options, io }: CommandContext): Reporting<CurrentStore | undefined> {
  const place = (yield* askManager(session))?.logStore;
  if (place === undefined) return undefined;
  const { directory, runId } = place;
  const reader = LogStoreReader.open(directory, io);
  if (typeof reader !== "string") return { reader, runId };
  const text = `the log store ${directory} cannot be read: ${reader}.`;
  if (options.boot !== undefined || options.listsBoots) throw new ClientError(text);
  if (choosesLines(options)) yield { kind: "remark", text };
  return undefined;
}

const ANY = { run: undefined, sinceMs: undefined, mostLines: undefined };

/** Whether a service's output is in the store: then it goes further back than a buffer. */
function* isStored(
  { session, operands }: CommandContext,
  store: CurrentStore | undefined,
): Reporting<boolean> {
  if (store === undefined) return false;
  const name = yield* literalName(session, operands[0] ?? "");
  return store.reader.source(name, ANY) !== undefined;
}

function* oneLog(context: CommandContext): CommandRun {
  const { session, operands, options, io } = context;
  const name = yield* literalName(session, operands[0] ?? "");
  const { clear } = options;
  const service = yield* loadService(session, name);
  if (service.kind === "failed") {
    yield* tellLoadFailure(name, service.fault, { session }, io);
    return 1;
  }
  const atFirst = yield* readBuffer(session, service.handle, clear);
  if (atFirst === undefined) {
    const shown = clear ? undefined : yield* fileLog(context, name);
    if (shown !== undefined) return shown;
    yield { kind: "error", lines: yield* noBufferLines(session, service, io) };
    return 1;
  }
  const first = options.lines === undefined ? atFirst : lastLines(atFirst, options.lines);
  if (first.length > 0) yield { kind: "output", bytes: first };
  if (!options.follow) return 0;

  yield* release(session, service.handle);
  let seen: Uint8Array = clear ? NOTHING : atFirst;
  while (!io.isOutClosed()) {
    if ((yield* session.nextEvent(POLL_MS)) === "closed") return 0;
    const now = yield* lookAgain(session, name, clear);
    if (now === undefined) continue;
    const added = newBytes(seen, now);
    if (added.length > 0) yield { kind: "output", bytes: added };
    seen = clear ? NOTHING : now;
  }
  return 0;
}

const NOTHING = new Uint8Array(0);

/** The same of a file; undefined: it does not write one, or that cannot be read. */
function* fileLog(context: CommandContext, name: string): Reporting<ExitCode | undefined> {
  const { session, options, io } = context;
  const reading = readingContext(yield* visibleEnvironment(session), io);
  const source: LogSource | undefined = yield* logSource(name, {
    ...{ session, io, reading },
    paths: { session },
  });
  if (source === undefined) return undefined;
  const atFirst = yield* source.read();
  if (atFirst.length === 0 && !options.follow) return undefined;
  const first = options.lines === undefined ? atFirst : lastLines(atFirst, options.lines);
  if (first.length > 0) yield { kind: "output", bytes: first };
  while (options.follow && !io.isOutClosed()) {
    if ((yield* session.nextEvent(POLL_MS)) === "closed") return 0;
    const added = yield* source.read();
    if (added.length > 0) yield { kind: "output", bytes: added };
  }
  return 0;
}

/** undefined: the service is not loaded now, or has no buffer any more; that may change again. */
function* lookAgain(
  session: Session,
  name: string,
  clear: boolean,
): Waiting<Uint8Array | undefined> {
  const service = yield* findService(session, name);
  if (service === undefined) return undefined;
  const bytes = yield* readBuffer(session, service.handle, clear);
  yield* release(session, service.handle);
  return bytes;
}

/** undefined: the manager keeps none. */
function* readBuffer(
  session: Session,
  handle: Handle,
  clear: boolean,
): Waiting<Uint8Array | undefined> {
  const reply = yield* session.expect({ kind: "read-log", handle, clear }, "log", "nak");
  return reply.kind === "log" ? reply.bytes : undefined;
}

/** Managers before version 4 cannot be told; the handles then last as long as the connection. */
function* release(session: Session, handle: Handle): Waiting<void> {
  if (session.knows("close-handle")) yield* session.expect({ kind: "close-handle", handle }, "ack");
}
