/** Time zones of this machine, for tests. */
import { UTC, type Zone } from "../../../core/calendar/mod.ts";
import type { ZoneName } from "../../../core/calendar/mod.ts";
import { readZoneFile } from "../../../core/calendar/mod.ts";
import { type Need, tool } from "../../skip.ts";

const FOLDER = "/usr/share/zoneinfo";

/** Debian's package tzdata. */
export const TIME_ZONES: Need = tool("tzdata", isThere(`${FOLDER}/Europe/Berlin`));

const known = new Map<string, Zone>();

/** @throws {Error} When there is none of that name. */
export function zoneNamed(name: string): Zone {
  const before = known.get(name);
  if (before !== undefined) return before;
  const zone = readZoneFile(Deno.readFileSync(`${FOLDER}/${name}`));
  if (zone === undefined) throw new Error(`${name} is no zone`);
  known.set(name, zone);
  return zone;
}

/** With UTC as the machine's own. */
export function zoneOf(name: ZoneName): Zone {
  return name.kind === "named" ? zoneNamed(name.name) : UTC;
}

function isThere(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch {
    return false;
  }
}
