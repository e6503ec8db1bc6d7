/** What one program hands to another, for tests of the parts: written down, and read again. */
import { decodeKept, encodeKept } from "../../../daemon/kept/encoding.ts";
import { DescriptorList, type Keeper } from "../../../daemon/kept/keeper.ts";
import type { Fd } from "../../../core/types.ts";
import { fail } from "../../assert.ts";

/** As it comes out at the other side. */
export function handedOn<Kept>(kept: Kept): Kept {
  const reading = decodeKept(encodeKept({ kept }));
  return reading.kind === "kept" ? (reading.data as { kept: Kept }).kept : fail(reading.why);
}

/** @returns What a part keeps, handed on, and the descriptors that go with it. */
export function keptOf<Kept>(
  part: { keep(keeper: Keeper): Kept },
): { readonly kept: Kept; readonly descriptors: readonly Fd[] } {
  const keeper = new DescriptorList();
  const kept = part.keep(keeper);
  return { kept: handedOn(kept), descriptors: keeper.all };
}
