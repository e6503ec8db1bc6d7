/**
 * Watches whether the kernel ends processes of services because memory runs out (`oom-policy`): it
 * counts them in memory.events of a service's control group, and tells when that changes.
 *
 * A group is new for each launch, so that what it counts is of this run. Nothing is open or watched
 * before the first service that asks for it is launched.
 *
 * Source: Documentation/admin-guide/cgroup-v2.rst, "memory.events": oom_kill counts processes that
 * belong to the group and were ended by any kind of OOM killer, and a change of a value generates a
 * file modified event.
 */
import type { Event } from "../../core/event.ts";
import type { Fd, ServiceId } from "../../core/types.ts";
import type { FileWatch, Platform } from "../../platform/mod.ts";

export interface MemoryWatchParts {
  readonly platform: Pick<Platform, "openFileWatch" | "readFile" | "poller">;
  readonly report: (event: Event) => void;
  /** Gets a sentence. */
  readonly warn: (text: string) => void;
}

interface Watched {
  readonly service: ServiceId;
  readonly path: string;
  readonly number: number;
  /** What was counted when it was looked at last. */
  count: number;
}

const FILE = "memory.events";
const FILE_BYTES = 4096;
/** More files than can be told have changed: inotify(7), IN_Q_OVERFLOW. */
const ANY = -1;

export class MemoryWatch {
  readonly #parts: MemoryWatchParts;
  readonly #byService = new Map<ServiceId, Watched>();
  readonly #byNumber = new Map<number, Watched>();
  #watch: FileWatch | "impossible" | undefined;

  constructor(parts: MemoryWatchParts) {
    this.#parts = parts;
  }

  /**
   * Watches a service from now on, in place of an earlier group.
   *
   * @param directory Its control group.
   * @param known How many are counted in it already that are no news; undefined: all that are.
   */
  begin(service: ServiceId, directory: string, known?: number): void {
    this.forget(service);
    const watch = this.#watch ??= this.#open();
    if (watch === "impossible") return;
    const path = `${directory}/${FILE}`;
    const number = watch.add(path);
    if (typeof number !== "number") {
      this.#parts.warn(`Cannot watch ${path}: ${number.message}`);
      return;
    }
    const watched = { service, path, number, count: known ?? this.#counted(path) };
    this.#byService.set(service, watched);
    this.#byNumber.set(number, watched);
    // What happened before the watch began is not told by it.
    if (known !== undefined) this.#look(watched);
  }

  /** Nothing of it is left. What the kernel has ended last, all of it perhaps, is told first. */
  serviceStopped(service: ServiceId): void {
    const watched = this.#byService.get(service);
    if (watched === undefined) return;
    this.#look(watched);
    this.forget(service);
  }

  /** Its record is gone. */
  forget(service: ServiceId): void {
    const watched = this.#byService.get(service);
    if (watched === undefined) return;
    this.#byService.delete(service);
    this.#byNumber.delete(watched.number);
    if (typeof this.#watch === "object") this.#watch.remove(watched.number);
  }

  /** @returns Whether the descriptor is the watch. */
  handleDescriptor(descriptor: Fd): boolean {
    const watch = this.#watch;
    if (typeof watch !== "object" || descriptor !== watch.descriptor) return false;
    const numbers = watch.changed();
    if (numbers.includes(ANY)) {
      for (const watched of [...this.#byService.values()]) this.#look(watched);
      return true;
    }
    for (const number of numbers) {
      const watched = this.#byNumber.get(number);
      if (watched !== undefined) this.#look(watched);
    }
    return true;
  }

  #look(watched: Watched): void {
    const count = this.#counted(watched.path);
    const more = count - watched.count;
    watched.count = count;
    const { service } = watched;
    if (more > 0) this.#parts.report({ kind: "memory-ran-out", service, count: more });
  }

  #counted(path: string): number {
    const file = this.#parts.platform.readFile(path, FILE_BYTES);
    const text = file.kind === "contents" ? new TextDecoder().decode(file.bytes) : "";
    return Number(/^oom_kill ([0-9]+)$/m.exec(text)?.[1] ?? 0);
  }

  #open(): FileWatch | "impossible" {
    const { platform, warn } = this.#parts;
    const impossible = (why: string) => {
      warn(`Cannot watch what the kernel ends for want of memory: ${why}`);
      return "impossible" as const;
    };
    const watch = platform.openFileWatch();
    if (watch === undefined) return impossible("this system does not tell");
    if (watch.kind === "failure") return impossible(watch.message);
    const failure = platform.poller.watch(watch.descriptor, { read: true, write: false });
    if (failure === undefined) return watch;
    watch.close();
    return impossible(failure.message);
  }
}
