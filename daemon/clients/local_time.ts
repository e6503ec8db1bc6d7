/**
 * Whether this program's local time is a client's. The runtime finds out once what the local time
 * is, from the variable TZ or from the system's file; the client's own program would do so now.
 */

/** Source: tzset(3). */
const LOCAL_TIME_FILE = "/etc/localtime";

/** @param zone The client's TZ; undefined: not set. */
export function isLocalTimeKnown(zone: string | undefined): boolean {
  if (zone !== Deno.env.get("TZ")) return false;
  return zone !== undefined || !hasChangedSince(LOCAL_TIME_FILE, performance.timeOrigin);
}

/** The file, or the link that it is. One that is not there counts as never changed. */
function hasChangedSince(path: string, sinceMs: number): boolean {
  return [Deno.lstatSync, Deno.statSync].some((look) => {
    try {
      const { ctime, mtime } = look(path);
      return Math.max(ctime?.getTime() ?? 0, mtime?.getTime() ?? 0) >= sinceMs;
    } catch {
      return false;
    }
  });
}
