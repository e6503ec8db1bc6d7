/** `stop`: remove the mark, and have services down. */
import type { Command } from "../lookup/context.ts";
import { orderServices } from "./order.ts";

export const stop: Command = (context) =>
  orderServices(context, {
    verb: "stop",
    warnsOfChanges: false,
    takesBroken: true,
    canIgnoreUnloaded: true,
    request: (handle) => ({
      kind: "stop",
      handle,
      pin: context.options.pin,
      preack: false,
      gentle: !context.options.force,
      restart: false,
    }),
    already: (service, before) => ({
      kind: before === "stopped" ? "already" : "at-once",
      service,
      state: "stopped",
    }),
    refused: (service) => ({
      report: { kind: "error", lines: [`the manager refused to stop service '${service}'.`] },
      exit: 1,
    }),
    steps: ["stopped"],
  });
