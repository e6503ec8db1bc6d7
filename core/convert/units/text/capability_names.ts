/** Names of capabilities, for sets that say what stays. */
import { CAPABILITIES } from "../../../system/capabilities.ts";

/** `cap_chown` and all others, by number. */
export const CAPABILITY_NAMES: readonly string[] = CAPABILITIES;

/** `CAP_CHOWN CAP_KILL` → names as ours. */
export function capabilityWords(value: string): readonly string[] {
  return value.split(/\s+/).filter((word) => word !== "").map((word) => word.toLowerCase());
}
