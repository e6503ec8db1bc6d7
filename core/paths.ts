/**
 * Where an instance keeps its control socket and its service descriptions, and paths put together.
 * Pure: the environment is given.
 *
 * Daemon and client must agree on these, so both ask here. Source: upstream's manual and binaries.
 */
import type { System } from "./types.ts";

/** An instance of the manager, as far as its paths depend on it. */
export interface Instance {
  readonly isSystem: boolean;
  /** A container's services lie where a system's do, whichever user it is run as. */
  readonly isContainer?: boolean;
  readonly os: System;
  /**
   * Value of an environment variable; undefined when it is not set. An empty one counts as not set.
   */
  env(name: string): string | undefined;
  /** Home directory from the user database; asked only when HOME says nothing. */
  homeFromDatabase(): string | undefined;
}

/** Of the control socket in the directory of a user's run, and in a home. */
export const RUNTIME_SOCKET_NAME = "dinitctl";
export const HOME_SOCKET_NAME = ".dinitctl";

/** Control socket of the system instance. */
export function systemSocketPath(os: System): string {
  return os === "linux" ? "/run/dinitctl" : "/var/run/dinitctl";
}

/**
 * The control socket when no path was given: undefined when a user's home cannot be found.
 * `DINIT_SOCKET_PATH` is the client's business alone.
 */
export function defaultSocketPath(instance: Instance): string | undefined {
  if (instance.isSystem) return systemSocketPath(instance.os);
  const runtimeDirectory = setValue(instance, "XDG_RUNTIME_DIR");
  if (runtimeDirectory !== undefined) return joinPath(runtimeDirectory, RUNTIME_SOCKET_NAME);
  const home = homeDirectory(instance);
  return home === undefined ? undefined : joinPath(home, HOME_SOCKET_NAME);
}

/**
 * Value of a variable that names a place; undefined when it is not set, or empty: a path put
 * together with nothing would lie in the root directory. Source: XDG Base Directory Specification.
 */
function setValue(instance: Pick<Instance, "env">, name: string): string | undefined {
  const value = instance.env(name);
  return value === "" ? undefined : value;
}

/** undefined: neither the environment nor the user database knows one. */
function homeDirectory(instance: Instance): string | undefined {
  const home = setValue(instance, "HOME") ?? instance.homeFromDatabase();
  return home === "" ? undefined : home;
}

/**
 * Where an instance keeps what is to outlive the machine's run; undefined when a user's home cannot
 * be found. Source: Filesystem Hierarchy Standard, /var/lib; hier(7) of FreeBSD, /var/db; XDG Base
 * Directory Specification.
 */
export function stateDirectory(instance: Instance): string | undefined {
  if (instance.isSystem || instance.isContainer === true) {
    return instance.os === "linux" ? "/var/lib/dinit" : "/var/db/dinit";
  }
  const state = setValue(instance, "XDG_STATE_HOME");
  if (state !== undefined) return joinPath(state, "dinit");
  const home = homeDirectory(instance);
  return home === undefined ? undefined : joinPath(home, ".local/state/dinit");
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
export function defaultServiceDirectories(instance: Instance): readonly string[] {
  if (instance.isSystem) return SYSTEM_DIRECTORIES;
  const own = new Set<string>();
  const configured = setValue(instance, "XDG_CONFIG_HOME");
  if (configured !== undefined) own.add(joinPath(configured, "dinit.d"));
  const home = homeDirectory(instance);
  if (home !== undefined) own.add(joinPath(home, ".config/dinit.d"));
  if (own.size === 0) return SYSTEM_DIRECTORIES;
  const last = instance.isContainer === true ? SYSTEM_DIRECTORIES : [];
  return [...own, ...SHARED_USER_DIRECTORIES, ...last];
}

/** Folders that services have beside their files, by what they are for. */
export type ServicePlace = "runtime" | "state" | "cache" | "log" | "configuration";

const SYSTEM_PLACES: Readonly<Record<ServicePlace, string>> = {
  runtime: "/run",
  state: "/var/lib",
  cache: "/var/cache",
  log: "/var/log",
  configuration: "/etc",
};

/** What FreeBSD has elsewhere. Source: hier(7). */
const FREEBSD_PLACES: Partial<Readonly<Record<ServicePlace, string>>> = {
  runtime: "/var/run",
  state: "/var/db",
  configuration: "/usr/local/etc",
};

/**
 * Where folders of services lie; undefined when a user's home, or the directory of a user's run,
 * cannot be found. Source: systemd.exec(5), RuntimeDirectory=; XDG Base Directory Specification.
 */
export function servicePlaces(
  instance: Instance,
): Readonly<Record<ServicePlace, string | undefined>> {
  if (instance.isSystem) {
    return instance.os === "freebsd" ? { ...SYSTEM_PLACES, ...FREEBSD_PLACES } : SYSTEM_PLACES;
  }
  const home = homeDirectory(instance);
  const place = (variable: string, inHome: string) =>
    setValue(instance, variable) ?? (home === undefined ? undefined : joinPath(home, inHome));
  const state = place("XDG_STATE_HOME", ".local/state");
  return {
    runtime: setValue(instance, "XDG_RUNTIME_DIR"),
    state,
    cache: place("XDG_CACHE_HOME", ".cache"),
    log: state === undefined ? undefined : joinPath(state, "log"),
    configuration: place("XDG_CONFIG_HOME", ".config"),
  };
}

/** A path seen from a directory; absolute paths stay. */
export function joinPath(directory: string, path: string): string {
  if (path.startsWith("/")) return path;
  if (path === "") return directory;
  return directory.endsWith("/") ? directory + path : `${directory}/${path}`;
}
