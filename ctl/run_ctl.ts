/**
 * `dinitctl`: from its words to its exit status.
 */
import { ClientError } from "./interface/client_error.ts";
import { parseCommandLine, type ParsedCommandLine } from "./words/command_line.ts";
import type { CommandContext } from "./commands/lookup/context.ts";
import { changeOffline } from "./commands/enabling/enable_offline.ts";
import { changeMaskOffline } from "./commands/enabling/mask.ts";
import { readNameOperand } from "./commands/lookup/name_pattern.ts";
import { logsWithoutManager } from "./commands/views/logs.ts";
import { listSignals, signalFault } from "./commands/orders/signal.ts";
import { openSession } from "./connection/connect.ts";
import { COMMANDS } from "./dispatch.ts";
import { ctlHelp, verbHelp } from "./words/help.ts";
import type { ClientIo } from "./interface/io.ts";
import type { CtlOptions } from "./words/options.ts";
import { type Printed, problem } from "./render/text/printed.ts";
import { interruptText } from "./render/orders/wait_text.ts";
import { renderReport, type RenderStyle } from "./render/report_text.ts";
import { pagerFor, type PrintSink } from "./interface/pager.ts";
import type { CommandRun, ExitCode } from "./interface/report.ts";
import type { WorkingVerb } from "./words/verbs.ts";
import { versionText } from "./words/version_text.ts";
import { isWait, NOTHING, PAUSE, runToEnd, type Waiting } from "./interface/waits.ts";

/** Carries out one command line of `dinitctl`, with a driver that stands still while it waits. */
export function runCtl(words: readonly string[], io: ClientIo): ExitCode {
  return runToEnd(ctlProgram(parseCommandLine(words), io), io);
}

/** A command line of `dinitctl` at work: prints through `io`, and gives the exit status. */
export function* ctlProgram(parsed: ParsedCommandLine, io: ClientIo): Waiting<ExitCode> {
  switch (parsed.kind) {
    case "help":
      io.out(parsed.verb === undefined ? ctlHelp() : verbHelp(parsed.verb));
      return 0;
    case "version":
      io.out(versionText());
      return 0;
    case "faulty":
      for (const line of parsed.lines) write(problem(line), io);
      return 1;
    case "run":
      return yield* runVerb(parsed.verb, parsed.operands, parsed.options, io);
  }
}

function* runVerb(
  verb: WorkingVerb,
  operands: readonly string[],
  options: CtlOptions,
  io: ClientIo,
): Waiting<ExitCode> {
  const style: RenderStyle = {
    json: options.json,
    isTerminal: io.isOutTerminal,
    hasColour: io.hasColour,
    isOneOfMany: operands.length > 1 || operands.some(mayBeMany),
    errorText: (errno) => io.errorText(errno),
    decodeOutput: outputDecoder(),
    wallClockMs: () => io.wallClockMs(),
    timeOfDay: () => io.timeOfDay(),
  };
  const isPaged = verb === "logs" && options.usesPager && !options.follow && !options.json &&
    !options.clear;
  const pager = isPaged ? pagerFor(io) : undefined;
  const sink = pager?.sink ?? io;
  try {
    const run = begin(verb, operands, options, io);
    return yield* follow(run, { style, isQuiet: options.isQuiet, sink, io });
  } catch (error) {
    if (!(error instanceof ClientError)) throw error;
    for (const line of error.lines) write(problem(line), io);
    return 1;
  } finally {
    pager?.show();
  }
}

/** What is no UTF-8 becomes U+FFFD. Made when first needed: few commands show output. */
function outputDecoder(): (bytes: Uint8Array) => string {
  let decoder: TextDecoder | undefined;
  return (bytes) => {
    decoder ??= new TextDecoder();
    return decoder.decode(bytes, { stream: true });
  };
}

function mayBeMany(word: string): boolean {
  return readNameOperand(word).kind === "pattern";
}

/** @throws {ClientError} When there is no manager to talk to. */
function* begin(
  verb: WorkingVerb,
  operands: readonly string[],
  options: CtlOptions,
  io: ClientIo,
): CommandRun {
  if (verb === "signal") {
    if (options.listSignals) return yield* listSignals(io.os);
    const fault = signalFault(operands[0] ?? "", io.os);
    if (fault !== undefined) {
      yield { kind: "error", lines: fault };
      return 1;
    }
  }
  if (options.isOffline && (verb === "enable" || verb === "disable")) {
    return yield* changeOffline(verb, operands[0] ?? "", options, io);
  }
  if (options.isOffline && (verb === "mask" || verb === "unmask")) {
    return yield* changeMaskOffline(verb, operands[0] ?? "", options, io);
  }
  if (verb === "logs" && options.storeDirectory !== undefined) {
    return yield* logsWithoutManager({ operands, options, io });
  }
  const session = yield* openSession(options, io);
  try {
    const context: CommandContext = { session, operands, options, io };
    return yield* COMMANDS[verb](context);
  } finally {
    session.close();
  }
}

/** Prints what a command reports, as it comes, and gives its exit status. */
function* follow(
  run: CommandRun,
  { style, isQuiet, sink, io }: {
    readonly style: RenderStyle;
    readonly isQuiet: boolean;
    readonly sink: PrintSink;
    readonly io: ClientIo;
  },
): Waiting<ExitCode> {
  const printer = new Printer(isQuiet, sink);
  let received = NOTHING;
  try {
    for (;;) {
      const step = run.next(received);
      if (step.done === true) return step.value;
      received = NOTHING;
      if (isWait(step.value)) received = yield step.value;
      else if (step.value.kind === "interruptible") io.atInterrupt(interruptText(step.value.text));
      else yield* printer.print(renderReport(step.value, style));
    }
  } finally {
    // A driver may give up in the middle.
    run.return(1);
  }
}

/**
 * How many pieces are made before others may have their turn; the lines of a service's status take
 * 0.1 ms.
 */
const PIECES_BETWEEN_PAUSES = 8;

/** More is written at once only when it is one piece. */
const WRITE_LENGTH = 32_768;

/** Prints reports in turns with others. */
class Printer {
  readonly #isQuiet: boolean;
  readonly #sink: PrintSink;
  /** Of all reports: of short ones there may be many. */
  #pieces = 0;

  constructor(isQuiet: boolean, sink: PrintSink) {
    this.#isQuiet = isQuiet;
    this.#sink = sink;
  }

  /** In as few writes as the change between the streams allows. */
  *print(pieces: Iterable<Printed>): Waiting<void> {
    let joined: { stream: "out" | "err"; text: string } | undefined;
    for (const piece of pieces) {
      this.#pieces += 1;
      if (this.#pieces % PIECES_BETWEEN_PAUSES === 0) yield PAUSE;
      if (piece.stream === "success" && this.#isQuiet) continue;
      const hasRoom = joined !== undefined && joined.text.length < WRITE_LENGTH;
      if (piece.stream !== "bytes" && hasRoom && joined?.stream === streamOf(piece)) {
        joined.text += piece.text;
        continue;
      }
      if (joined !== undefined) write(joined, this.#sink);
      joined = undefined;
      if (piece.stream !== "bytes") joined = { stream: streamOf(piece), text: piece.text };
      else {
        write(piece, this.#sink);
        // It may be large, and is to be taken before the next one is made.
        yield PAUSE;
      }
    }
    if (joined !== undefined) write(joined, this.#sink);
  }
}

function streamOf({ stream }: Exclude<Printed, { readonly stream: "bytes" }>): "out" | "err" {
  return stream === "err" ? "err" : "out";
}

function write(printed: Printed, sink: PrintSink): void {
  switch (printed.stream) {
    case "out":
    case "success":
      return sink.out(printed.text);
    case "err":
      return sink.err(printed.text);
    case "bytes":
      return sink.outBytes(printed.bytes);
  }
}
