/**
 * The pipes on which services say that they are ready (`ready-notification = "pipefd:N"`,
 * `"pipevar:NAME"`).
 *
 * The first byte is the message; later ones are read and dropped until the service closes its end.
 * The first is not read in the turn in which it is heard: a manager that died before the turn
 * counts would leave a service whose word is lost.
 *
 * A pipe belongs to one process: what those say that it leaves behind cannot be taken for the word
 * of the next one.
 */
import type { Event } from "../../core/event.ts";
import type { Fd, ServiceId } from "../../core/types.ts";
import type { Failure, Platform } from "../../platform/mod.ts";
import { FACT_KIND, Facts } from "../kept/facts.ts";
import type { Keeper } from "../kept/keeper.ts";
import { watchAgain } from "../kept/watch_again.ts";

const READ_BYTES = 256;

interface ReadinessPipe {
  readonly service: ServiceId;
  /** By which it is found when the descriptor is gone: `LeftChannels.pipeNumber`. */
  readonly pipe: number | undefined;
  hasSpoken: boolean;
}

/** The pipes, by their read ends, as another manager goes on with them. */
export type KeptReadiness = ReadonlyMap<Fd, ReadinessPipe>;

export class ReadinessPipes {
  readonly #platform: Platform;
  readonly #report: (event: Event) => void;
  readonly #pipes = new Map<Fd, ReadinessPipe>();
  /** The pipes, by their read ends. */
  readonly facts = new Facts(FACT_KIND.readiness, this.#pipes);
  readonly #buffer = new Uint8Array(READ_BYTES);

  constructor(platform: Platform, report: (event: Event) => void) {
    this.#platform = platform;
    this.#report = report;
  }

  /**
   * Owns the read end from now on, also when it cannot be watched: then the pipe counts as closed.
   */
  add(service: ServiceId, readEnd: Fd): Failure | undefined {
    const failure = this.#platform.poller.watch(readEnd, { read: true, write: false });
    if (failure === undefined) {
      const pipe = this.#platform.leftChannels?.pipeNumber(readEnd);
      this.#pipes.set(readEnd, { service, pipe, hasSpoken: false });
      this.facts.note(readEnd);
      return undefined;
    }
    this.#platform.lastResort.keep(readEnd, false);
    this.#platform.close(readEnd);
    this.#report({ kind: "readiness-closed", service });
    return failure;
  }

  /** @returns Whether the descriptor is one of the pipes. */
  handleDescriptor(descriptor: Fd): boolean {
    const pipe = this.#pipes.get(descriptor);
    if (pipe === undefined) return false;
    if (!pipe.hasSpoken && this.#platform.waitingBytes(descriptor) > 0) {
      this.#report({ kind: "ready", service: pipe.service });
      pipe.hasSpoken = true;
      this.facts.note(descriptor);
      return true;
    }
    const count = this.#platform.read(descriptor, this.#buffer);
    if (count === "again" || (typeof count === "number" && count > 0)) return true;
    if (!pipe.hasSpoken) this.#report({ kind: "readiness-closed", service: pipe.service });
    this.#close(descriptor);
    return true;
  }

  /** Its process has ended: what it said before is heard, and nothing after. */
  processEnded(service: ServiceId): void {
    for (const [descriptor, pipe] of this.#pipes) {
      if (pipe.service !== service) continue;
      const hasSpokenNow = !pipe.hasSpoken && this.#platform.waitingBytes(descriptor) > 0;
      if (hasSpokenNow) this.#report({ kind: "ready", service });
      this.#close(descriptor);
    }
  }

  /** The service's record is gone. */
  forget(service: ServiceId): void {
    for (const [descriptor, pipe] of this.#pipes) {
      if (pipe.service === service) this.#close(descriptor);
    }
  }

  /** For {@linkcode adopt}. What nobody has read stays in the pipes. */
  keep(keeper: Keeper): KeptReadiness {
    for (const readEnd of this.#pipes.keys()) keeper.descriptor(readEnd);
    return this.#pipes;
  }

  /** Goes on with the pipes of another manager. */
  adopt(kept: KeptReadiness): void {
    for (const [readEnd, pipe] of kept) {
      watchAgain(this.#platform, readEnd, { read: true, write: false });
      this.#platform.lastResort.keep(readEnd, true);
      this.#pipes.set(readEnd, pipe);
    }
  }

  #close(descriptor: Fd): void {
    this.#pipes.delete(descriptor);
    this.facts.note(descriptor);
    this.#platform.poller.unwatch(descriptor);
    this.#platform.lastResort.keep(descriptor, false);
    this.#platform.close(descriptor);
  }
}
