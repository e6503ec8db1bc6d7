/**
 * The numbers of the control protocol: codes of packets, states, events, reasons, and the limits.
 *
 * Source of all of them: upstream's control protocol, versions 1 to 7, as seen on the wire. The order
 * of each list of names below is its numbering.
 */
import type { ServiceState, ShutdownType, StopReason } from "../types.ts";

/** First byte of a request. */
export const REQUEST_CODE = {
  "query-version": 0,
  "find": 1,
  "load": 2,
  "start": 3,
  "stop": 4,
  "wake": 5,
  "release": 6,
  "unpin": 7,
  "list": 8,
  "unload": 9,
  "shutdown": 10,
  "add-dependency": 11,
  "remove-dependency": 12,
  "query-load-mechanism": 13,
  "enable": 14,
  "query-name": 15,
  "query-details": 15,
  "query-cause": 15,
  "reload": 16,
  "set-environment": 17,
  "status": 18,
  "set-trigger": 19,
  "read-log": 20,
  "signal": 21,
  "query-description-directory": 22,
  "close-handle": 23,
  "list-environment": 24,
  "list-5": 25,
  "status-5": 26,
  "listen-environment": 27,
  "status-6": 28,
  "enable-7": 29,
} as const;

/** First byte of a reply. */
export const REPLY_CODE = {
  "ack": 50,
  "nak": 51,
  "bad-request": 52,
  "out-of-memory": 53,
  "version": 58,
  "service-record": 59,
  "no-service": 60,
  "already": 61,
  "service-info": 62,
  "list-done": 63,
  "load-mechanism": 64,
  "dependents": 65,
  "service-name": 66,
  /** These two are told from the name by the byte that follows. */
  "details": 66,
  "cause": 66,
  "pinned-stopped": 67,
  "pinned-started": 68,
  "shutting-down": 69,
  "status": 70,
  "description-error": 71,
  "load-error": 72,
  "log": 73,
  "signal-no-process": 74,
  "signal-bad-number": 75,
  "signal-failed": 76,
  "description-directory": 77,
  "environment": 78,
  "preack": 79,
} as const;

const PLAIN_REPLY_KINDS = [
  "ack",
  "nak",
  "bad-request",
  "out-of-memory",
  "no-service",
  "already",
  "list-done",
  "pinned-stopped",
  "pinned-started",
  "shutting-down",
  "description-error",
  "load-error",
  "signal-no-process",
  "signal-bad-number",
  "signal-failed",
  "preack",
] as const;

/**
 * In the spare byte of `query-name`: something else is wanted in place of the service's name. The same in the
 * spare byte of the reply tells that this is it. Upstream takes no notice of the one and sends 0 as the
 * other, so its managers answer our clients with the name (or, for no service, with nak), and its clients
 * never see it.
 */
export const EXTENSION_FLAG = {
  /** What `details.ts` tells of the service. */
  details: 0x44,
  /** Why the last request on this connection was refused; for no service, see {@link NO_HANDLE}. */
  cause: 0x43,
} as const;

/** Never in use: there are 65,536 handles at most. */
export const NO_HANDLE = 0xffff_ffff;

/** Replies that are their code and nothing more. */
export type PlainReplyKind = (typeof PLAIN_REPLY_KINDS)[number];

/** The replies that are one byte, by their code. */
export const PLAIN_REPLIES: ReadonlyMap<number, PlainReplyKind> = new Map(
  PLAIN_REPLY_KINDS.map((kind) => [REPLY_CODE[kind], kind]),
);

/** First byte of an information packet; clients take all of 100 to 127 for one. */
export const INFO_CODE = {
  "service-event-1": 100,
  "service-event-5": 101,
  "environment-event": 102,
  "last": 127,
} as const;

export const STATE_NUMBERS: readonly ServiceState[] = [
  "stopped",
  "starting",
  "started",
  "stopping",
];

/** What happened to a service, as told in packets 100 and 101. */
export type WireEvent = "started" | "stopped" | "failed" | "start-cancelled" | "stop-cancelled";

export const EVENT_NUMBERS: readonly WireEvent[] = [
  "started",
  "stopped",
  "failed",
  "start-cancelled",
  "stop-cancelled",
];

export const REASON_NUMBERS: readonly StopReason[] = [
  "normal",
  "dependency-restarted",
  "dependency-failed",
  "failed",
  "exec-failed",
  "timed-out",
  "terminated",
];

/** Number 0 (none) is not accepted in a request. */
export const SHUTDOWN_NUMBERS: readonly (ShutdownType | undefined)[] = [
  undefined,
  "remain",
  "halt",
  "poweroff",
  "reboot",
  "soft-reboot",
  "kexec",
];

/** Kinds of dependency that a client may make and remove. */
export type WireLink = "need" | "waits-for" | "milestone";

/** Numbers 1, 4, 5 and 6 exist, but not in requests. */
export const LINK_NUMBERS: readonly (WireLink | undefined)[] = [
  "need",
  undefined,
  "waits-for",
  "milestone",
];

/** Flag bits of requests 3 to 6. */
export const ORDER_FLAG = { pin: 1, gentle: 2, restart: 4, preack: 128 } as const;

/** Flag bit of request 20. */
export const LOG_FLAG_CLEAR = 1;

/** Flag bits of a status block. */
export const STATUS_FLAG = {
  waitsForConsole: 1,
  hasConsole: 2,
  startSkipped: 4,
  marked: 8,
  hasPid: 16,
} as const;

/** Bytes of a service event before its status. */
export const EVENT_HEADER_BYTES = 7;

/** Longest request, in bytes: the size of the server's receive buffer. */
export const REQUEST_LIMIT_BYTES = 1024;

/** Longest service name and environment text in a request, in bytes. */
export const TEXT_LIMIT_BYTES = REQUEST_LIMIT_BYTES - 3;

/** Longest name in a list entry (reply 62), in bytes: its length is one byte. */
export const LISTED_NAME_LIMIT_BYTES = 255;
