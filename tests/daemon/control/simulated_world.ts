/** A simulated manager whose sessions hear of its services, with one of them started. */
import { Scheduler } from "../../../core/schedule/scheduler.ts";
import { ControlHub } from "../../../daemon/control/hub.ts";
import { SimulatedHost } from "./simulated_host.ts";

export interface SimulatedWorld {
  readonly host: SimulatedHost;
  readonly hub: ControlHub;
}

/** @param descriptions Text of each, in upstream's format; `c` is started. */
export function simulatedWorld(descriptions: Readonly<Record<string, string>>): SimulatedWorld {
  const hub = new ControlHub();
  const host = new SimulatedHost({
    scheduler: new Scheduler(),
    descriptions,
    directory: "/sd",
    workingDirectory: "/",
    descriptionTime: { seconds: 1, nanoseconds: 2 },
    environment: { PATH: "/bin" },
  });
  host.listeners = hub;
  host.start("c");
  return { host, hub };
}
