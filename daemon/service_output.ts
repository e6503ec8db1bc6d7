/**
 * What services write: the pipes between them and their log buffers, log files or consumers.
 *
 * Kept by service name, not by record: a pipe outlives the process, and the unloading of a producer, so
 * that nothing written is lost between two runs. The manager holds both ends until it is forgotten.
 *
 * A plain log file needs no pipe, the child gets it open; only what the manager adds (rotation, time stamps)
 * makes output go through it.
 */
import type { ServiceDescription } from "../core/description/mod.ts";
import type { ProcessRole } from "../core/event.ts";
import { LogBuffer } from "../core/log/buffer.ts";
import { LineStamper } from "../core/log/line_stamper.ts";
import { EXEC_STAGE, type Fd, type Instant, type ServiceName } from "../core/types.ts";
import type { Failure, Platform, SpawnResult, StandardStream } from "../platform/mod.ts";
import { LogFile, type LogFileTarget } from "./log_file.ts";
import { OutputPacer } from "./output_pacer.ts";
import { isManaged, isSameSink, type Sink, targetOf } from "./output_sink.ts";

/** One wake-up reads at most this much, so that a service that floods its log starves nobody. */
const READ_BYTES = 64 * 1024;
/** Who writes this much within a window of the pacer floods; 1.6 MB/s if it goes on. */
const FLOOD_BYTES = 32 * 1024;
/** Reads at the end of a process: enough for the largest pipe that a user may set up, 1 MiB (pipe(7)). */
const MOST_DRAIN_READS = 16;

interface OutputPipe {
  readonly readEnd: Fd;
  readonly writeEnd: Fd;
  readonly sink: Sink;
  stamper: LineStamper | undefined;
  /** Not read for now: it flooded, or its file cannot take more. */
  isParked: boolean;
  /** Bytes read since the pacer's window began that ends at `windowEnd`. */
  windowBytes: number;
  windowEnd: number;
}

export interface ServiceOutputOptions {
  /** Gets a sentence that begins with the name of the service. */
  readonly warn: (text: string) => void;
  /** Milliseconds since 1970, for time stamps. */
  readonly wallClock: () => number;
}

/** The output of a child; a descriptor for it only is to be closed when it has been made. */
export type ChildOutput = StandardStream & { readonly isForChildOnly?: true };

/** The child cannot get its output: it was not made, or not even tried. */
export type NoStream = Exclude<SpawnResult, { kind: "started" }>;

const encoder = new TextEncoder();

export class ServiceOutputs {
  readonly #platform: Platform;
  readonly #options: ServiceOutputOptions;
  readonly #pipes = new Map<ServiceName, OutputPipe>();
  readonly #pipesByReadEnd = new Map<Fd, OutputPipe>();
  /** Pipes whose file is a FIFO or terminal that takes no more at present, by its descriptor. */
  readonly #waitingForRoom = new Map<Fd, OutputPipe>();
  readonly #readBuffer = new Uint8Array(READ_BYTES);
  readonly #pacer = new OutputPacer();
  #parkedForFlood: OutputPipe[] = [];

  constructor(platform: Platform, options: ServiceOutputOptions) {
    this.#platform = platform;
    this.#options = options;
  }

  /** Where the output of a process that is to be launched goes; makes the pipe if there is none yet. */
  streamFor(description: ServiceDescription, role: ProcessRole): ChildOutput | NoStream {
    const { log, name } = description;
    if (log.kind === "file" && !isManaged(log)) {
      // The pipe of an earlier description, in which last words may wait.
      if (this.#pipes.has(name)) this.#finish(name);
      return this.#openForChild(description, targetOf(description, log));
    }
    const isOwnStopCommand = role === "stop" && description.type !== "scripted";
    if (log.kind === "none" || (isOwnStopCommand && log.kind !== "file")) return { kind: "null" };
    const pipe = this.#pipeOf(description);
    if ("kind" in pipe) return pipe;
    if (role === "start") {
      const failure = this.#beginRun(pipe, description);
      if (failure !== undefined) return failure;
    }
    return { kind: "descriptor", fd: pipe.writeEnd };
  }

  /** Programs do not expect that writing fails because a reader is slow. */
  #openForChild(description: ServiceDescription, target: LogFileTarget): ChildOutput | NoStream {
    const opened = this.#platform.openLogFile(target.path, target);
    if (opened.kind === "failure") return this.#cannotOpen(description, target, opened);
    this.#platform.setBlocking(opened.fd, true);
    return { kind: "descriptor", fd: opened.fd, isForChildOnly: true };
  }

  #cannotOpen(
    { name, workingDirectory }: ServiceDescription,
    { path }: LogFileTarget,
    failure: Failure,
  ): NoStream {
    // The child would find out first, and it is the cause if the log is in there.
    if (!this.#platform.exists(workingDirectory)) {
      return {
        kind: "exec-failed",
        stage: EXEC_STAGE.workingDirectory,
        errno: failure.errno,
      };
    }
    this.#options.warn(`${name}: Cannot open the log file "${path}": ${failure.message}`);
    return { kind: "exec-failed", stage: EXEC_STAGE.logFile, errno: failure.errno };
  }

  /** Standard input of a log consumer: the read end of the producer's pipe, made if it is not there yet. */
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
    this.#bufferOf(name)?.clear();
  }

  /** @returns Whether the descriptor is one of the pipes, or a file that one of them leads to. */
  handleDescriptor(descriptor: Fd): boolean {
    const pipe = this.#pipesByReadEnd.get(descriptor);
    if (pipe !== undefined) {
      this.#readPaced(pipe);
      return true;
    }
    const waiting = this.#waitingForRoom.get(descriptor);
    if (waiting === undefined) return false;
    if (waiting.sink.kind === "file") waiting.sink.file.handleWritable();
    this.#followFile(waiting);
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
      if (!this.#canTake(pipe) || this.#read(pipe) < READ_BYTES) return;
    }
  }

  /** The service has stopped: its log file is closed, so that its file system can be unmounted. */
  serviceStopped(name: ServiceName): void {
    const pipe = this.#pipes.get(name);
    if (pipe?.sink.kind !== "file") return;
    this.drain(name);
    pipe.sink.file.rest();
    this.#followFile(pipe);
  }

  /** The description changed: a pipe of another log type is closed, a buffer gets its new limit. */
  redescribe(description: ServiceDescription): void {
    const pipe = this.#pipes.get(description.name);
    if (pipe === undefined) return;
    const { log } = description;
    if (log.kind === "buffer" && pipe.sink.kind === "buffer") {
      pipe.sink.buffer.limitBytes = log.limitBytes;
    } else if (log.kind === "file" && pipe.sink.kind === "file") {
      // A running process goes on writing to the pipe; the next launch takes what is described then.
    } else if (!isSameSink(pipe.sink, log)) {
      this.#finish(description.name);
    }
  }

  /** Closes both ends; what nobody has read is lost. */
  forget(name: ServiceName): void {
    const pipe = this.#pipes.get(name);
    if (pipe === undefined) return;
    this.#pipes.delete(name);
    this.#parkedForFlood = this.#parkedForFlood.filter((parked) => parked !== pipe);
    if (pipe.sink.kind !== "none") {
      this.#pipesByReadEnd.delete(pipe.readEnd);
      this.#platform.poller.unwatch(pipe.readEnd);
    }
    if (pipe.sink.kind === "file") {
      pipe.sink.file.close();
      this.#followFile(pipe);
    }
    this.#platform.close(pipe.readEnd);
    this.#platform.close(pipe.writeEnd);
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
    const isStamped = (log.kind === "file" || log.kind === "buffer") && log.timestamps;
    if (!isStamped) pipe.stamper = undefined;
    else if (pipe.stamper === undefined) pipe.stamper = new LineStamper();
    if (sink.kind === "buffer") {
      sink.buffer.noteRestart();
      pipe.stamper?.endLine();
    }
    if (sink.kind !== "file" || log.kind !== "file") return undefined;
    const target = targetOf(description, log);
    const failure = sink.file.open(target);
    if (failure !== undefined) return this.#cannotOpen(description, target, failure);
    if (isStamped) {
      sink.file.endLine();
      pipe.stamper?.endLine();
    }
    this.#followFile(pipe);
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
    this.#followFile(pipe);
  }

  /** @returns Bytes read; 0 when there was nothing. */
  #read(pipe: OutputPipe): number {
    const count = this.#platform.read(pipe.readEnd, this.#readBuffer);
    if (typeof count !== "number" || count === 0) return 0;
    const text = this.#readBuffer.subarray(0, count);
    const stamped = pipe.stamper?.stamp(text, encoder.encode(this.#stamp())) ?? text;
    switch (pipe.sink.kind) {
      case "none":
        break;
      case "buffer":
        pipe.sink.buffer.append(stamped);
        break;
      case "file":
        pipe.sink.file.append(stamped);
    }
    return count;
  }

  #stamp(): string {
    return `${new Date(this.#options.wallClock()).toISOString()} `;
  }

  #canTake(pipe: OutputPipe): boolean {
    return pipe.sink.kind !== "file" || pipe.sink.file.canTake;
  }

  /** Waits for the file's room where it has none, and reads the pipe only while the file can take more. */
  #followFile(pipe: OutputPipe): void {
    if (pipe.sink.kind !== "file") return;
    for (const [descriptor, waiting] of this.#waitingForRoom) {
      if (waiting === pipe) this.#waitingForRoom.delete(descriptor);
    }
    const { awaited, canTake } = pipe.sink.file;
    if (awaited !== undefined) this.#waitingForRoom.set(awaited, pipe);
    if (!this.#parkedForFlood.includes(pipe)) this.#park(pipe, !canTake);
  }

  #park(pipe: OutputPipe, isParked: boolean): void {
    if (pipe.isParked === isParked || !this.#pipesByReadEnd.has(pipe.readEnd)) return;
    pipe.isParked = isParked;
    this.#platform.poller.change(pipe.readEnd, { read: !isParked, write: false });
  }

  #pipeOf(description: ServiceDescription): OutputPipe | Failure {
    const { name, log } = description;
    const present = this.#pipes.get(name);
    if (present !== undefined) {
      if (isSameSink(present.sink, log)) return present;
      this.#finish(name);
    }
    return this.#makePipe(name, this.#makeSink(description));
  }

  #makeSink(description: ServiceDescription): Sink {
    const { log, name } = description;
    if (log.kind === "buffer") return { kind: "buffer", buffer: new LogBuffer(log.limitBytes) };
    if (log.kind !== "file") return { kind: "none" };
    const file = new LogFile(this.#platform, targetOf(description, log), {
      warn: (text) => this.#options.warn(`${name}: ${text}`),
      stamp: () => this.#pipes.get(name)?.stamper === undefined ? "" : this.#stamp(),
    });
    return { kind: "file", file };
  }

  #makePipe(name: ServiceName, sink: Sink): OutputPipe | Failure {
    const ends = this.#platform.pipe();
    if (ends.kind === "failure") return ends;
    const { readEnd, writeEnd } = ends;
    // Programs do not expect that writing fails because a reader is slow, nor reading for want of text.
    this.#platform.setBlocking(writeEnd, true);
    if (sink.kind === "none") this.#platform.setBlocking(readEnd, true);
    const pipe: OutputPipe = {
      readEnd,
      writeEnd,
      sink,
      stamper: undefined,
      isParked: false,
      windowBytes: 0,
      windowEnd: 0,
    };
    if (sink.kind !== "none") {
      const failure = this.#platform.poller.watch(readEnd, { read: true, write: false });
      if (failure !== undefined) {
        this.#platform.close(readEnd);
        this.#platform.close(writeEnd);
        return failure;
      }
      this.#pipesByReadEnd.set(readEnd, pipe);
    }
    this.#pipes.set(name, pipe);
    return pipe;
  }
}
