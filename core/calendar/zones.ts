/**
 * Time zones by their names, out of the system's files: as the C library finds them, so that a
 * calendar means what `date` shows. Each is read when it is first asked for.
 */
import type { ZoneName } from "./expression.ts";
import { readPosixZone } from "./posix_zone.ts";
import { readZoneFile } from "./tzif.ts";
import { UTC, type Zone } from "./zone.ts";

/** Where Linux, the BSDs and macOS have the database: a file for each zone. */
export const ZONE_FOLDER = "/usr/share/zoneinfo";
/** The machine's own zone, a link into the database or a copy. */
const LOCAL_FILE = "/etc/localtime";
const NAME = /^[A-Za-z][A-Za-z0-9_+-]*(?:\/[A-Za-z0-9_+-]+)*$/;

/** What the zones depend on. */
export interface ZoneSources {
  /** A file's bytes; undefined when it cannot be read. */
  read(path: string): Uint8Array | undefined;
  /** The variable TZ. */
  readonly tz: string | undefined;
}

export class Zones {
  readonly #sources: ZoneSources;
  readonly #named = new Map<string, Zone | undefined>();
  #local: Zone | undefined;

  constructor(sources: ZoneSources) {
    this.#sources = sources;
  }

  /** @returns Undefined when there is no zone of that name. The machine always has one. */
  of(name: ZoneName): Zone | undefined {
    switch (name.kind) {
      case "utc":
        return UTC;
      case "local":
        return this.#local ??= this.#findLocal();
      case "named":
        return this.#ofName(name.name);
    }
  }

  /** Forgets the machine's zone: another one may have been chosen since. */
  forgetLocal(): void {
    this.#local = undefined;
  }

  /** As tzset(3) has it: TZ, or else the machine's file, or else UTC. */
  #findLocal(): Zone {
    const { tz } = this.#sources;
    if (tz === undefined) return this.#ofFile(LOCAL_FILE) ?? UTC;
    const name = tz.replace(/^:/, "");
    if (name === "") return UTC;
    if (name.startsWith("/")) return this.#ofFile(name) ?? UTC;
    return this.#ofName(name) ?? readPosixZone(name) ?? UTC;
  }

  #ofName(name: string): Zone | undefined {
    if (this.#named.has(name)) return this.#named.get(name);
    const zone = NAME.test(name) ? this.#ofFile(`${ZONE_FOLDER}/${name}`) : undefined;
    this.#named.set(name, zone);
    return zone;
  }

  #ofFile(path: string): Zone | undefined {
    const bytes = this.#sources.read(path);
    return bytes === undefined ? undefined : readZoneFile(bytes);
  }
}
