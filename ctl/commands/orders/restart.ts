/** `restart`: have started services down and up again. */
import type { Command } from "../lookup/context.ts";
import { orderServices } from "./order.ts";

export const restart: Command = (context) =>
  orderServices(context, {
    verb: "restart",
    warnsOfChanges: true,
    takesBroken: false,
    canIgnoreUnloaded: true,
    request: (handle) => ({
      kind: "stop",
      handle,
      pin: context.options.pin,
      // Both events of a quick restart may come before its answer; the preack tells them from older
      // ones.
      preack: true,
      gentle: !context.options.force,
      restart: true,
    }),
    already: (service) => ({ kind: "at-once", service, state: "restarted" }),
    refused: (service) => ({
      report: { kind: "not-started", service, isIgnored: context.options.ignoreUnstarted },
      exit: context.options.ignoreUnstarted ? 0 : 1,
    }),
    steps: ["stopped", "started"],
  });
