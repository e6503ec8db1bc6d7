/** Reads an open file to its end, whatever size it claims to have. */
import type { Failure } from "../../interface/failure.ts";

/** First guess for files that claim to be empty, as those in /proc do. */
const UNKNOWN_SIZE = 4096;

/** What the reading needs of the system. */
export interface ReadToEndHost {
  /** read(2). */
  read(target: Uint8Array<ArrayBuffer>): number | "again" | Failure;
  failure(errno: "EAGAIN" | "EFBIG", detail?: string): Failure;
}

/**
 * @param claimedBytes Size by the file's status.
 * @param limitBytes Counts what is read, too.
 * @returns EFBIG above the limit.
 */
export function readToEnd(
  host: ReadToEndHost,
  claimedBytes: number,
  limitBytes: number,
): Uint8Array<ArrayBuffer> | Failure {
  const tooLarge = () => host.failure("EFBIG", `larger than the limit of ${limitBytes} bytes`);
  if (claimedBytes > limitBytes) return tooLarge();
  // One byte more than expected: the read that returns 0 then needs no second buffer.
  const expected = claimedBytes === 0 ? UNKNOWN_SIZE : claimedBytes;
  let bytes = new Uint8Array(Math.min(expected, limitBytes) + 1);
  let length = 0;
  for (;;) {
    const count = host.read(bytes.subarray(length));
    if (count === "again") return host.failure("EAGAIN");
    if (typeof count !== "number") return count;
    length += count;
    if (length > limitBytes) return tooLarge();
    if (count === 0) return bytes.subarray(0, length);
    if (length < bytes.length) continue;
    const larger = new Uint8Array(Math.min(bytes.length * 2, limitBytes + 1));
    larger.set(bytes);
    bytes = larger;
  }
}
