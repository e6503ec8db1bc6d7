/**
 * Where an instance keeps its control socket and its service descriptions. Pure: the environment is given.
 *
 * Daemon and client must agree on these, so both ask here. Source: upstream's manual and binaries.
 */

/** What the paths depend on. */
export interface Surroundings {
  readonly isSystem: boolean;
  readonly os: "linux" | "freebsd" | "darwin";
  /** Value of an environment variable; undefined when it is not set. */
  env(name: string): string | undefined;
  /** Home directory from the user database; asked only when HOME is not set. */
  homeFromDatabase(): string | undefined;
}

/** Control socket of the system instance. */
export function systemSocketPath(os: Surroundings["os"]): string {
  return os === "linux" ? "/run/dinitctl" : "/var/run/dinitctl";
}

/**
 * The control socket when no path was given: undefined when a user's home cannot be found.
 * `DINIT_SOCKET_PATH` is the client's business alone.
 */
export function defaultSocketPath(around: Surroundings): string | undefined {
  if (around.isSystem) return systemSocketPath(around.os);
  const runtimeDirectory = around.env("XDG_RUNTIME_DIR");
  if (runtimeDirectory !== undefined) return `${runtimeDirectory}/dinitctl`;
  const home = around.env("HOME") ?? around.homeFromDatabase();
  return home === undefined ? undefined : `${home}/.dinitctl`;
}

const SYSTEM_DIRECTORIES: readonly string[] = [
  "/etc/dinit.d",
  "/run/dinit.d",
  "/usr/local/lib/dinit.d",
  "/lib/dinit.d",
];

const SHARED_USER_DIRECTORIES: readonly string[] = [
  "/etc/dinit.d/user",
  "/usr/lib/dinit.d/user",
  "/usr/local/lib/dinit.d/user",
];

/** Service directories in search order when no `-d` was given. */
export function defaultServiceDirectories(around: Surroundings): readonly string[] {
  if (around.isSystem) return SYSTEM_DIRECTORIES;
  const own: string[] = [];
  const configured = around.env("XDG_CONFIG_HOME");
  if (configured !== undefined && configured !== "") {
    own.push(`${configured.replace(/\/$/, "")}/dinit.d`);
  }
  const home = around.env("HOME") ?? around.homeFromDatabase();
  if (home !== undefined && !own.includes(`${home}/.config/dinit.d`)) {
    own.push(`${home}/.config/dinit.d`);
  }
  return own.length === 0 ? SYSTEM_DIRECTORIES : [...own, ...SHARED_USER_DIRECTORIES];
}
