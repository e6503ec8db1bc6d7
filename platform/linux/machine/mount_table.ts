/**
 * /proc/self/mountinfo and /proc/swaps as data: proc(5).
 */

/** One mounted file system. */
export interface MountEntry {
  readonly mountPoint: string;
  readonly type: string;
  /** Options of the mount, not of the file system: `rw,nosuid,nodev`. */
  readonly options: readonly string[];
}

/**
 * Reads mountinfo, in the order of mounting.
 *
 * A line: `36 35 98:0 /root /mnt/point rw,noatime master:1 - ext3 /dev/root rw,errors=continue`;
 * the fields before the dash vary in number.
 */
export function parseMountTable(text: string): MountEntry[] {
  const entries: MountEntry[] = [];
  for (const line of text.split("\n")) {
    const fields = line.split(" ");
    const dash = fields.indexOf("-", 6);
    const [, , , , mountPoint, options] = fields;
    const type = fields[dash + 1];
    if (dash === -1 || mountPoint === undefined || options === undefined || type === undefined) {
      continue;
    }
    entries.push({ mountPoint: unescape(mountPoint), type, options: options.split(",") });
  }
  return entries;
}

/** Paths of the swap areas in use; the first line of /proc/swaps is a heading. */
export function parseSwaps(text: string): string[] {
  return text.split("\n").slice(1)
    .map((line) => line.split(/\s/)[0] ?? "")
    .filter((path) => path !== "")
    .map(unescape);
}

/** Blank, tab, line feed and backslash come as three octal digits: `\040`. Other bytes may too. */
function unescape(field: string): string {
  if (!field.includes("\\")) return field;
  return field.replace(
    /\\([0-7]{3})/g,
    (_, digits: string) => String.fromCharCode(parseInt(digits, 8)),
  );
}
