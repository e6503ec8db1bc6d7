/** The crash page of a running manager, from outside: by the descriptor that it has open. */
import { CRASH_FIELD } from "../../../native/programs/last_resort/crash_page.ts";
import { fail } from "../../assert.ts";

type Field = keyof typeof CRASH_FIELD;

/** Opens it; undefined: it is not there, as for a moment in which another program takes over. */
function opened(pid: number): Deno.FsFile | undefined {
  for (const { name } of Deno.readDirSync(`/proc/${pid}/fd`)) {
    const path = `/proc/${pid}/fd/${name}`;
    try {
      if (!Deno.readLinkSync(path).includes("memfd:dinit-crash-page")) continue;
      return Deno.openSync(path, { read: true, write: true });
    } catch {
      // It was closed meanwhile.
    }
  }
  return undefined;
}

/** @throws {Error} When there is none. */
function open(pid: number): Deno.FsFile {
  return opened(pid) ?? fail(`Process ${pid} has no crash page`);
}

/** What is in a field. @throws {Error} When there is no page. */
export function readField(pid: number, field: Field): number {
  return fieldNow(pid, field) ?? fail(`Process ${pid} has no crash page`);
}

/** What is in a field; undefined in the moment of a crash, in which there may be no page. */
export function fieldNow(pid: number, field: Field): number | undefined {
  using file = opened(pid);
  if (file === undefined) return undefined;
  const bytes = new Uint8Array(8);
  file.seekSync(CRASH_FIELD[field], Deno.SeekMode.Start);
  file.readSync(bytes);
  return Number(new DataView(bytes.buffer).getBigUint64(0, true));
}

function writeField(pid: number, field: Field, value: number): void {
  using file = open(pid);
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(value), true);
  file.seekSync(CRASH_FIELD[field], Deno.SeekMode.Start);
  file.writeSync(bytes);
}

/** Options with which a manager may crash as often as it likes, and is started again at once. */
export const CRASHES_ALLOWED: readonly string[] = ["--crash-window", "0"];

/** Its next crash is one too many; the manager that comes after it says anew what holds. */
export function forbidCrashes(pid: number): void {
  writeField(pid, "withinMs", 60_000);
  writeField(pid, "limit", 1);
}
