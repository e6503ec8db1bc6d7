/**
 * What is called how in a log store: a folder for each service, in it files that are begun one
 * after the other. The names are the index: they tell whose output it is, of which run of the
 * manager, and since when, so that nothing has to be opened to find what is old.
 */

import { encodeText } from "../text/byte_text.ts";

/** Folder of the manager's own lines. No service's folder can be called so. */
export const MANAGER_FOLDER = "+manager";

/** A file, by its name. */
export interface SegmentName {
  /** Of the manager; later ones are greater. */
  readonly run: number;
  /** Counted up in each run, for each service. */
  readonly number: number;
  /** Time of day when it was begun, in milliseconds since 1970. */
  readonly begunMs: number;
}

/** More is not possible in a folder's name; what is behind is told by a checksum. */
const MOST_NAME_LENGTH = 200;
const SAFE = /^[A-Za-z0-9_@:=,.-]$/;
const SEGMENT = /^(\d{8})-(\d{8})-([0-9a-f]{12})\.log$/;

/** The folder of a service. Whose it is for certain is in the heads of its files. */
export function serviceFolder(
  service: string,
  checksum: (bytes: Uint8Array, before: number) => number,
): string {
  let name = "";
  for (const byte of encodeText(service)) {
    const character = String.fromCharCode(byte);
    const isSafe = SAFE.test(character) && !(name === "" && character === ".");
    name += isSafe ? character : `%${hex(byte, 2)}`;
  }
  if (name.length <= MOST_NAME_LENGTH) return name;
  const sum = hex(checksum(encodeText(name), 0) >>> 0, 8);
  return `${name.slice(0, MOST_NAME_LENGTH)}%-${sum}`;
}

/** The name of a file; in the order of the alphabet it is that of time. */
export function segmentFile({ run, number, begunMs }: SegmentName): string {
  const time = hex(Math.max(0, Math.round(begunMs)), 12);
  return `${decimal(run)}-${decimal(number)}-${time}.log`;
}

/** undefined: it is no name of such a file. */
export function readSegmentFile(name: string): SegmentName | undefined {
  const parts = SEGMENT.exec(name);
  if (parts === null) return undefined;
  const [, run = "", number = "", begun = ""] = parts;
  return { run: Number(run), number: Number(number), begunMs: Number.parseInt(begun, 16) };
}

function decimal(value: number): string {
  return String(value).padStart(8, "0");
}

function hex(value: number, digits: number): string {
  return value.toString(16).padStart(digits, "0");
}
