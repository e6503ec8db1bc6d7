/**
 * The log files that the manager writes: one writer a file, however many services name it, so that
 * none puts aside what another is writing.
 *
 * A file belongs to the services that have joined it; with the last of them it is closed.
 */
import type { Fd, ServiceName } from "../../core/types.ts";
import type { Platform } from "../../platform/mod.ts";
import type { Keeper } from "../kept/keeper.ts";
import { type KeptLogFile, LogFile } from "./log_file.ts";
import type { LogFileTarget } from "./log_file_target.ts";

export interface LogFilesOptions {
  /** Gets a sentence that begins with the names of the services. */
  readonly warn: (text: string) => void;
  /** What stands before a line of the manager's own in a log of these services. */
  readonly stamp: (services: Iterable<ServiceName>) => string;
}

/** A file and who has joined it. */
export interface KeptLogFileEntry {
  /** Resolved. */
  readonly path: string;
  readonly services: readonly ServiceName[];
  readonly file: KeptLogFile;
}

interface Entry {
  readonly path: string;
  readonly services: Set<ServiceName>;
}

export class LogFiles {
  readonly #platform: Platform;
  readonly #options: LogFilesOptions;
  readonly #byPath = new Map<string, LogFile>();
  readonly #entries = new Map<LogFile, Entry>();
  /** FIFOs and terminals that take no more at present, by their descriptors. */
  readonly #awaited = new Map<Fd, LogFile>();

  constructor(platform: Platform, options: LogFilesOptions) {
    this.#platform = platform;
    this.#options = options;
  }

  /** The file at a path, for one service more, which may have joined it before. */
  join(service: ServiceName, target: LogFileTarget): LogFile {
    const path = this.#resolved(target.path);
    const present = this.#byPath.get(path);
    if (present !== undefined) {
      this.#entries.get(present)?.services.add(service);
      return present;
    }
    return this.#add(path, new Set([service]), target);
  }

  #add(path: string, services: Set<ServiceName>, target: LogFileTarget): LogFile {
    const file = new LogFile(this.#platform, target, {
      warn: (text) => this.#options.warn(`${[...services].join(", ")}: ${text}`),
      stamp: () => this.#options.stamp(services),
    });
    this.#byPath.set(path, file);
    this.#entries.set(file, { path, services });
    return file;
  }

  /** For {@linkcode adopt}, which gives them back in the same order. */
  keep(keeper: Keeper): readonly KeptLogFileEntry[] {
    return [...this.#entries].map(([file, { path, services }]) => ({
      path,
      services: [...services],
      file: file.keep(keeper),
    }));
  }

  /** In the order of {@linkcode keep}. */
  all(): Iterable<LogFile> {
    return this.#entries.keys();
  }

  /** Makes files that go on where others were; their `adopt` is the caller's to call. */
  adopt(kept: readonly KeptLogFileEntry[]): readonly LogFile[] {
    return kept.map(({ path, services, file }) => this.#add(path, new Set(services), file.target));
  }

  /** The last service to leave closes the file; what waits for a reader is lost then. */
  leave(service: ServiceName, file: LogFile): void {
    const entry = this.#entries.get(file);
    if (entry === undefined || !entry.services.delete(service)) return;
    if (entry.services.size > 0) return;
    this.#byPath.delete(entry.path);
    this.#entries.delete(file);
    file.close();
    this.noteAwaited(file);
  }

  servicesOf(file: LogFile): Iterable<ServiceName> {
    return this.#entries.get(file)?.services ?? [];
  }

  /** To be called after anything was done with the file. */
  noteAwaited(file: LogFile): void {
    for (const [descriptor, waiting] of this.#awaited) {
      if (waiting === file) this.#awaited.delete(descriptor);
    }
    if (file.awaited !== undefined) this.#awaited.set(file.awaited, file);
  }

  /** The file that waits for a descriptor to be writable. */
  awaiting(descriptor: Fd): LogFile | undefined {
    return this.#awaited.get(descriptor);
  }

  /** Paths that lead to one file are to be equal, whether it is there or not yet. */
  #resolved(path: string): string {
    const whole = this.#platform.realPath(path);
    if (whole.kind === "path") return whole.path;
    const nameAt = path.lastIndexOf("/") + 1;
    const folder = this.#platform.realPath(path.slice(0, nameAt) || ".");
    return folder.kind === "path" ? `${folder.path}/${path.slice(nameAt)}` : path;
  }
}
