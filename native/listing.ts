/** A program's instructions as a person reads them. */
import type { Assembled, Line } from "./assembly.ts";

const BYTES_A_LINE = 8;

/** Address, bytes and text of each instruction, under the names of its places. */
export function listingText({ listing }: Assembled): string {
  return listing.flatMap(lines).join("\n");
}

function lines({ address, kind, bytes, text }: Line): readonly string[] {
  if (kind === "label") return [`${text}:`];
  const shown: string[] = [];
  for (let at = 0; at < bytes.length; at += BYTES_A_LINE) {
    const place = (address + at).toString(16).padStart(6);
    const part = bytes.slice(at, at + BYTES_A_LINE);
    const digits = part.map((byte) => byte.toString(16).padStart(2, "0")).join("");
    shown.push(`${place}  ${digits.padEnd(2 * BYTES_A_LINE)}  ${at === 0 ? text : ""}`.trimEnd());
  }
  return shown;
}
