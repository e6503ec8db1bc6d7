/**
 * The services that `watch` looks at, each with a handle, so that its events come.
 *
 * The protocol does not tell of services that are loaded later, nor when one begins to start or to
 * stop; so the list is asked again now and then.
 */
import type { Handle, Remark } from "../../../core/protocol/mod.ts";
import type { HealthState } from "../../../core/types.ts";
import type { ListEntry, Session } from "../../connection/session.ts";
import type { Waiting } from "../../interface/waits.ts";
import { nameMatcher } from "../lookup/name_pattern.ts";
import { findService } from "../lookup/service_lookup.ts";

export class WatchedServices {
  readonly #session: Session;
  readonly #patterns: readonly string[];
  readonly #names = new Map<Handle, string>();
  readonly #known = new Set<string>();
  /** Those that are known to be unwell; undefined: it was not asked yet. */
  #unhealthy: Set<string> | undefined;

  /** @param patterns Services whose names fit one of them; none: all. */
  constructor(session: Session, patterns: readonly string[]) {
    this.#session = session;
    this.#patterns = patterns;
  }

  /**
   * Asks for the list, and for a handle of each service that has none yet. @returns Those that fit.
   */
  *refresh(): Waiting<readonly ListEntry[]> {
    this.#session.renewPatience();
    const isWanted = nameMatcher(this.#patterns);
    const fitting = (yield* this.#session.list()).filter(({ name }) =>
      this.#patterns.length === 0 || isWanted(name)
    );
    for (const { name } of fitting) {
      if (this.#known.has(name)) continue;
      const service = yield* findService(this.#session, name);
      if (service === undefined) continue;
      this.#known.add(name);
      this.#names.set(service.handle, name);
    }
    // Asked once: what changes comes as events, of the handles above.
    if (this.#unhealthy === undefined) {
      const remarks = yield* this.#session.remarks();
      const isBad = ([, { health }]: readonly [string, Remark]) => health?.state === "unhealthy";
      this.#unhealthy = new Set([...remarks].filter(isBad).map(([name]) => name));
    }
    return fitting;
  }

  isUnhealthy(name: string): boolean {
    return this.#unhealthy?.has(name) ?? false;
  }

  noteHealth(name: string, state: HealthState): void {
    if (state === "unhealthy") this.#unhealthy?.add(name);
    else this.#unhealthy?.delete(name);
  }

  /** Name of the service that a handle is for; undefined for one that is not watched. */
  nameOf(handle: Handle): string | undefined {
    return this.#names.get(handle);
  }
}
