/** The version line of all client programs. */
import { BUILD } from "../../core/program/build_info.ts";

/** `Dinit version X.`, with its line end. */
export function versionText(): string {
  return `Dinit version ${BUILD.version}.\n`;
}
