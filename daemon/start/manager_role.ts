/**
 * What a manager is there for: it decides on its signals, its end, and how much it is protected.
 */

/**
 * A machine's first process (or with --system-mgr), a container's (--container), or a user's
 * manager.
 */
export type ManagerRole = "machine" | "container" | "user";

/** By the command line; see `DaemonOptions`. */
export function managerRole(
  options: { readonly isSystemManager: boolean; readonly isContainer: boolean },
): ManagerRole {
  if (options.isSystemManager) return "machine";
  return options.isContainer ? "container" : "user";
}
