/** `start`: mark services as wanted, and have them up. */
import type { Command } from "../lookup/context.ts";
import { orderServices } from "./order.ts";

export const start: Command = (context) =>
  orderServices(context, {
    verb: "start",
    warnsOfChanges: true,
    takesBroken: false,
    canIgnoreUnloaded: false,
    request: (handle) => ({
      kind: "start",
      handle,
      pin: context.options.pin,
      preack: false,
    }),
    already: (service, before) => ({
      kind: before === "started" ? "already" : "at-once",
      service,
      state: "started",
    }),
    refused: (service) => ({
      report: { kind: "error", lines: [`the manager refused to start service '${service}'.`] },
      exit: 1,
    }),
    steps: ["started"],
  });
