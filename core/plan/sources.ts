/**
 * Where a plan has descriptions from: a function for what the manager does when it loads a service
 * or reads it again.
 */
import type { BrokenService, ServiceDescription } from "../description/contract/description.ts";

/** What a search and a reading came to. */
export type ReadDescriptions =
  | {
    readonly kind: "read";
    /** The service itself first, then what it pulled in. */
    readonly descriptions: readonly ServiceDescription[];
    readonly broken: readonly BrokenService[];
  }
  /** A fault each, perhaps of several lines. */
  | { readonly kind: "faulty"; readonly faults: readonly string[] };

export interface PlanSources {
  /** Reads a service, and what it needs and is not loaded. */
  readonly read: (name: string, isLoaded: (name: string) => boolean) => ReadDescriptions;
  /** Whether the file of a loaded service is another one now. */
  readonly hasChanged: (description: ServiceDescription) => boolean;
}
