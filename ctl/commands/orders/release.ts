/** `release`: remove the mark; what nothing needs goes down. */
import type { Command } from "../lookup/context.ts";
import { orderServices } from "./order.ts";

export const release: Command = (context) =>
  orderServices(context, {
    verb: "release",
    warnsOfChanges: false,
    takesBroken: true,
    canIgnoreUnloaded: true,
    request: (handle) => ({ kind: "release", handle, pin: context.options.pin, preack: false }),
    already: (service, before) => ({
      kind: before === "stopped" ? "already" : "at-once",
      service,
      state: "stopped",
    }),
    refused: (service) => ({
      report: { kind: "error", lines: [`the manager refused to release service '${service}'.`] },
      exit: 1,
    }),
    steps: ["stopped"],
  });
