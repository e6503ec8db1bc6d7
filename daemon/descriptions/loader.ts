/**
 * Loader: a service's name → its description and those of everything it needs, read from the search
 * path.
 *
 * It keeps no descriptions: what is loaded is known by the scheduler, which is asked.
 */
import {
  type Abilities,
  DropInIndex,
  findDescription,
  loadClosure,
  type LoadContext,
  type LoadResult,
  type ServiceDescription,
  type UserDatabase,
} from "../../core/description/mod.ts";
import type { ServiceName } from "../../core/types.ts";
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
  /** As `LoadContext` has it. */
  nameOf?(name: string): ServiceName;
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
   * Reads a service, if it is loaded again, with all dependencies that are not loaded either. The
   * service named stands first, each service before the dependencies that it pulled in.
   *
   * @param isLoaded Who asks for a copy of the scheduler says which services that has.
   */
  load(name: string, isLoaded = this.#options.isLoaded): LoadResult {
    return loadClosure(name, { ...this.#context(), isLoaded });
  }

  /**
   * Tells whether the search would find another file for a service, that file with another time, or
   * other drop-ins. For a moment: folders are listed once.
   */
  changeFinder(): (description: ServiceDescription) => boolean {
    const { platform, directories } = this.#options;
    const files = platformFiles(platform);
    const index = new DropInIndex(directories, files);
    return ({ name, source }) => {
      const found = findDescription(name, directories, files, index);
      if (found.kind !== "found") return false;
      const { file, modifiedSeconds, modifiedNanoseconds, dropIns, mask } = found.source;
      return mask !== source.mask ||
        file !== source.file || modifiedSeconds !== source.modifiedSeconds ||
        modifiedNanoseconds !== source.modifiedNanoseconds ||
        JSON.stringify(dropIns) !== JSON.stringify(source.dropIns);
    };
  }

  #context(): LoadContext {
    const { platform, directories, users, environment, abilities, isLoaded, nameOf } =
      this.#options;
    users.refresh?.();
    return {
      directories,
      users,
      files: platformFiles(platform),
      managerUid: platform.userId(),
      environment: environment(),
      abilities,
      isLoaded,
      ...nameOf && { nameOf },
    };
  }
}
