/**
 * What services write: the pipes between them and their log buffers or consumers.
 *
 * Kept by service name, not by record: a pipe outlives the process, and the unloading of a producer, so
 * that nothing written is lost between two runs. The manager holds both ends until it is forgotten.
 */
import type { LogTarget, ServiceDescription } from "../core/description/description.ts";
import type { ProcessRole } from "../core/event.ts";
import { LogBuffer } from "../core/log/buffer.ts";
import type { Fd, ServiceName } from "../core/types.ts";
import type { Failure, Platform, StandardStream } from "../platform/mod.ts";

/** One wake-up reads at most this much, so that a service that floods its log starves nobody. */
const READ_BYTES = 64 * 1024;

interface OutputPipe {
  readonly readEnd: Fd;
  readonly writeEnd: Fd;
  /** Present when the manager itself reads the pipe. */
  readonly buffer: LogBuffer | undefined;
}

export class ServiceOutputs {
  readonly #platform: Platform;
  readonly #pipes = new Map<ServiceName, OutputPipe>();
  readonly #buffersByReadEnd = new Map<Fd, LogBuffer>();
  readonly #readBuffer = new Uint8Array(READ_BYTES);

  constructor(platform: Platform) {
    this.#platform = platform;
  }

  /** Where the output of a process that is to be launched goes; makes the pipe if there is none yet. */
  streamFor(description: ServiceDescription, role: ProcessRole): StandardStream | Failure {
    const { log } = description;
    if (log.kind === "file") return { ...log, kind: "file" };
    const isOwnStopCommand = role === "stop" && description.type !== "scripted";
    if (log.kind === "none" || isOwnStopCommand) return { kind: "null" };
    const pipe = this.#pipeOf(description.name, log);
    if ("kind" in pipe) return pipe;
    if (role === "start") pipe.buffer?.noteRestart();
    return { kind: "descriptor", fd: pipe.writeEnd };
  }

  /** Standard input of a log consumer: the read end of the producer's pipe, made if it is not there yet. */
  consumerInput(producer: ServiceName): StandardStream | Failure {
    const pipe = this.#pipeOf(producer, { kind: "pipe" });
    return "kind" in pipe ? pipe : { kind: "descriptor", fd: pipe.readEnd };
  }

  /** The text in a service's log buffer; undefined when the service has no buffer. */
  contents(description: ServiceDescription): Uint8Array | undefined {
    if (description.log.kind !== "buffer") return undefined;
    return this.#pipes.get(description.name)?.buffer?.contents() ?? new Uint8Array(0);
  }

  clear(name: ServiceName): void {
    this.#pipes.get(name)?.buffer?.clear();
  }

  /** @returns Whether the descriptor is one of the pipes. */
  handleDescriptor(descriptor: Fd): boolean {
    const buffer = this.#buffersByReadEnd.get(descriptor);
    if (buffer === undefined) return false;
    const count = this.#platform.read(descriptor, this.#readBuffer);
    if (typeof count === "number" && count > 0) buffer.append(this.#readBuffer.subarray(0, count));
    return true;
  }

  /** Reads what is waiting in a service's pipe, so that its last words are in the buffer before its end. */
  drain(name: ServiceName): void {
    const pipe = this.#pipes.get(name);
    if (pipe?.buffer !== undefined) this.handleDescriptor(pipe.readEnd);
  }

  /** The description changed: a pipe of another log type is closed, a buffer gets its new limit. */
  redescribe(description: ServiceDescription): void {
    const pipe = this.#pipes.get(description.name);
    if (pipe === undefined) return;
    const { log } = description;
    if (log.kind === "buffer" && pipe.buffer !== undefined) pipe.buffer.limitBytes = log.limitBytes;
    else if (log.kind !== "pipe" || pipe.buffer !== undefined) this.forget(description.name);
  }

  /** Closes both ends; what nobody has read is lost. */
  forget(name: ServiceName): void {
    const pipe = this.#pipes.get(name);
    if (pipe === undefined) return;
    this.#pipes.delete(name);
    if (pipe.buffer !== undefined) {
      this.#buffersByReadEnd.delete(pipe.readEnd);
      this.#platform.poller.unwatch(pipe.readEnd);
    }
    this.#platform.close(pipe.readEnd);
    this.#platform.close(pipe.writeEnd);
  }

  #pipeOf(name: ServiceName, log: LogTarget): OutputPipe | Failure {
    const present = this.#pipes.get(name);
    if (present !== undefined) return present;
    const ends = this.#platform.pipe();
    if (ends.kind === "failure") return ends;
    const buffer = log.kind === "buffer" ? new LogBuffer(log.limitBytes) : undefined;
    const pipe: OutputPipe = { readEnd: ends.readEnd, writeEnd: ends.writeEnd, buffer };
    if (buffer !== undefined) {
      const failure = this.#platform.poller.watch(ends.readEnd, { read: true, write: false });
      if (failure !== undefined) {
        this.#platform.close(ends.readEnd);
        this.#platform.close(ends.writeEnd);
        return failure;
      }
      this.#buffersByReadEnd.set(ends.readEnd, buffer);
    }
    this.#pipes.set(name, pipe);
    return pipe;
  }
}
