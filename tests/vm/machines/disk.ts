/**
 * Disks for machines: made empty before a boot, and looked at after it without mounting, with the
 * programs of e2fsprogs.
 */
import { hostProgram } from "../../../tools/vm/host_program.ts";
import { type Need, tool } from "../../skip.ts";

/** The programs that this file runs. */
export const DISK_NEEDS: readonly Need[] = ["mke2fs", "dumpe2fs", "debugfs", "e2fsck"].map((name) =>
  tool(`${name} (e2fsprogs)`, hostProgram(name) !== undefined)
);

/** A file system as it lies on the disk. */
export interface DiskState {
  /** The superblock's word: `clean`, or `not clean` when it was never unmounted. */
  readonly state: string;
  /** Whether a journal waits to be replayed: then the last unmount did not happen. */
  readonly needsRecovery: boolean;
  /** What `e2fsck -fn` complains about; empty when all is consistent. */
  readonly complaints: string;
}

/** Makes a raw image with an empty ext4 file system. */
export function makeDisk(path: string, sizeMiB: number): void {
  run("mke2fs", ["-q", "-F", "-t", "ext4", path, `${sizeMiB}M`]);
}

/** Makes the file system look as if the power had failed while it was in use. */
export function markUnclean(path: string): void {
  run("debugfs", ["-w", "-R", "set_super_value state 0", path]);
}

/** Examines the file system without changing it. */
export function diskState(path: string): DiskState {
  const header = run("dumpe2fs", ["-h", path]).output;
  const check = run("e2fsck", ["-f", "-n", path], [0, 4]);
  return {
    state: /^Filesystem state:\s+(.*)$/m.exec(header)?.[1] ?? "unknown",
    needsRecovery: /^Filesystem features:.*\bneeds_recovery\b/m.test(header),
    complaints: check.code === 0 ? "" : check.output,
  };
}

/** The text of a file inside the image; empty when there is none. */
export function readDiskFile(path: string, file: string): string {
  return run("debugfs", ["-R", `cat ${file}`, path]).output;
}

function run(name: string, args: string[], allowedCodes: readonly number[] = [0]) {
  const program = hostProgram(name);
  if (program === undefined) throw new Error(`Cannot find "${name}": install e2fsprogs`);
  const { code, stdout, stderr } = new Deno.Command(program, { args }).outputSync();
  const output = new TextDecoder().decode(stdout);
  if (!allowedCodes.includes(code)) {
    const complaint = output + new TextDecoder().decode(stderr);
    throw new Error(`"${name} ${args.join(" ")}" ended with status ${code}: ${complaint}`);
  }
  return { code, output };
}
