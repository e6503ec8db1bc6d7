/**
 * Whether this program has rights that its caller has not: set-uid, set-gid, file capabilities.
 */
import { readFile } from "./files.ts";

/** The auxiliary vector has about 25 entries of 16 bytes. */
const AUXILIARY_LIMIT_BYTES = 64 * 1024;
/** Entry that is not 0 after any of them took effect: getauxval(3). */
const AT_SECURE = 23;

/** From /proc/self/auxv. A vector that cannot be read counts as yes: refusing is the safe answer. */
export function hasForeignRights(): boolean {
  const contents = readFile("/proc/self/auxv", AUXILIARY_LIMIT_BYTES);
  if (contents.kind === "failure") return true;
  const { bytes } = contents;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 0; at + 16 <= bytes.length; at += 16) {
    if (view.getBigUint64(at, true) === BigInt(AT_SECURE)) {
      return view.getBigUint64(at + 8, true) !== 0n;
    }
  }
  return true;
}
