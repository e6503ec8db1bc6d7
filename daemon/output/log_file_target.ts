/** Which log file a service wants. Types only. */
import type { LogRotation } from "../../core/description/mod.ts";
import type { LogFileOwner } from "../../platform/mod.ts";

/** Where a log goes and how. */
export interface LogFileTarget extends LogFileOwner {
  readonly path: string;
  readonly rotation: LogRotation | undefined;
}
