/**
 * What services write: the pipes between them and their log buffers, log files or consumers.
 *
 * Kept by service name, not by record: a pipe outlives the process, and the unloading of a
 * producer, so that nothing written is lost between two runs. The manager holds both ends until it
 * is forgotten.
 *
 * A plain log file needs no pipe, the child gets it open; only what the manager adds (rotation,
 * time stamps) makes output go through it.
 */
import type { ServiceDescription } from "../../core/description/mod.ts";
import type { ProcessRole } from "../../core/event.ts";
import { LogBuffer } from "../../core/log/buffer.ts";
import { LineStamper } from "../../core/log/line_stamper.ts";
import type { Fd, Instant, ServiceName } from "../../core/types.ts";
import type { Failure, Platform, StandardStream } from "../../platform/mod.ts";
import { type ChildOutput, noLog, type NoStream, openChildLog } from "./child_log.ts";
import type { LogFile } from "./log_file.ts";
import type { LogFileTarget } from "./log_file_target.ts";
import { FACT_KIND, Facts } from "../kept/facts.ts";
import { Inbox, INBOX_BYTES, type LeftInbox, type LeftText } from "../kept/inbox.ts";
import type { Keeper } from "../kept/keeper.ts";
import { watchAgain } from "../kept/watch_again.ts";
import { BufferFacts, type LeftBuffer } from "./kept_buffers.ts";
import {
  adoptedSink,
  type KeptOutputs,
  keptSink,
  type LeftOutput,
  type LeftPipe,
} from "./kept_outputs.ts";
import { LogFiles } from "./log_files.ts";
import { closeOutputPipe, makeOutputPipe, outliveCrash, type OutputPipe } from "./pipe.ts";
import type { OutputCopies, OutputCopy } from "./output_copies.ts";
import { OutputPacer } from "./pacer.ts";
import { timeStamp } from "./time_stamp.ts";
import { type Sink, sinkKind, targetOf } from "./sink.ts";

/** Who writes this much within a window of the pacer floods; 1.6 MB/s if it goes on. */
const FLOOD_BYTES = 32 * 1024;
/**
 * Reads at the end of a process: enough for the largest pipe that a user may set up, 1 MiB
 * (pipe(7)).
 */
const MOST_DRAIN_READS = 32;

export interface ServiceOutputOptions {
  /** Gets a sentence that begins with the name of the service. */
  readonly warn: (text: string) => void;
  /** Milliseconds since 1970, for time stamps. */
  readonly wallClock: () => number;
  /** {@linkcode ServiceOutputs.bufferFacts} are to count: what they are of is nowhere else. */
  readonly keepBuffers: () => void;
  /** Where output goes beside the log of its service. */
  readonly copies: Pick<OutputCopies, "of" | "isWanted">;
}

const encoder = new TextEncoder();

export class ServiceOutputs {
  readonly #platform: Platform;
  readonly #options: ServiceOutputOptions;
  readonly #pipes = new Map<ServiceName, OutputPipe>();
  readonly #pipesByReadEnd = new Map<Fd, OutputPipe>();
  readonly #left = new Map<Fd, LeftPipe>();
  /** All pipes, by their read ends. */
  readonly facts = new Facts(FACT_KIND.output, this.#left);
  /** What is in log buffers. */
  readonly bufferFacts = new BufferFacts();
  readonly #files: LogFiles;
  /**
   * One wake-up reads at most what it holds, so that a service that floods its log starves nobody.
   */
  readonly inbox = new Inbox();
  readonly #pacer = new OutputPacer();
  #parkedForFlood: OutputPipe[] = [];

  constructor(platform: Platform, options: ServiceOutputOptions) {
    this.#platform = platform;
    this.#options = options;
    this.#files = new LogFiles(platform, {
      warn: options.warn,
      stamp: (services) => this.#areStamped(services) ? this.#stamp() : "",
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
    const present = this.#pipes.get(name)?.sink.kind;
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
    const pipe = this.#pipes.get(producer) ?? this.#makePipe(producer, { kind: "none" });
    return "kind" in pipe ? pipe : { kind: "descriptor", fd: pipe.readEnd };
  }

  /** The text in a service's log buffer; undefined when the service has no buffer. */
  contents(description: ServiceDescription): Uint8Array | undefined {
    if (description.log.kind !== "buffer") return undefined;
    return this.#bufferOf(description.name)?.contents() ?? new Uint8Array(0);
  }

  clear(name: ServiceName): void {
    const pipe = this.#pipes.get(name);
    if (pipe?.sink.kind !== "buffer") return;
    pipe.sink.buffer.clear();
    this.bufferFacts.note(pipe.readEnd);
  }

  /** @returns Whether the descriptor is one of the pipes, or a file that one of them leads to. */
  handleDescriptor(descriptor: Fd): boolean {
    const pipe = this.#pipesByReadEnd.get(descriptor);
    if (pipe !== undefined) {
      this.#readPaced(pipe);
      return true;
    }
    const file = this.#files.awaiting(descriptor);
    if (file === undefined) return false;
    file.handleWritable();
    this.#followFile(file);
    return true;
  }

  /** When pipes that were parked for flooding are read again; undefined when there is none. */
  next(): Instant | undefined {
    return this.#parkedForFlood.length > 0 ? this.#pacer.windowEnd : undefined;
  }

  runDue(now: Instant): void {
    if (this.#parkedForFlood.length === 0 || now < this.#pacer.windowEnd) return;
    const parked = this.#parkedForFlood;
    this.#parkedForFlood = [];
    for (const pipe of parked) this.#park(pipe, !this.#canTake(pipe));
  }

  /** Reads what is waiting in a service's pipe, so that its last words are kept before its end. */
  drain(name: ServiceName): void {
    const pipe = this.#pipes.get(name);
    if (pipe === undefined || pipe.sink.kind === "none") return;
    for (let reads = 0; reads < MOST_DRAIN_READS; reads++) {
      if (!this.#canTake(pipe) || this.#read(pipe) < INBOX_BYTES) return;
    }
  }

  /**
   * The service has stopped: its log files are closed, so that their file systems can be unmounted.
   */
  serviceStopped(name: ServiceName): void {
    const pipe = this.#pipes.get(name);
    if (pipe === undefined) return;
    const { sink, copy } = pipe;
    if (sink.kind !== "file" && copy === undefined) return;
    this.drain(name);
    copy?.rest();
    if (sink.kind !== "file") return;
    sink.file.rest();
    this.#followFile(sink.file);
  }

  /** The description changed: a pipe of another log type is closed, a buffer gets its new limit. */
  redescribe(description: ServiceDescription): void {
    const pipe = this.#pipes.get(description.name);
    if (pipe === undefined) return;
    const { log } = description;
    const { sink } = pipe;
    if (log.kind === "buffer" && sink.kind === "buffer") {
      sink.buffer.rule = log;
      this.bufferFacts.note(pipe.readEnd);
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
    return this.#pipes.has(name);
  }

  /** Closes both ends; what nobody has read is lost. */
  forget(name: ServiceName): void {
    const pipe = this.#pipes.get(name);
    if (pipe === undefined) return;
    this.#pipes.delete(name);
    this.#left.delete(pipe.readEnd);
    this.facts.note(pipe.readEnd);
    this.bufferFacts.remove(pipe.readEnd);
    this.#parkedForFlood = this.#parkedForFlood.filter((parked) => parked !== pipe);
    if (pipe.sink.kind !== "none") {
      this.#pipesByReadEnd.delete(pipe.readEnd);
      this.#platform.poller.unwatch(pipe.readEnd);
    }
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
    for (const [name, pipe] of this.#pipes) writers.set(pipe, name);
    return {
      files: this.#files.keep(keeper).map((entry, index) => ({
        ...entry,
        unended: writers.get(files[index]?.unended),
      })),
      pipes: [...this.#pipes].map(([name, { readEnd, writeEnd, sink, stamper, copy }]) => ({
        name,
        readEnd: keeper.descriptor(readEnd),
        writeEnd: keeper.descriptor(writeEnd),
        sink: keptSink(sink, files),
        stamps: stamper && { isInLine: stamper.isInLine },
        copies: copy?.wishes,
      })),
    };
  }

  /** Goes on where the pipes and files of another manager were. */
  adopt(kept: KeptOutputs): void {
    const files = this.#files.adopt(kept.files);
    for (const { name, readEnd, writeEnd, sink, stamps, copies } of kept.pipes) {
      const pipe: OutputPipe = {
        readEnd,
        writeEnd,
        sink: adoptedSink(sink, files),
        stamper: stamps && new LineStamper(stamps.isInLine),
        copy: copies && this.#options.copies.of(name, copies),
        isParked: false,
        windowBytes: 0,
        windowEnd: 0,
      };
      this.#setPipe(name, pipe);
      if (sink.kind !== "none") this.#pipesByReadEnd.set(readEnd, pipe);
      outliveCrash(this.#platform, pipe, sink);
    }
    kept.files.forEach(({ file, unended }, index) => {
      const pipe = unended === undefined ? undefined : this.#pipes.get(unended);
      files[index]?.adopt(file, pipe);
    });
    for (const pipe of this.#pipesByReadEnd.values()) {
      pipe.isParked = !this.#canTake(pipe);
      watchAgain(this.#platform, pipe.readEnd, { read: !pipe.isParked, write: false });
    }
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
        copy: description === undefined || kind === "none" ? undefined : this.#copyOf(description),
      };
      this.#setPipe(name, pipe);
      outliveCrash(this.#platform, pipe, sink);
      if (sink.kind === "none") continue;
      this.#pipesByReadEnd.set(readEnd, pipe);
      watchAgain(this.#platform, readEnd, { read: true, write: false });
      if (text?.descriptor !== readEnd) continue;
      if (pipe.copy?.hasPassed(text.storePosition) === false) pipe.copy.take(text.text);
      if (wasWritten(sink, text)) continue;
      this.#takeIntoSink(pipe, text.text);
      // A buffer is nowhere else before the next state counts; until then the text stays.
      isWritten = sink.kind !== "buffer";
    }
    if (inbox === undefined || !isWritten) return;
    this.inbox.useLeft(inbox.memory);
    this.inbox.done(INBOX_BYTES);
  }

  #finish(name: ServiceName): void {
    this.drain(name);
    this.forget(name);
  }

  #bufferOf(name: ServiceName): LogBuffer | undefined {
    const sink = this.#pipes.get(name)?.sink;
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
    const isStamped = (log.kind === "file" || log.kind === "buffer") && log.timestamps;
    if (!isStamped) pipe.stamper = undefined;
    else if (pipe.stamper === undefined) pipe.stamper = new LineStamper();
    if (sink.kind === "buffer") {
      sink.buffer.noteRestart();
      this.bufferFacts.note(pipe.readEnd);
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
    this.#followFile(file);
    return undefined;
  }

  #readPaced(pipe: OutputPipe): void {
    const begin = this.#platform.now();
    const count = this.#read(pipe);
    const isSpent = this.#pacer.spend(begin, this.#platform.now());
    if (pipe.windowEnd !== this.#pacer.windowEnd) {
      pipe.windowEnd = this.#pacer.windowEnd;
      pipe.windowBytes = 0;
    }
    pipe.windowBytes += count;
    if (isSpent && pipe.windowBytes >= FLOOD_BYTES) {
      this.#park(pipe, true);
      this.#parkedForFlood.push(pipe);
    }
    if (pipe.sink.kind === "file") this.#followFile(pipe.sink.file);
  }

  /** @returns Bytes read; 0 when there was nothing. */
  #read(pipe: OutputPipe): number {
    const { inbox } = this;
    const { sink } = pipe;
    const buffer = inbox.begin(pipe.readEnd, sizeOf(sink), pipe.copy?.position ?? -1);
    const count = this.#platform.read(pipe.readEnd, buffer);
    if (typeof count !== "number" || count === 0) {
      inbox.done(0);
      return 0;
    }
    inbox.got(count);
    this.#take(pipe, buffer.subarray(0, count));
    if (sink.kind === "buffer") this.#options.keepBuffers();
    inbox.done(count);
    return count;
  }

  #take(pipe: OutputPipe, text: Uint8Array<ArrayBuffer>): void {
    pipe.copy?.take(text);
    this.#takeIntoSink(pipe, text);
  }

  #takeIntoSink(pipe: OutputPipe, text: Uint8Array<ArrayBuffer>): void {
    const stamped = pipe.stamper?.stamp(text, encoder.encode(this.#stamp())) ?? text;
    switch (pipe.sink.kind) {
      case "none":
      case "copies":
        break;
      case "buffer":
        pipe.sink.buffer.append(stamped);
        this.bufferFacts.note(pipe.readEnd);
        break;
      case "file":
        pipe.sink.file.append(stamped, pipe);
    }
  }

  #stamp(): string {
    return timeStamp(this.#options.wallClock());
  }

  #canTake(pipe: OutputPipe): boolean {
    return pipe.sink.kind !== "file" || pipe.sink.file.canTake;
  }

  #areStamped(services: Iterable<ServiceName>): boolean {
    return [...services].some((name) => this.#pipes.get(name)?.stamper !== undefined);
  }

  /**
   * Waits for the file's room where it has none, and reads its pipes only while it can take more.
   */
  #followFile(file: LogFile): void {
    this.#files.noteAwaited(file);
    const { canTake } = file;
    for (const name of this.#files.servicesOf(file)) {
      const pipe = this.#pipes.get(name);
      if (pipe !== undefined && !this.#parkedForFlood.includes(pipe)) this.#park(pipe, !canTake);
    }
  }

  #park(pipe: OutputPipe, isParked: boolean): void {
    if (pipe.isParked === isParked || !this.#pipesByReadEnd.has(pipe.readEnd)) return;
    pipe.isParked = isParked;
    this.#platform.poller.change(pipe.readEnd, { read: !isParked, write: false });
  }

  #sinkKind({ log, logCopies }: ServiceDescription): Sink["kind"] | undefined {
    return sinkKind(log, this.#options.copies.isWanted(logCopies));
  }

  /** A consumer alone sees what goes to it. */
  #copyOf({ name, log, logCopies }: ServiceDescription): OutputCopy | undefined {
    return log.kind === "pipe" ? undefined : this.#options.copies.of(name, logCopies);
  }

  #pipeOf(description: ServiceDescription): OutputPipe | Failure {
    const { name } = description;
    const present = this.#pipes.get(name);
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
    const pipe = makeOutputPipe(this.#platform, sink);
    if ("kind" in pipe) {
      if (sink.kind === "file") this.#files.leave(name, sink.file);
      return pipe;
    }
    if (sink.kind !== "none") this.#pipesByReadEnd.set(pipe.readEnd, pipe);
    this.#setPipe(name, pipe);
    return pipe;
  }

  #setPipe(name: ServiceName, pipe: OutputPipe): void {
    const { readEnd, writeEnd, sink } = pipe;
    this.#pipes.set(name, pipe);
    const number = this.#platform.leftChannels?.pipeNumber(readEnd);
    this.#left.set(readEnd, { name, readEnd, writeEnd, sink: sink.kind, pipe: number });
    this.facts.note(readEnd);
    if (sink.kind === "buffer") this.bufferFacts.add(readEnd, sink.buffer);
  }

  #noLog(
    description: ServiceDescription,
    { path }: LogFileTarget,
    failure: Failure,
  ): NoStream {
    return noLog(this.#platform, description, failure, { path, warn: this.#options.warn });
  }
}

/** What grows by what is taken; −1: nothing. */
function sizeOf(sink: Sink): number {
  switch (sink.kind) {
    case "none":
    case "copies":
      return -1;
    case "buffer":
      return sink.buffer.end;
    case "file":
      return sink.file.sizeBytes;
  }
}

/** What takes it has only one writer, so what has made it longer is the text. */
function wasWritten(sink: Sink, { sizeBytes }: LeftText): boolean {
  return sizeBytes >= 0 && sizeOf(sink) > sizeBytes;
}
