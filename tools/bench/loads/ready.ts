/** From exec of a manager with one service that is no process until it says that it is ready. */
import { within } from "../../limit.ts";
import { LIMIT_MS, type Load } from "../load.ts";
import { DINIT_FAMILY } from "../subject.ts";

export const ready: Load = {
  name: "ready",
  figures: [{ id: "ready", title: "Exec until ready, no services", unit: "ms", better: "less" }],
  kinds: DINIT_FAMILY,
  async measure({ subject, workspace }) {
    const manager = subject.launch({
      workspace,
      services: [{ name: "boot", type: "internal" }],
      start: ["boot"],
    });
    const at = await within(LIMIT_MS, "The manager's readiness", manager.ready);
    await manager.stop();
    return { ready: at - manager.launchedAt };
  },
};
