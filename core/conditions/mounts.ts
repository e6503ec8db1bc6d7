/** Mounted file systems as conditions ask for them: /proc/self/mountinfo. Source: proc(5). */

/** One mount, in the order of mounting. */
interface Mount {
  readonly point: string;
  /** Neither the mount nor its file system is read-only. */
  readonly isWritable: boolean;
}

/** All mounts; none where the file cannot be read. */
export function readMounts({ read }: { read(path: string): string | undefined }): readonly Mount[] {
  return (read("/proc/self/mountinfo") ?? "").split("\n").flatMap((line) => {
    const fields = line.split(" ");
    const dash = fields.indexOf("-", 6);
    const [, , , , point, options] = fields;
    if (dash < 0 || point === undefined || options === undefined) return [];
    const all = [...options.split(","), ...(fields[dash + 3] ?? "").split(",")];
    return [{ point: plain(point), isWritable: !all.includes("ro") }];
  });
}

/** Whether a file system is mounted at this path. */
export function hasMountAt(mounts: readonly Mount[], path: string): boolean {
  return mounts.some(({ point }) => point === path);
}

/** Whether the file system that a path is on can be written to. */
export function isWritable(mounts: readonly Mount[], path: string): boolean {
  let found: Mount | undefined;
  // Of two at one place the later one lies above.
  for (const mount of mounts) {
    if (isBelow(path, mount.point) && mount.point.length >= (found?.point.length ?? 0)) {
      found = mount;
    }
  }
  return found?.isWritable === true;
}

/** Whether a path is another one, or below it. */
export function isBelow(path: string, folder: string): boolean {
  return folder === "/" || path === folder || path.startsWith(`${folder}/`);
}

/** Blanks and the like come as a backslash and three octal digits. */
export function plain(field: string): string {
  return field.replace(
    /\\([0-7]{3})/g,
    (_, digits: string) => String.fromCharCode(parseInt(digits, 8)),
  );
}
