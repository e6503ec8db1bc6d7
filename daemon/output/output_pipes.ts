/**
 * The pipes that services write to, by name and by read end, and what is to be known of them when
 * the manager dies.
 *
 * By name, not by record: a pipe outlives the process, and the unloading of a producer, so that
 * nothing written is lost between two runs. The manager holds both ends until the pipe is removed.
 */
import type { Fd, ServiceName } from "../../core/types.ts";
import type { Failure, Platform } from "../../platform/mod.ts";
import { FACT_KIND, Facts } from "../kept/facts.ts";
import { BufferFacts } from "./kept_buffers.ts";
import type { LeftPipe } from "./kept_outputs.ts";
import { makeOutputPipe, outliveCrash, type OutputPipe } from "./pipe.ts";
import type { Sink } from "./sink.ts";

export class OutputPipes {
  readonly #platform: Platform;
  readonly #byName = new Map<ServiceName, OutputPipe>();
  /** Those that the manager reads. */
  readonly #byReadEnd = new Map<Fd, OutputPipe>();
  readonly #left = new Map<Fd, LeftPipe>();
  /** All pipes, by their read ends. */
  readonly facts = new Facts(FACT_KIND.output, this.#left);
  /** What is in log buffers. */
  readonly bufferFacts = new BufferFacts();

  constructor(platform: Platform) {
    this.#platform = platform;
  }

  of(name: ServiceName): OutputPipe | undefined {
    return this.#byName.get(name);
  }

  /** All pipes with whose they are, the oldest first. */
  all(): Iterable<readonly [ServiceName, OutputPipe]> {
    return this.#byName;
  }

  /** The pipe that the manager reads from this descriptor. */
  readFrom(descriptor: Fd): OutputPipe | undefined {
    return this.#byReadEnd.get(descriptor);
  }

  /** Those that the manager reads. */
  read(): Iterable<OutputPipe> {
    return this.#byReadEnd.values();
  }

  /** Makes one for a service that has none; the descriptors are owned here. */
  make(name: ServiceName, sink: Sink): OutputPipe | Failure {
    const pipe = makeOutputPipe(this.#platform, sink);
    if (!("kind" in pipe)) this.#add(name, pipe);
    return pipe;
  }

  /** One of another manager, which is not watched yet. */
  adopt(name: ServiceName, pipe: OutputPipe): void {
    this.#add(name, pipe);
    outliveCrash(this.#platform, pipe, pipe.sink);
  }

  /** Forgets it and watches it no more; its descriptors are the caller's to close. */
  remove(name: ServiceName): OutputPipe | undefined {
    const pipe = this.#byName.get(name);
    if (pipe === undefined) return undefined;
    const { readEnd } = pipe;
    this.#byName.delete(name);
    this.#left.delete(readEnd);
    this.facts.note(readEnd);
    this.bufferFacts.remove(readEnd);
    if (this.#byReadEnd.delete(readEnd)) this.#platform.poller.unwatch(readEnd);
    return pipe;
  }

  #add(name: ServiceName, pipe: OutputPipe): void {
    const { readEnd, writeEnd, sink } = pipe;
    this.#byName.set(name, pipe);
    if (sink.kind !== "none") this.#byReadEnd.set(readEnd, pipe);
    const number = this.#platform.leftChannels?.pipeNumber(readEnd);
    this.#left.set(readEnd, { name, readEnd, writeEnd, sink: sink.kind, pipe: number });
    this.facts.note(readEnd);
    if (sink.kind === "buffer") this.bufferFacts.add(readEnd, sink.buffer);
  }
}
