/**
 * What waiting by kqueue needs of the system around it.
 */
import type { Fd } from "../../core/types.ts";
import type { Failure } from "../interface/failure.ts";
import type { KeventBytes } from "./kevent.ts";
import type { KqueueCalls } from "./library.ts";

export interface KqueueHost {
  readonly calls: KqueueCalls;
  /** Size of struct kevent. */
  readonly keventBytes: KeventBytes;
  /** A value of `EXIT_STATUS_NOTE`. */
  readonly exitStatusNote: number;
  /** errno of the call just before. */
  lastErrno(): number;
  failure(call: string, errno: number): Failure;
  readonly EINTR: number;
  readonly EACCES: number;
  /** The same descriptor or another for it: at least 3 and close-on-exec. */
  adopt(queue: number): number;
  /**
   * Called before a descriptor is watched. @returns A failure for what is always ready (regular
   * files), which kqueue would take.
   */
  refuse(fd: Fd): Failure | undefined;
  /**
   * Called before signals are watched: makes them harmless, or their default action would end the
   * manager.
   */
  prepareSignals(signals: readonly number[]): void;
  /** Called after, for libraries that open descriptors of their own. */
  signalsWatched(): void;
}
