/**
 * Memory that outlives the program that writes it: a shared mapping of a file. It is as its writer
 * left it after any death, be that by a signal in the middle of a store.
 *
 * A region counts from {@linkcode KeptMemory.publish} on, all of it at once, and until another one
 * does. So who wants a larger one, or goes on where another program was, fills it first.
 */
import type { Fd } from "../../core/types.ts";
import type { Failure } from "./failure.ts";

/** What somebody else has left in it. */
export type FoundMemory =
  | { readonly kind: "nothing" }
  /** Where the region that counts is mapped; it stays what it is until `publish` or `retract`. */
  | { readonly kind: "region"; readonly memory: Uint8Array }
  /** `why`: the end of a sentence. */
  | { readonly kind: "fault"; readonly why: string };

/** One of them. Whoever has it is the only one. */
export interface KeptMemory {
  /** Close-on-exec. A program that gets it, and adopts it, keeps the lock. */
  readonly fd: Fd;
  /** When it was opened. */
  readonly found: FoundMemory;
  /**
   * A new region, all zero; nothing of it counts yet. One that was begun before and not published
   * stays as it is until this one, or a later one, is: what it holds may still have to be moved.
   *
   * The kernel has its pages already, so that a store cannot fail. It stays mapped until this
   * process executes another program: views of it are never dangling, only without effect.
   *
   * @param bytes At least so many.
   * @returns ENOSPC when the file system or the limit of memory has no room, EFBIG.
   */
  begin(bytes: number): Uint8Array | Failure;
  /**
   * The region that counts, longer in its place: nothing is copied, and it counts at once, with
   * zeros behind what was there. Views of it as it was go on showing the same bytes.
   *
   * @param bytes At least so many in all.
   * @returns undefined: another one lies behind it, or none counts; {@linkcode begin} one then.
   */
  lengthen(bytes: number): Uint8Array | Failure | undefined;
  /** The region begun last is what is found from now on. What was found so far is given back. */
  publish(): void;
  /** Nothing is to be found any more. */
  retract(): void;
  /** Removes its file from that path, if it is there: nobody is to look for it any more. */
  removeAt(path: string): void;
  /** Without a word to whoever comes next: what counts is found. */
  close(): void;
}

/** Ways to get one. */
export interface KeptMemories {
  /** Without a name: for those who hand on the descriptor. */
  make(): KeptMemory | Failure;
  /** One that was handed on; the descriptor is owned from now on, but not closed on failure. */
  adopt(fd: Fd): KeptMemory | Failure;
  /**
   * At a path, made with mode 0600 if nothing is there. Only a regular file of this user's own that
   * nobody else may open, with one name, and that holds nothing but such memory is taken; the last
   * part of the path is no link.
   *
   * @returns "in-use": another living program has it.
   */
  open(path: string): KeptMemory | Failure | { readonly kind: "in-use" };
}
