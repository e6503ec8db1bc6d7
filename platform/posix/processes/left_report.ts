/**
 * What a child of the stub has reported of its program when the manager that made it is gone: the
 * list of its calls is, too, so only the error is known and not which step it was.
 */
import { REPORT_BYTES } from "../../../native/programs/child_list.ts";
import { EXEC_STAGE } from "../../../core/types.ts";
import type { Platform } from "../../interface/platform.ts";

/** @param read Of the system. */
export function leftReports(read: Platform["read"]): Platform["leftReport"] {
  const report = new Uint8Array(REPORT_BYTES);
  const words = new DataView(report.buffer);
  return (readEnd) => {
    const count = read(readEnd, report);
    if (count === "again") return { kind: "pending" };
    if (count !== REPORT_BYTES) return { kind: "executed" };
    return { kind: "exec-failed", stage: EXEC_STAGE.execute, errno: words.getUint32(0, true) };
  };
}
