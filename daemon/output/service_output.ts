/**
 * Where the output of services goes, as their descriptions say: to log buffers, log files or
 * consumers. The pipes for it: `output_pipes.ts`; the reading of them: `pipe_reader.ts`.
 *
 * A plain log file needs no pipe, the child gets it open; only what the manager adds (rotation,
 * time stamps) makes output go through it.
 */
import type { LogRate, ServiceDescription } from "../../core/description/mod.ts";
import type { ProcessRole } from "../../core/event.ts";
import { LogBuffer } from "../../core/log/buffer.ts";
import {
  isLimited,
  LineLimit,
  type LineRate,
  lineRate,
  USUAL_RATE,
} from "../../core/log/line_limit.ts";
import { LineStamper } from "../../core/log/line_stamper.ts";
import type { ServiceName } from "../../core/types.ts";
import type { Failure, Platform, StandardStream } from "../../platform/mod.ts";
import { type ChildOutput, noLog, type NoStream, openChildLog } from "./child_log.ts";
import type { LogFileTarget } from "./log_file_target.ts";
import type { FactSource } from "../kept/facts.ts";
import { INBOX_BYTES, type LeftInbox, type LeftText } from "../kept/inbox.ts";
import type { Keeper } from "../kept/keeper.ts";
import type { LeftBuffer } from "./kept_buffers.ts";
import { adoptedSink, type KeptOutputs, keptSink, type LeftOutput } from "./kept_outputs.ts";
import { LogFiles } from "./log_files.ts";
import { closeOutputPipe, type OutputPipe } from "./pipe.ts";
import type { OutputCopies, OutputCopy } from "./output_copies.ts";
import { OutputPipes } from "./output_pipes.ts";
import { PipeReader } from "./pipe_reader.ts";
import { timeStamp } from "./time_stamp.ts";
import { type Sink, sinkKind, sizeOf, targetOf } from "./sink.ts";

export interface ServiceOutputOptions {
  /** Gets a sentence that begins with the name of the service. */
  readonly warn: (text: string) => void;
  /** Milliseconds since 1970, for time stamps. */
  readonly wallClock: () => number;
  /** {@linkcode ServiceOutputs.bufferFacts} are to count: what they are of is nowhere else. */
  readonly keepBuffers: () => void;
  /** What may come of a service that says nothing of it. */
  readonly rate?: LineRate;
  /** Where output goes beside the log of its service. */
  readonly copies: Pick<OutputCopies, "of" | "isWanted">;
}

export class ServiceOutputs {
  readonly #platform: Platform;
  readonly #options: ServiceOutputOptions;
  readonly #pipes: OutputPipes;
  readonly #files: LogFiles;
  /** Reads the pipes, and waits for files. */
  readonly reader: PipeReader;
  /** All pipes, by their read ends. */
  readonly facts: FactSource;
  /** What is in log buffers. */
  readonly bufferFacts: FactSource;

  constructor(platform: Platform, options: ServiceOutputOptions) {
    this.#platform = platform;
    this.#options = options;
    this.#pipes = new OutputPipes(platform);
    this.facts = this.#pipes.facts;
    this.bufferFacts = this.#pipes.bufferFacts;
    const stamp = () => timeStamp(options.wallClock());
    this.#files = new LogFiles(platform, {
      warn: options.warn,
      stamp: (services) => this.#areStamped(services) ? stamp() : "",
    });
    this.reader = new PipeReader({
      ...{ platform, stamp, pipes: this.#pipes, files: this.#files },
      keepBuffers: options.keepBuffers,
    });
  }

  /**
   * Where the output of a process that is to be launched goes; makes the pipe if there is none yet.
   *
   * @param use `errand`: of a process that belongs to the run under way.
   */
  streamFor(
    description: ServiceDescription,
    use: ProcessRole | "errand",
  ): ChildOutput | NoStream {
    const { log, name } = description;
    const kind = this.#sinkKind(description);
    // The pipe of an earlier description, in which last words may wait.
    const present = this.#pipes.of(name)?.sink.kind;
    const isLeft = log.kind === "file" || (present === "copies" && use === "start");
    if (kind === undefined && present !== undefined && isLeft) this.#finish(name);
    if (log.kind === "file" && kind === undefined) {
      const target = targetOf(description, log);
      const output = openChildLog(this.#platform, target);
      return output.kind === "failure" ? this.#noLog(description, target, output) : output;
    }
    const isOwnStopCommand = use === "stop" && description.type !== "scripted";
    const isUnheard = isOwnStopCommand && kind !== "file" && kind !== "copies";
    if (kind === undefined || isUnheard) return { kind: "null" };
    const pipe = this.#pipeOf(description);
    if ("kind" in pipe) return pipe;
    if (use === "start") {
      const failure = this.#beginRun(pipe, description);
      if (failure !== undefined) return failure;
    }
    return { kind: "descriptor", fd: pipe.writeEnd };
  }

  /**
   * Standard input of a log consumer: the read end of the producer's pipe, made if it is not there
   * yet.
   */
  consumerInput(producer: ServiceName): StandardStream | Failure {
    const pipe = this.#pipes.of(producer) ?? this.#makePipe(producer, { kind: "none" });
    return "kind" in pipe ? pipe : { kind: "descriptor", fd: pipe.readEnd };
  }

  /** The text in a service's log buffer; undefined when the service has no buffer. */
  contents(description: ServiceDescription): Uint8Array | undefined {
    if (description.log.kind !== "buffer") return undefined;
    return this.#bufferOf(description.name)?.contents() ?? new Uint8Array(0);
  }

  clear(name: ServiceName): void {
    const pipe = this.#pipes.of(name);
    if (pipe?.sink.kind !== "buffer") return;
    pipe.sink.buffer.clear();
    this.#pipes.bufferFacts.note(pipe.readEnd);
  }

  /** Reads what is waiting in a service's pipe, so that its last words are kept before its end. */
  drain(name: ServiceName): void {
    const pipe = this.#pipes.of(name);
    if (pipe !== undefined) this.reader.drain(pipe);
  }

  /**
   * The service has stopped: its log files are closed, so that their file systems can be unmounted.
   */
  serviceStopped(name: ServiceName): void {
    const pipe = this.#pipes.of(name);
    if (pipe === undefined) return;
    const { sink, copy, limit } = pipe;
    if (sink.kind !== "file" && copy === undefined && limit === undefined) return;
    this.reader.drain(pipe);
    this.reader.tellDropped(pipe);
    copy?.rest();
    if (sink.kind !== "file") return;
    sink.file.rest();
    this.reader.followFile(sink.file);
  }

  /** The description changed: a pipe of another log type is closed, a buffer gets its new limit. */
  redescribe(description: ServiceDescription): void {
    const pipe = this.#pipes.of(description.name);
    if (pipe === undefined) return;
    const { log } = description;
    const { sink } = pipe;
    if (log.kind === "buffer" && sink.kind === "buffer") {
      sink.buffer.rule = log;
      this.#pipes.bufferFacts.note(pipe.readEnd);
    } else if (
      (log.kind === "file" && sink.kind === "file") ||
      (log.kind === "none" && sink.kind === "copies")
    ) {
      // A running process goes on writing to the pipe; the next launch takes what is described
      // then.
    } else if (this.#sinkKind(description) !== sink.kind) {
      this.#finish(description.name);
    }
  }

  hasPipe(name: ServiceName): boolean {
    return this.#pipes.of(name) !== undefined;
  }

  /** Closes both ends; what nobody has read is lost. */
  forget(name: ServiceName): void {
    const pipe = this.#pipes.remove(name);
    if (pipe === undefined) return;
    this.reader.forget(pipe);
    if (pipe.sink.kind === "file") this.#files.leave(name, pipe.sink.file);
    pipe.copy?.forget();
    closeOutputPipe(this.#platform, pipe);
  }

  /**
   * For {@linkcode adopt}. What nobody has read stays in the pipes; what flooded is read on at
   * once by the next manager, whose budget is fresh.
   */
  keep(keeper: Keeper): KeptOutputs {
    const files = [...this.#files.all()];
    const writers = new Map<object | undefined, ServiceName>();
    for (const [name, pipe] of this.#pipes.all()) writers.set(pipe, name);
    return {
      files: this.#files.keep(keeper).map((entry, index) => ({
        ...entry,
        unended: writers.get(files[index]?.unended),
      })),
      pipes: [...this.#pipes.all()].map((
        [name, { readEnd, writeEnd, sink, stamper, limit, copy }],
      ) => ({
        name,
        readEnd: keeper.descriptor(readEnd),
        writeEnd: keeper.descriptor(writeEnd),
        sink: keptSink(sink, files),
        stamps: stamper && { isInLine: stamper.isInLine },
        limit: limit && { rate: limit.rate, kept: limit.keep() },
        copies: copy?.wishes,
      })),
    };
  }

  /** Goes on where the pipes and files of another manager were. */
  adopt(kept: KeptOutputs): void {
    const files = this.#files.adopt(kept.files);
    for (const { name, readEnd, writeEnd, sink, stamps, limit, copies } of kept.pipes) {
      const pipe: OutputPipe = {
        readEnd,
        writeEnd,
        sink: adoptedSink(sink, files),
        stamper: stamps && new LineStamper(stamps.isInLine),
        limit: limit && new LineLimit(limit.rate),
        copy: copies && this.#options.copies.of(name, copies),
        isParked: false,
        windowBytes: 0,
        windowEnd: 0,
      };
      this.#pipes.adopt(name, pipe);
      if (limit === undefined) continue;
      pipe.limit?.adopt(limit.kept, this.#platform.now());
      this.reader.noteLoss(pipe);
    }
    kept.files.forEach(({ file, unended }, index) => {
      const pipe = unended === undefined ? undefined : this.#pipes.of(unended);
      files[index]?.adopt(file, pipe);
    });
    for (const pipe of this.#pipes.read()) this.reader.goOn(pipe);
    for (const file of files) this.#files.noteAwaited(file);
  }

  /**
   * Goes on with the pipes of a manager that has died. Files are opened when there is something to
   * be written.
   *
   * @param descriptionOf Undefined: there is no service of that name any more.
   * @param inbox What was read from one of them, and perhaps written.
   */
  adoptLeft(
    pipes: readonly LeftOutput[],
    descriptionOf: (name: ServiceName) => ServiceDescription | undefined,
    inbox?: LeftInbox,
  ): void {
    const text = inbox?.text;
    let isWritten = true;
    for (const { name, readEnd, writeEnd, sink: kind, buffer } of pipes) {
      const description = descriptionOf(name);
      const log = description?.log;
      const isWanted = description !== undefined && this.#sinkKind(description) === kind;
      if (kind !== "none" && !isWanted) {
        // Its end was under way.
        this.#platform.close(readEnd);
        this.#platform.close(writeEnd);
        continue;
      }
      const sink = description === undefined || kind === "none"
        ? { kind: "none" } as const
        : this.#makeSink(description, buffer);
      const isInLine = sink.kind === "buffer" && sink.buffer.isInLine;
      const isStamped = (log?.kind === "file" || log?.kind === "buffer") && log.timestamps;
      const pipe: OutputPipe = {
        ...{ readEnd, writeEnd, sink, isParked: false, windowBytes: 0, windowEnd: 0 },
        stamper: sink.kind !== "none" && isStamped ? new LineStamper(isInLine) : undefined,
        limit: description && this.#limitOf(description, undefined),
        copy: description === undefined || kind === "none" ? undefined : this.#copyOf(description),
      };
      this.#pipes.adopt(name, pipe);
      if (sink.kind === "none") continue;
      this.reader.goOn(pipe);
      if (text?.descriptor !== readEnd) continue;
      if (pipe.copy?.hasPassed(text.storePosition) === false) pipe.copy.take(text.text);
      if (wasWritten(sink, text)) continue;
      this.reader.fill(pipe, text.text);
      // A buffer is nowhere else before the next state counts; until then the text stays.
      isWritten = sink.kind !== "buffer";
    }
    if (inbox === undefined || !isWritten) return;
    this.reader.inbox.useLeft(inbox.memory);
    this.reader.inbox.done(INBOX_BYTES);
  }

  #finish(name: ServiceName): void {
    this.drain(name);
    const pipe = this.#pipes.of(name);
    if (pipe !== undefined) this.reader.tellDropped(pipe);
    this.forget(name);
  }

  #bufferOf(name: ServiceName): LogBuffer | undefined {
    const sink = this.#pipes.of(name)?.sink;
    return sink?.kind === "buffer" ? sink.buffer : undefined;
  }

  /** A process is about to write to the pipe. */
  #beginRun(pipe: OutputPipe, description: ServiceDescription): NoStream | undefined {
    const { log } = description;
    const { sink } = pipe;
    const copy = this.#copyOf(description);
    if (copy === undefined) pipe.copy?.forget();
    pipe.copy = copy;
    copy?.beginRun();
    pipe.limit = this.#limitOf(description, pipe.limit);
    pipe.limit?.endLine();
    const isStamped = (log.kind === "file" || log.kind === "buffer") && log.timestamps;
    if (!isStamped) pipe.stamper = undefined;
    else if (pipe.stamper === undefined) pipe.stamper = new LineStamper();
    if (sink.kind === "buffer") {
      sink.buffer.noteRestart();
      this.#pipes.bufferFacts.note(pipe.readEnd);
      pipe.stamper?.endLine();
    }
    if (sink.kind !== "file" || log.kind !== "file") return undefined;
    const target = targetOf(description, log);
    const file = this.#files.join(description.name, target);
    if (file !== sink.file) this.#files.leave(description.name, sink.file);
    pipe.sink = { kind: "file", file };
    const failure = file.open(target);
    if (failure !== undefined) return this.#noLog(description, target, failure);
    if (isStamped) {
      file.endLine();
      pipe.stamper?.endLine();
    }
    this.reader.followFile(file);
    return undefined;
  }

  #areStamped(services: Iterable<ServiceName>): boolean {
    return [...services].some((name) => this.#pipes.of(name)?.stamper !== undefined);
  }

  #sinkKind({ log, logCopies, logRate }: ServiceDescription): Sink["kind"] | undefined {
    return sinkKind(log, {
      isCopied: this.#options.copies.isWanted(logCopies),
      isLimited: isLimited(this.#rateOf(logRate)),
    });
  }

  #rateOf(own: LogRate | undefined): LineRate {
    return lineRate(own, this.#options.rate ?? USUAL_RATE);
  }

  /** @param present That of the run before, whose interval goes on. */
  #limitOf(
    { log, logRate }: ServiceDescription,
    present: LineLimit | undefined,
  ): LineLimit | undefined {
    const rate = this.#rateOf(logRate);
    if (log.kind === "pipe" || !isLimited(rate)) return undefined;
    if (present === undefined) return new LineLimit(rate);
    present.rate = rate;
    return present;
  }

  /** A consumer alone sees what goes to it. */
  #copyOf({ name, log, logCopies }: ServiceDescription): OutputCopy | undefined {
    return log.kind === "pipe" ? undefined : this.#options.copies.of(name, logCopies);
  }

  #pipeOf(description: ServiceDescription): OutputPipe | Failure {
    const { name } = description;
    const present = this.#pipes.of(name);
    if (present !== undefined) {
      if (this.#sinkKind(description) === present.sink.kind) return present;
      this.#finish(name);
    }
    return this.#makePipe(name, this.#makeSink(description));
  }

  #makeSink(description: ServiceDescription, left?: LeftBuffer): Sink {
    const { log, name } = description;
    if (log.kind === "buffer") {
      const buffer = left === undefined
        ? new LogBuffer(log)
        : LogBuffer.adopting({ ...left, rule: log }, left.end);
      return { kind: "buffer", buffer };
    }
    if (log.kind === "none") return { kind: "copies" };
    if (log.kind === "pipe") return { kind: "none" };
    const file = this.#files.join(name, targetOf(description, log));
    return { kind: "file", file };
  }

  #makePipe(name: ServiceName, sink: Sink): OutputPipe | Failure {
    const pipe = this.#pipes.make(name, sink);
    if ("kind" in pipe && sink.kind === "file") this.#files.leave(name, sink.file);
    return pipe;
  }

  #noLog(
    description: ServiceDescription,
    { path }: LogFileTarget,
    failure: Failure,
  ): NoStream {
    return noLog(this.#platform, description, failure, { path, warn: this.#options.warn });
  }
}

/** What takes it has only one writer, so what has made it longer is the text. */
function wasWritten(sink: Sink, { sizeBytes }: LeftText): boolean {
  return sizeBytes >= 0 && sizeOf(sink) > sizeBytes;
}
