/**
 * struct kevent and the numbers of kqueue(2) that the poller uses.
 *
 * Source: FreeBSD 14 sys/sys/event.h (equal since 12, on all architectures) and XNU
 * bsd/sys/event.h, which agree on all numbers here; `tests/platform/abi_freebsd.json` and
 * `abi_darwin.json` hold what a C compiler made of both.
 */

/** Filters and flags. */
export const KQUEUE = {
  EVFILT_READ: -1,
  EVFILT_WRITE: -2,
  EVFILT_PROC: -5,
  EVFILT_SIGNAL: -6,
  /** Milliseconds, when no unit is asked for. */
  EVFILT_TIMER: -7,
  EV_ADD: 1,
  EV_DELETE: 2,
  EV_ONESHOT: 0x10,
  EV_ERROR: 0x4000,
  EV_EOF: 0x8000,
  NOTE_EXIT: 0x8000_0000,
} as const;

/** Offsets, the same in all variants of the structure. */
export const KEVENT = {
  IDENT: 0,
  FILTER: 8,
  FLAGS: 10,
  FFLAGS: 12,
  DATA: 16,
  UDATA: 24,
} as const;

/**
 * Bytes of the structure. FreeBSD 12 added four words at its end; macOS kept the old form, and so
 * does the library that offers kqueue on Linux (libkqueue, include/sys/event.h).
 */
export const KEVENT_BYTES = { freebsd: 64, darwin: 32, linux: 32 } as const;

/** Size of one structure: a value of {@link KEVENT_BYTES}. */
export type KeventBytes = (typeof KEVENT_BYTES)[keyof typeof KEVENT_BYTES];

/**
 * What must be asked for besides NOTE_EXIT to be told the wait status of a process that is no
 * child. 0: nothing, it always comes (FreeBSD). macOS's NOTE_EXITSTATUS is refused (EACCES) for a
 * process that the caller may not signal, on older releases for all but children: filt_procattach
 * of bsd/kern/kern_event.c.
 */
export const EXIT_STATUS_NOTE = { freebsd: 0, darwin: 0x0400_0000 } as const;
