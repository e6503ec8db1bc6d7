/** What the lines of a sandbox come to: what they need of the kernel, and what they hide. */
import { needsFilter } from "./call_restrictions.ts";
import type { Sandbox, SandboxLine } from "./sandbox.ts";

/** Directories of people: hier(7), and those that logins make. */
export const HOME_DIRECTORIES = ["/home", "/root", "/run/user"] as const;
/** What `private-tmp` replaces. */
export const TEMPORARY_DIRECTORIES = ["/tmp", "/var/tmp"] as const;

/** Lines by which a child needs a view of the file systems of its own. */
const MOUNT_LINES: readonly SandboxLine[] = [
  "private-tmp",
  "private-devices",
  "read-only-system",
  "protect-home",
  "protect-kernel-tunables",
  "protect-kernel-modules",
  "protect-kernel-logs",
  "protect-control-groups",
  "protect-proc",
  "proc-subset",
  "read-write-paths",
  "read-only-paths",
  "inaccessible-paths",
  "exec-paths",
  "no-exec-paths",
];

const LANDLOCK_LINES: readonly SandboxLine[] = [
  "landlock-read-paths",
  "landlock-write-paths",
  "landlock-exec-paths",
  "landlock-bind-ports",
  "landlock-connect-ports",
  "landlock-scopes",
];

/** Whether the child's mounts are to be others than the manager's. */
export function needsMounts(sandbox: Sandbox): boolean {
  return MOUNT_LINES.some((line) => sandbox[line] !== undefined);
}

export function needsLandlock(sandbox: Sandbox): boolean {
  return LANDLOCK_LINES.some((line) => sandbox[line] !== undefined);
}

/**
 * Whether the process may gain no rights.
 *
 * @param isRoots Its user has the right to filter calls without that (CAP_SYS_ADMIN).
 */
export function gainsNoPrivileges(sandbox: Sandbox, isRoots: boolean): boolean {
  const asked = sandbox["no-new-privileges"];
  if (asked !== undefined) return asked;
  return !isRoots && (needsFilter(sandbox) || needsLandlock(sandbox));
}

/** The line by which nothing of what lies at a path can be seen; undefined: none. */
export function hiddenBy(sandbox: Sandbox, path: string): SandboxLine | undefined {
  const isIn = (directories: readonly string[]) =>
    directories.some((directory) => path === directory || path.startsWith(`${directory}/`));
  if (sandbox["private-tmp"] === true && isIn(TEMPORARY_DIRECTORIES)) return "private-tmp";
  if (sandbox["private-devices"] === true && isIn(["/dev"])) return "private-devices";
  const home = sandbox["protect-home"];
  const hidesHome = home === true || home === "empty";
  return hidesHome && isIn(HOME_DIRECTORIES) ? "protect-home" : undefined;
}
