/**
 * The state outside the heap, for those who have something to do with it at work: whether it is
 * kept at all, they need not know.
 */
import type { Fd, Pid, ServiceId } from "../../core/types.ts";
import type { Failure, KeptMemory, NumberNote, Platform, Reaped } from "../../platform/mod.ts";
import type { LaunchedAs, LaunchEnds } from "./launch_journal.ts";
import { type LaunchNotes, StateMemory, type StateMemoryParts } from "./state_memory.ts";

/** Where it is kept. */
export interface KeptIn
  extends Pick<KeptMemory, "begin" | "lengthen" | "publish" | "retract" | "fd"> {
  /** Nobody is to look for it any more. */
  readonly remove?: () => void;
}

export class Keeping implements LaunchNotes {
  #state: StateMemory | undefined;
  #memory: KeptIn | undefined;
  readonly #platform: Pick<Platform, "close">;
  #closing: Fd[] = [];

  constructor(platform: Pick<Platform, "close">) {
    this.#platform = platform;
  }

  /**
   * From now on a successor finds all that there is.
   *
   * @returns Why it does not.
   */
  start(parts: StateMemoryParts & { readonly memory: KeptIn }): Failure | undefined {
    const begun = StateMemory.begin({
      ...parts,
      lost: (why) => {
        this.#state = undefined;
        this.#closeAll();
        parts.lost(why);
      },
    });
    if ("kind" in begun) return begun;
    this.#state = begun;
    this.#memory = parts.memory;
    return undefined;
  }

  /** The manager ends because it was to, and nobody is to go on. */
  end(): void {
    if (this.#state === undefined) return;
    this.#state = undefined;
    this.#memory?.retract();
    this.#memory?.remove?.();
    this.#closeAll();
  }

  /** What the turn has changed counts from now on. */
  keep(): void {
    this.#state?.keep();
    if (this.#closing.length > 0) this.#closeAll();
  }

  /**
   * All that there is counts, for a program that takes this one's place.
   *
   * @returns The memory that it gets; undefined: nothing is kept.
   */
  handOn(): Fd | undefined {
    this.keep();
    return this.#state === undefined ? undefined : this.#memory?.fd;
  }

  /**
   * Closes a descriptor that facts speak of, when what has become of it counts: until then its
   * number must not be another's.
   */
  closeLater(fd: Fd): void {
    if (this.#state === undefined) this.#platform.close(fd);
    else this.#closing.push(fd);
  }

  /** What children are given counts from now on as it is. */
  keepGiven(): void {
    this.#state?.keepGiven();
  }

  /** What was read counts from now on. */
  keepRead(): void {
    this.#state?.keepRead();
  }

  /** What was said to others counts from now on; nothing else has happened since all counted. */
  keepSaid(): void {
    this.#state?.keepSaid();
  }

  #closeAll(): void {
    const closing = this.#closing;
    this.#closing = [];
    for (const fd of closing) this.#platform.close(fd);
  }

  /** Whether some more launches can be noted before they count. */
  get hasRoom(): boolean {
    return this.#state?.hasRoom ?? true;
  }

  begin(service: ServiceId, role: LaunchedAs, ends: LaunchEnds): NumberNote | undefined {
    return this.#state?.begin(service, role, ends);
  }

  made(pid: Pid, report: Fd | undefined): void {
    this.#state?.made(pid, report);
  }

  failed(): void {
    this.#state?.failed();
  }

  /** A child has ended, and is about to be collected; undefined: nothing is kept. */
  get noteEnd(): ((ended: Reaped) => void) | undefined {
    return this.#state === undefined ? undefined : this.#noteEnd;
  }

  readonly #noteEnd = ({ pid, status }: Reaped) => this.#state?.ended(pid, status);
}
