/** `wake`: have services up for their running dependents, without marking them. */
import type { Command } from "../lookup/context.ts";
import { orderServices } from "./order.ts";

export const wake: Command = (context) =>
  orderServices(context, {
    verb: "wake",
    warnsOfChanges: true,
    takesBroken: false,
    canIgnoreUnloaded: false,
    request: (handle) => ({ kind: "wake", handle, pin: context.options.pin, preack: false }),
    already: (service, before) => ({
      kind: before === "started" ? "already" : "at-once",
      service,
      state: "started",
    }),
    refused: (service) => ({ report: { kind: "no-active-dependents", service }, exit: 1 }),
    steps: ["started"],
  });
