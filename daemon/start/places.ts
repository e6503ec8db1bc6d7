/**
 * Where a manager has its control socket and looks for descriptions: as its words say, or as is
 * usual.
 */
import {
  defaultServiceDirectories,
  defaultSocketPath,
  type Instance,
  servicePlaces,
  stateDirectory,
} from "../../core/paths.ts";
import type { DaemonOptions } from "./options.ts";

/** Of a manager that knows no home. */
const LAST_SOCKET_PATH = "/run/dinitctl";

export interface Places {
  readonly socketPath: string;
  /** Search directories, in order. */
  readonly directories: readonly string[];
  /** For what is to outlive the machine's run; undefined: no place is known. */
  readonly stateDirectory: string | undefined;
  /** Of the folders that services have. */
  readonly folders: ReturnType<typeof servicePlaces>;
  /** What relative ones are relative to; empty when the directory was removed under us. */
  readonly workingDirectory: string;
}

export function findPlaces(
  options: DaemonOptions,
  around: Omit<Instance, "isSystem" | "isContainer">,
): Places {
  const { isSystem, isContainer, socketPath, serviceDirectories } = options;
  const instance: Instance = { ...around, isSystem, isContainer };
  return {
    socketPath: socketPath ?? defaultSocketPath(instance) ?? LAST_SOCKET_PATH,
    directories: serviceDirectories.length > 0
      ? serviceDirectories
      : defaultServiceDirectories(instance),
    stateDirectory: stateDirectory(instance),
    folders: servicePlaces(instance),
    workingDirectory: workingDirectory(),
  };
}

function workingDirectory(): string {
  try {
    return Deno.cwd();
  } catch {
    return "";
  }
}
