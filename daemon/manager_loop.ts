/** The loop, and whom it asks: whose a descriptor is, what is due at a time, what is at rest. */
import type { Command } from "../core/command.ts";
import type { ControlServer } from "./control/server.ts";
import type { Foundations } from "./foundations.ts";
import { Loop } from "./loop.ts";
import type { Ending } from "./machine/ending.ts";
import type { HardwareWatchdog } from "./machine/hardware_watchdog.ts";
import type { SignalHandler } from "./orders/signal_handler.ts";
import type { Succession } from "./succession/succession.ts";
import type { DescriptorOwner } from "./supervision/descriptor_owner.ts";
import type { Supervision } from "./supervision/supervision.ts";

export interface LoopSources {
  readonly foundations: Foundations;
  readonly supervision: Supervision;
  readonly control: ControlServer;
  readonly ending: Ending;
  readonly succession: Succession;
  readonly signals: SignalHandler;
  readonly watchdog: HardwareWatchdog;
  readonly execute: (commands: readonly Command[]) => void;
}

export function managerLoop(sources: LoopSources): Loop {
  const { foundations, supervision, control, ending, succession, signals } = sources;
  const { watchdog, execute } = sources;
  const { platform, options, scheduler, events, keeping, work, output } = foundations;
  const { timers, outputs, copies, folders } = foundations;
  const { launches, ends, timed, owners, heap } = supervision;
  const connections: DescriptorOwner = {
    handleDescriptor: (descriptor, readable, writable) => {
      if (!control.handleDescriptor(descriptor, readable, writable)) return false;
      heap.postpone();
      return true;
    },
    get hasOnlyTold() {
      return control.hasOnlyTold;
    },
  };
  return new Loop({
    ...{ platform, scheduler, events, execute, ends, keeping, work, log: output.log },
    answers: control,
    lines: output.mainLog.stream,
    launches: launches.queue,
    launching: launches,
    beforeWait: () => launches.beforeWait(),
    atRest: () => succession.atRest(),
    timed: [
      ...[timers, outputs.reader, copies, folders, ...timed, control, succession],
      ...(options.watchdogMs === undefined ? [] : [watchdog]),
    ],
    // Clients are the ones who come in thousands a second.
    owners: [
      ...[connections, ...owners, output.console.stream, output.mainLog.stream],
      ...[ending, succession, copies],
    ],
    handleSignal: (signal) => signals.handle(signal),
    nothingActive: () => {
      folders.finish();
      return ending.nothingActive();
    },
  });
}
