/**
 * Who stands at /sbin/init, and putting another one there in a way that a package manager respects
 * and that can be taken back.
 */
import type { PlannedContent } from "../../core/migrate/mod.ts";
import { FORMER_INIT, OTHER_INITS } from "../../core/system/other_inits.ts";
import type { ClientIo } from "../interface/io.ts";
import type { Disk } from "./disk.ts";

export const INIT = "/sbin/init";
const DIVERT = "/usr/bin/dpkg-divert";

/** What changing it needs. */
export interface InitParts {
  readonly io: ClientIo;
  readonly disk: Disk;
}

/** Whether something of ours stands there in place of what was. */
export function isReplaced({ disk }: InitParts): boolean {
  return disk.contentOf(FORMER_INIT) !== undefined;
}

/** Puts something in the place of /sbin/init, which is kept. @returns Why not. */
export function replaceInit(content: PlannedContent, parts: InitParts): string | undefined {
  const { disk } = parts;
  if (!isReplaced(parts)) {
    if (disk.contentOf(INIT) === undefined) return `there is no ${INIT}`;
    const why = divert("--add", parts) ?? disk.rename(INIT, FORMER_INIT);
    if (why !== "done" && why !== undefined) return `cannot keep ${INIT} as ${FORMER_INIT}: ${why}`;
  }
  const why = disk.write(INIT, content);
  if (why === undefined) return undefined;
  restoreInit(parts);
  return `cannot write ${INIT}: ${why}`;
}

/** Puts back what was there. @returns Why not; undefined also when nothing had been replaced. */
export function restoreInit(parts: InitParts): string | undefined {
  const { disk } = parts;
  if (!isReplaced(parts)) return undefined;
  // With a rename over it, so that at no moment there is no init: then dpkg has nothing to move.
  const why = disk.rename(FORMER_INIT, INIT);
  if (why !== undefined) return `cannot put ${FORMER_INIT} back as ${INIT}: ${why}`;
  const told = divert("--remove", parts);
  return told === undefined || told === "done" ? undefined : told;
}

/**
 * Tells dpkg that an update's file is to go beside.
 *
 * @returns undefined where there is no dpkg; "done"; else why not.
 */
function divert(order: "--add" | "--remove", { io, disk }: InitParts): "done" | string | undefined {
  if (!disk.isExecutable(DIVERT)) return undefined;
  const move = order === "--add" ? "--rename" : "--no-rename";
  const words = [DIVERT, "--quiet", "--local", move, "--divert", FORMER_INIT, order, INIT];
  const end = io.run(words);
  if (end.kind === "exited" && end.code === 0) return "done";
  return end.kind === "not-run" ? end.why : `dpkg-divert ${order} ${INIT} failed`;
}

/** A program of another init, to go back to; undefined: there is none. */
export function otherInit({ disk }: InitParts): string | undefined {
  return OTHER_INITS.find((path) => disk.isExecutable(path));
}
