/**
 * The operating system: its interface, and the choice of its implementation. Import this, no inner
 * file; clients that only talk to the daemon import `client.ts`, which starts faster.
 */
import { openFreebsd } from "./freebsd/freebsd.ts";
import { openDarwin } from "./darwin/darwin.ts";
import type { Platform } from "./interface/platform.ts";
import { openLinux } from "./linux/linux.ts";

export type * from "./interface/child_settings.ts";
export type * from "./interface/failure.ts";
export type * from "./interface/file_status.ts";
export type * from "./interface/file_types.ts";
export type * from "./interface/file_watch.ts";
export type * from "./interface/kept_memory.ts";
export type * from "./interface/last_resort.ts";
export type * from "./interface/left_channels.ts";
export type * from "./interface/exact_streams.ts";
export type * from "./interface/machine_watchdog.ts";
export type * from "./interface/platform.ts";
export type * from "./interface/process_facts.ts";
export type * from "./interface/socket_types.ts";

/**
 * Opens the platform of the system that this program runs on. Once per process.
 *
 * @throws {Error} On a system without an implementation.
 */
export function openPlatform(): Platform {
  // In this form, so that the bundler leaves out what is for other systems.
  if (Deno.build.os === "linux") return openLinux();
  else if (Deno.build.os === "freebsd") return openFreebsd();
  else if (Deno.build.os === "darwin") return openDarwin();
  throw new Error(
    `Cannot manage services on "${Deno.build.os}": supported are "linux", "freebsd" and "darwin"`,
  );
}
