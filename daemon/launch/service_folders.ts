/**
 * Folders of services: made before a launch, removed when the service has stopped, unless they are
 * kept. What is in one that is removed may be a lot, so that goes on in turns with other work.
 */
import type { FolderKind, ServiceDescription } from "../../core/description/mod.ts";
import { joinPath } from "../../core/paths.ts";
import { EXEC_STAGE, type Instant } from "../../core/types.ts";
import type { ExecFailed, Failure, MadeFolder, OwnFolder, Platform } from "../../platform/mod.ts";
import type { Timed } from "../time/timed.ts";

/** Where folders of each kind lie; undefined: no place is known. */
export type FolderPlaces = Readonly<Record<FolderKind, string | undefined>>;

export interface ServiceFolderParts {
  readonly platform: Pick<
    Platform,
    "now" | "makeDirectory" | "makeServiceFolder" | "removeServiceFolder"
  >;
  readonly places: FolderPlaces;
  /** Gets a sentence. */
  readonly warn: (text: string) => void;
}

/** Names in the environment. Source: systemd.exec(5), RuntimeDirectory=. */
const VARIABLES: Readonly<Record<FolderKind, string>> = {
  runtime: "RUNTIME_DIRECTORY",
  state: "STATE_DIRECTORY",
  cache: "CACHE_DIRECTORY",
  log: "LOGS_DIRECTORY",
  configuration: "CONFIGURATION_DIRECTORY",
};

/** A folder of a few files is gone before the service is said to have stopped. */
const STEPS_AT_ONCE = 200;
/** Removing goes on for no longer than this in a turn. */
const SLICE_MS = 2;
/** Nobody waits longer than this at the manager's end; the rest stays. */
const FINISH_MS = 5000;
const AT_ONCE = 0 as Instant;

interface Removal {
  readonly what: string;
  readonly work: Generator<void, Failure | undefined>;
}

export class ServiceFolders implements Timed {
  readonly #parts: ServiceFolderParts;
  readonly #removals: Removal[] = [];

  constructor(parts: ServiceFolderParts) {
    this.#parts = parts;
  }

  /** Makes the folders of a service that is about to be launched. */
  prepare({ name, folders, attributes }: ServiceDescription): ExecFailed | undefined {
    const { runAs } = attributes;
    const uid = runAs.kind === "manager" ? undefined : runAs.uid;
    const gid = runAs.kind === "manager" ? undefined : runAs.gid;
    for (const { kind, path, mode } of folders) {
      const base = this.#parts.places[kind];
      if (base === undefined) {
        const why =
          `Cannot make the ${kind} directory "${path}": this manager knows no place for it`;
        return { kind: "exec-failed", stage: EXEC_STAGE.workingDirectory, errno: ENOENT, why };
      }
      const failure = this.#make({ base, path, mode, uid, gid });
      if (failure === undefined) continue;
      const where = joinPath(base, path);
      const why = `Cannot make the ${kind} directory "${where}": ${failure.message}`;
      this.#parts.warn(`${name}: ${why}`);
      const { errno } = failure;
      return { kind: "exec-failed", stage: EXEC_STAGE.workingDirectory, errno, why };
    }
    return undefined;
  }

  /** `NAME=VALUE` each, for the service's processes. */
  variables({ folders }: ServiceDescription): readonly string[] {
    const paths = new Map<FolderKind, string[]>();
    for (const { kind, path } of folders) {
      const whole = joinPath(this.#parts.places[kind] ?? "", path);
      const known = paths.get(kind);
      if (known === undefined) paths.set(kind, [whole]);
      else known.push(whole);
    }
    return [...paths].map(([kind, all]) => `${VARIABLES[kind]}=${all.join(":")}`);
  }

  /** Their paths, for the service's box. @param areMade This launch has just made them. */
  owned({ folders }: ServiceDescription, areMade: boolean): readonly OwnFolder[] {
    return folders.flatMap(({ kind, path }) => {
      const base = this.#parts.places[kind];
      if (base === undefined) return [];
      return [{ path: joinPath(base, path), line: `${kind}-directory`, isOptional: !areMade }];
    });
  }

  /** Removes what is not kept. */
  serviceStopped({ name, folders, attributes }: ServiceDescription): void {
    const { runAs } = attributes;
    const uid = runAs.kind === "manager" ? undefined : runAs.uid;
    for (const { kind, path, keep } of folders) {
      const base = this.#parts.places[kind];
      if (keep || base === undefined) continue;
      const work = this.#parts.platform.removeServiceFolder({ base, path, uid });
      const removal = { what: `${name}: Cannot remove "${joinPath(base, path)}"`, work };
      if (!this.#go(removal, (steps) => steps < STEPS_AT_ONCE)) this.#removals.push(removal);
    }
  }

  next(): Instant | undefined {
    return this.#removals.length > 0 ? AT_ONCE : undefined;
  }

  runDue(): void {
    const [removal] = this.#removals;
    if (removal === undefined) return;
    const { platform } = this.#parts;
    const end = platform.now() + SLICE_MS;
    if (this.#go(removal, () => platform.now() < end)) this.#removals.shift();
  }

  /** Nothing of any service is left, and the manager may end: what is to be removed goes now. */
  finish(): void {
    const { platform } = this.#parts;
    const end = platform.now() + FINISH_MS;
    for (const removal of this.#removals.splice(0)) this.#go(removal, () => platform.now() < end);
  }

  /** A user's folders lie in folders that nobody may have made yet. */
  #make(folder: MadeFolder): Failure | undefined {
    const { platform } = this.#parts;
    const failure = platform.makeServiceFolder(folder);
    if (failure?.errno !== ENOENT) return failure;
    const { base } = folder;
    for (let at = base.indexOf("/", 1); at > 0; at = base.indexOf("/", at + 1)) {
      platform.makeDirectory(base.slice(0, at), PRIVATE);
    }
    platform.makeDirectory(base, PRIVATE);
    return platform.makeServiceFolder(folder);
  }

  /** @returns Whether it is done. */
  #go({ what, work }: Removal, goesOn: (steps: number) => boolean): boolean {
    for (let steps = 0; goesOn(steps); steps++) {
      const step = work.next();
      if (step.done !== true) continue;
      if (step.value !== undefined) this.#parts.warn(`${what}: ${step.value.message}`);
      return true;
    }
    return false;
  }
}

/** The same number on all systems: errno.h of each. */
const ENOENT = 2;
/** Source: XDG Base Directory Specification. */
const PRIVATE = 0o700;
