/** Watching files for changes. Types only. */
import type { Fd } from "../../core/types.ts";
import type { Failure } from "./failure.ts";

/** Some files that are watched together. */
export interface FileWatch {
  readonly kind: "file-watch";
  /** Readable while there is something for `changed`. Close-on-exec. */
  readonly descriptor: Fd;
  /** Watches one more file. @returns Its number, which is not that of another one. */
  add(path: string): number | Failure;
  /** Nothing is told of it any more; one that is gone need not be there. */
  remove(number: number): void;
  /**
   * Numbers of files that have changed since the last call, each once. −1: too many to be told; all
   * may have.
   */
  changed(): readonly number[];
  close(): void;
}
