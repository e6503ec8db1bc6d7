/**
 * Loader: a service's name → its description and those of everything it needs, read from the search
 * path.
 *
 * It keeps no descriptions: what is loaded is known by the scheduler, which is asked.
 */
import {
  type Abilities,
  loadClosure,
  type LoadContext,
  type LoadResult,
  type UserDatabase,
} from "../../core/description/mod.ts";
import { type FilePlatform, platformFiles } from "./description_files.ts";

/** What a loader works with. */
export interface LoaderOptions {
  readonly platform: FilePlatform & { userId(): number };
  /** Search directories in order; relative ones are taken from the working directory. */
  readonly directories: readonly string[];
  /** `refresh`, if there is one, is called before each load. */
  readonly users: UserDatabase & { refresh?(): void };
  /** The manager's environment as it is now. */
  environment(): ReadonlyMap<string, string>;
  /** What the manager can do for its services; undefined: everything. */
  readonly abilities?: Abilities;
  isLoaded(name: string): boolean;
}

/** A load that went well. */
export type LoadedSet = Extract<LoadResult, { readonly kind: "loaded" }>;

/** A load that came to nothing for what is wrong with descriptions. */
export type FaultyLoad = Extract<LoadResult, { readonly kind: "faulty" }>;

export class Loader {
  readonly #options: LoaderOptions;

  constructor(options: LoaderOptions) {
    this.#options = options;
  }

  /**
   * Reads a service that is not loaded, with all dependencies that are not loaded either. The
   * service named stands first, each service before the dependencies that it pulled in.
   */
  load(name: string): LoadResult {
    return loadClosure(name, this.#context());
  }

  /** Reads a loaded service again; new dependencies that are not loaded follow it. */
  reload(name: string): LoadResult {
    return loadClosure(name, this.#context());
  }

  #context(): LoadContext {
    const { platform, directories, users, environment, abilities, isLoaded } = this.#options;
    users.refresh?.();
    return {
      directories,
      users,
      files: platformFiles(platform),
      managerUid: platform.userId(),
      environment: environment(),
      abilities,
      isLoaded,
    };
  }
}
