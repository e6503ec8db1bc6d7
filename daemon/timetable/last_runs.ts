/**
 * The last runs of services with a persistent timer, on disk: a small file each, written whole
 * under another name and then renamed, so that it is the old one or the new one at any time.
 *
 * A file that cannot be read as such counts as none: the service then begins to wait anew.
 */
import { jsonMembers } from "../../core/text/json_members.ts";
import type { ServiceName } from "../../core/types.ts";
import type { KeptRuns } from "../../core/timetable/mod.ts";

/** What is done with files. Each throws with the system's words when it cannot be done. */
export interface StampFiles {
  /** undefined: there is none. */
  read(path: string): string | undefined;
  /** Puts a whole file in the place of another, and makes the folders that it needs. */
  replace(path: string, text: string): void;
}

export class LastRuns {
  readonly #files: StampFiles;
  readonly #folder: string;
  readonly #warn: (text: string) => void;
  /** It is said once: every run would say it. */
  #isBroken = false;

  /** @param folder Of their own; undefined: no place is known, nothing is kept. */
  constructor(
    { files, folder, warn }: {
      readonly files: StampFiles;
      readonly folder: string | undefined;
      readonly warn: (text: string) => void;
    },
  ) {
    this.#files = files;
    this.#folder = folder ?? "";
    this.#warn = warn;
  }

  read(service: ServiceName): KeptRuns | undefined {
    if (this.#folder === "") return undefined;
    const path = this.#pathOf(service);
    try {
      const text = this.#files.read(path);
      return text === undefined ? undefined : runsOf(text);
    } catch (error) {
      this.#tell(`Cannot read when ${service} ran last (${path}): ${reasonOf(error)}`);
      return undefined;
    }
  }

  write(service: ServiceName, { seenMs, lastRunMs }: KeptRuns): void {
    if (this.#folder === "") return;
    const path = this.#pathOf(service);
    try {
      this.#files.replace(path, `${JSON.stringify({ seenMs, lastRunMs })}\n`);
      this.#isBroken = false;
    } catch (error) {
      this.#tell(
        `Cannot keep when ${service} ran last (${path}): ${reasonOf(error)}; ` +
          "what it misses while the machine is off will not be noticed",
      );
    }
  }

  #tell(text: string): void {
    if (!this.#isBroken) this.#warn(text);
    this.#isBroken = true;
  }

  /** An argument may be anything, a device's path say. */
  #pathOf(service: ServiceName): string {
    return `${this.#folder}/${encodeURIComponent(service).replace(/^\./, "%2E")}.json`;
  }
}

function runsOf(text: string): KeptRuns | undefined {
  const { seenMs, lastRunMs } = jsonMembers(text) ?? {};
  if (typeof seenMs !== "number" || !(seenMs >= 0)) return undefined;
  return { seenMs, lastRunMs: typeof lastRunMs === "number" ? lastRunMs : undefined };
}

/** Deno's text is `WORDS (os error N): what it was about`; the words are enough. */
function reasonOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.split(" (os error")[0] ?? text;
}

/** The real ones. */
export const STAMP_FILES: StampFiles = {
  read(path) {
    try {
      return Deno.readTextFileSync(path);
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return undefined;
      throw error;
    }
  },
  replace(path, text) {
    const fresh = `${path}.new`;
    const write = () => Deno.writeTextFileSync(fresh, text, { mode: 0o644 });
    try {
      write();
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
      Deno.mkdirSync(path.slice(0, path.lastIndexOf("/")), { recursive: true, mode: 0o755 });
      write();
    }
    Deno.renameSync(fresh, path);
  },
};
