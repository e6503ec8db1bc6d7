/**
 * A scenario's service → ServiceDescription.
 */
import type {
  ConsoleUse,
  ReadyNotification,
  RestartMode,
  ServiceDescription,
} from "../../core/description/contract/description.ts";
import type { SignalName } from "../../core/types.ts";
import { buildDescription, serviceName } from "../builders.ts";
import type { ScenarioService } from "./scenario.ts";

/** Settings that are left out have upstream's defaults. */
export function describe(name: string, service: ScenarioService): ServiceDescription {
  const options = new Set(service.options);
  const chainTo = service["chain-to"];
  return buildDescription(name, {
    type: service.type,
    stopCommand: service["stop-command"] === undefined ? [] : ["/bin/stop"],
    links: {
      "need": service["depends-on"] ?? [],
      "milestone": service["depends-ms"] ?? [],
      "waits-for": service["waits-for"] ?? [],
      "prepared-by": service["prepared-by"] ?? [],
    },
    before: (service.before ?? []).map(serviceName),
    after: (service.after ?? []).map(serviceName),
    chainTo: chainTo === undefined ? undefined : serviceName(chainTo),
    restart: restartMode(service.restart),
    smoothRecovery: service["smooth-recovery"] ?? false,
    restartDelayMs: milliseconds(service["restart-delay"] ?? 0.2),
    restartLimitIntervalMs: milliseconds(service["restart-limit-interval"] ?? 10),
    restartLimitCount: service["restart-limit-count"] ?? 3,
    startTimeoutMs: milliseconds(service["start-timeout"] ?? 60),
    stopTimeoutMs: milliseconds(service["stop-timeout"] ?? 10),
    termSignal: (service["term-signal"] ?? "TERM") as SignalName | "none",
    readyNotification: readyNotification(service["ready-notification"]),
    console: consoleUse(options),
    options: {
      startInterruptible: options.has("start-interruptible"),
      skippable: options.has("skippable"),
      alwaysChain: options.has("always-chain"),
    },
  });
}

function milliseconds(seconds: number): number {
  return Math.round(seconds * 1000);
}

function restartMode(restart: boolean | "on-failure"): RestartMode {
  if (restart === "on-failure") return "on-failure";
  return restart ? "always" : "never";
}

function readyNotification(text: string | undefined): ReadyNotification {
  if (text === undefined) return { kind: "none" };
  const [form, value = ""] = text.split(":");
  if (form === "pipevar") return { kind: "variable", name: value };
  return { kind: "descriptor", number: Number(value) };
}

function consoleUse(options: ReadonlySet<string>): ConsoleUse {
  if (options.has("runs-on-console")) return "runs";
  return options.has("starts-on-console") ? "starts" : "none";
}
