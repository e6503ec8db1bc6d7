/**
 * The deadline of a wait as a timer that the wait itself adds.
 *
 * Not the call's time limit, which FreeBSD lets pass by some per cent (kqueue_scan of
 * sys/kern/kern_event.c shifts it by tc_precexp to get the precision; its timers have precision 0).
 */
import { allocate, type Block, writeWord } from "../ffi/memory.ts";
import { KEVENT, type KeventBytes, KQUEUE } from "./kevent.ts";

/** The one timer. */
const IDENT = 1;

export class DeadlineTimer {
  readonly #change: Block;
  #isSet = false;
  /**
   * The system had no timer for us (FreeBSD: kern.kq_calloutmax); the call's time limit must do
   * from then on.
   */
  #isRefused = false;

  constructor(keventBytes: KeventBytes) {
    this.#change = allocate(keventBytes);
    writeWord(this.#change, KEVENT.IDENT, IDENT);
    this.#change.view.setInt16(KEVENT.FILTER, KQUEUE.EVFILT_TIMER, true);
  }

  /** Whether it ends the wait that comes next, so that the call needs no limit. */
  get isSet(): boolean {
    return this.#isSet;
  }

  /**
   * Makes it ready for a wait.
   *
   * @param limitMs Whole milliseconds; undefined: for ever.
   * @returns The change that must go with the wait; null: none.
   */
  prepare(limitMs: number | undefined): Uint8Array<ArrayBuffer> | null {
    const wanted = limitMs !== undefined && limitMs > 0 && !this.#isRefused;
    if (!wanted && !this.#isSet) return null;
    const { EV_ADD, EV_ONESHOT, EV_DELETE } = KQUEUE;
    const { view, bytes } = this.#change;
    // Adding again sets it anew; one that was due and not yet told is dropped.
    view.setUint16(KEVENT.FLAGS, wanted ? EV_ADD | EV_ONESHOT : EV_DELETE, true);
    writeWord(this.#change, KEVENT.DATA, wanted ? limitMs : 0);
    this.#isSet = wanted;
    return bytes;
  }

  /**
   * An event of it: it is due, which the caller sees by its clock, or could not be set. It is the
   * only change of a wait.
   *
   * @param flags EV_ of the event.
   */
  happened(flags: number): void {
    this.#isRefused ||= this.#isSet && (flags & KQUEUE.EV_ERROR) !== 0;
    this.#isSet = false;
  }
}
