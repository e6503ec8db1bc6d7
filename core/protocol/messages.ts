/**
 * What client and server say to each other, as values: requests, replies, and information that comes
 * unasked. The bytes are the other modules' matter.
 *
 * Names and texts are strings; bytes that are not UTF-8 are kept, see `text.ts`.
 */
import type { ServiceState, ShutdownType } from "../types.ts";
import type { ReportedDetails } from "./details.ts";
import type { PlainReplyKind, WireEvent, WireLink } from "./numbers.ts";
import type { ReportedStatus, StatusForm } from "./status_block.ts";

/** Number of a service on one connection: whole, 0 to 2^32 − 1. It means nothing on another one. */
export type Handle = number & { readonly __brand: "Handle" };

/** @throws {RangeError} When the number does not fit four bytes. */
export function handle(value: number): Handle {
  if (!Number.isInteger(value) || value < 0 || value > 0xffffffff) {
    throw new RangeError(`Not a service handle: ${value}`);
  }
  return value as Handle;
}

/** Common to requests 3 to 6: pin the service, and send reply 79 (preack) before acting. */
export interface OrderFlags {
  readonly handle: Handle;
  readonly pin: boolean;
  readonly preack: boolean;
}

/** The two ends of a dependency: `from` depends on `to`. */
export interface LinkEnds {
  readonly link: WireLink;
  readonly from: Handle;
  readonly to: Handle;
}

export type Request =
  | { readonly kind: "query-version" }
  /** Names are 1 to 1021 bytes; a server refuses `.` and `@` as the first. */
  | { readonly kind: "find"; readonly name: string }
  | { readonly kind: "load"; readonly name: string }
  | ({ readonly kind: "start" } & OrderFlags)
  /** `gentle`: refused if dependents hold it. `restart`: start again afterwards; `pin` is ignored then. */
  | ({ readonly kind: "stop"; readonly gentle: boolean; readonly restart: boolean } & OrderFlags)
  | ({ readonly kind: "wake" } & OrderFlags)
  | ({ readonly kind: "release" } & OrderFlags)
  | { readonly kind: "unpin"; readonly handle: Handle }
  | { readonly kind: "list" }
  | { readonly kind: "unload"; readonly handle: Handle }
  | { readonly kind: "shutdown"; readonly type: ShutdownType }
  | ({ readonly kind: "add-dependency" } & LinkEnds)
  | ({ readonly kind: "remove-dependency" } & LinkEnds)
  | { readonly kind: "query-load-mechanism" }
  | ({ readonly kind: "enable" } & LinkEnds)
  | { readonly kind: "query-name"; readonly handle: Handle }
  /** This and the next are extensions of ours, see {@link EXTENSION_FLAG}. */
  | { readonly kind: "query-details"; readonly handle: Handle }
  | { readonly kind: "query-cause" }
  | { readonly kind: "reload"; readonly handle: Handle }
  /** `NAME=VALUE` to set, `NAME` to unset; 1 to 1021 bytes. */
  | { readonly kind: "set-environment"; readonly text: string }
  | { readonly kind: "status"; readonly handle: Handle }
  | { readonly kind: "set-trigger"; readonly handle: Handle; readonly on: boolean }
  | { readonly kind: "read-log"; readonly handle: Handle; readonly clear: boolean }
  /** `signal`: number as the server's kernel has it, 32 bits signed. */
  | { readonly kind: "signal"; readonly handle: Handle; readonly signal: number }
  | { readonly kind: "query-description-directory"; readonly handle: Handle }
  | { readonly kind: "close-handle"; readonly handle: Handle }
  | { readonly kind: "list-environment" }
  | { readonly kind: "list-5" }
  | { readonly kind: "status-5"; readonly handle: Handle }
  | { readonly kind: "listen-environment" }
  | { readonly kind: "status-6"; readonly handle: Handle }
  | ({ readonly kind: "enable-7" } & LinkEnds);

export type Reply =
  | { readonly kind: PlainReplyKind }
  | { readonly kind: "version"; readonly minimum: number; readonly current: number }
  | {
    readonly kind: "service-record";
    readonly state: ServiceState;
    readonly handle: Handle;
    readonly target: "stopped" | "started";
  }
  /** One entry of a list; `list-done` ends it. A name of more than 255 bytes comes cut. */
  | {
    readonly kind: "service-info";
    readonly name: string;
    readonly form: 1 | 5;
    readonly status: ReportedStatus;
  }
  | {
    readonly kind: "load-mechanism";
    /** 1: descriptions are files in directories. There is no other. */
    readonly mechanism: number;
    /** Empty when unknown. */
    readonly workingDirectory: string;
    /** In the order of search, as configured, perhaps relative to the working directory. */
    readonly directories: readonly string[];
  }
  /** New handles, one for each dependent. */
  | { readonly kind: "dependents"; readonly handles: readonly Handle[] }
  | { readonly kind: "service-name"; readonly name: string }
  | { readonly kind: "details"; readonly details: ReportedDetails }
  /** Why the last request on this connection was refused, a fault each, perhaps of several lines; none: not known. */
  | { readonly kind: "cause"; readonly faults: readonly string[] }
  | {
    readonly kind: "status";
    /** Answer to `enable-7`: an equal dependency was there before. Otherwise false. */
    readonly existed: boolean;
    readonly form: StatusForm;
    readonly status: ReportedStatus;
  }
  | { readonly kind: "log"; readonly bytes: Uint8Array }
  | { readonly kind: "description-directory"; readonly directory: string }
  /** `NAME=VALUE` each. */
  | { readonly kind: "environment"; readonly entries: readonly string[] };

/** What the server says unasked, at any place between replies. */
export type Information =
  | {
    readonly kind: "service-event";
    /** Each event comes twice: first with a status of form 5, then of form 1. */
    readonly form: 1 | 5;
    readonly handle: Handle;
    readonly event: WireEvent;
    /** As it was when the event was made; undefined from servers before 0.16. */
    readonly status: ReportedStatus | undefined;
  }
  | {
    readonly kind: "environment-event";
    /** `NAME=VALUE`, or `NAME` when unset. */
    readonly text: string;
    /** The name had a value before. */
    readonly hadValue: boolean;
  };
