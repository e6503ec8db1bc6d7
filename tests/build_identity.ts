/**
 * Which build an executable is, for those who talk to its manager as a client of the same build.
 */
import { FRAME, IDENTITY_BYTES } from "../core/program/client_pipe.ts";
import { assertEquals } from "./assert.ts";

/** Out of what its entry program wants to be answered. */
export function identityIn(executable: string): string {
  const text = new TextDecoder("latin1").decode(Deno.readFileSync(executable));
  const head = String.fromCharCode(FRAME.taken, IDENTITY_BYTES, 0);
  const found = [...text.matchAll(new RegExp(`${head}([0-9a-f]{${IDENTITY_BYTES}})`, "g"))];
  assertEquals(found.length, 1);
  return found[0]?.[1] ?? "";
}
