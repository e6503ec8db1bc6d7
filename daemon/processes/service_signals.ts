/**
 * Signals to the processes of services, and to nobody else: what a record knows is a number, and
 * when its process has ended that can be anybody's.
 */
import type { Platform } from "../../platform/mod.ts";
import type { ServiceProcesses } from "./service_processes.ts";

export type Signals = Pick<Platform, "signal" | "signalNumber">;

/** Linux and FreeBSD agree. */
const ESRCH = 3;

/**
 * As the platform's, but a process that is not there any more is ESRCH, whoever has its number now,
 * and one that does not descend from the manager is signalled alone.
 */
export function serviceSignals(
  platform: Signals & Pick<Platform, "errnoText">,
  processes: Pick<ServiceProcesses, "target">,
): Signals {
  return {
    signalNumber: (name) => platform.signalNumber(name),
    signal: (pid, number, wanted) => {
      const target = processes.target(pid, wanted);
      if (target !== "gone") return platform.signal(pid, number, target);
      const { name, text } = platform.errnoText(ESRCH);
      return { kind: "failure", call: "kill", errno: ESRCH, message: `${text} (${name})` };
    },
  };
}
