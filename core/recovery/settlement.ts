/**
 * What a restored scheduler is told, and what is asked of the daemon, when a manager goes on where
 * another one died in the middle of its work.
 *
 * The state is that after the last turn that was committed. Of the turn that was broken off nothing
 * is known but what it did outside: processes that it launched, ended, collected. So nothing is
 * undone and nothing is guessed: the scheduler is told what has happened to the processes that it
 * knows, decides anew, and comes to the same decisions where their cause is still there. A launch
 * that it then asks for and that was carried out already is not carried out again
 * (`found_processes.ts`).
 *
 * To be done in this order: the commands; the order to set a service aside, if there is one; each
 * event, all with the commands that come of them; then `deadline`; then what nobody has asked for
 * is ended. The rules as a table, and what the daemon
 * has to see to for them to hold: `docs/design/0031-settling-after-a-crash.md`.
 */
import type { Command } from "../command.ts";
import type { Event, Order, ProcessRole } from "../event.ts";
import type { Scheduler } from "../schedule/scheduler.ts";
import type { ServiceRecord } from "../service/record/record.ts";
import type { ServiceId } from "../types.ts";
import { commandsAgain } from "./commands_again.ts";
import { FoundProcesses } from "./found_processes.ts";
import type { Observation, ObservedProcess } from "./observation.ts";
import { reportsOfFound, reportsOfKnown } from "./process_reports.ts";

export interface Settlement {
  /** Of earlier turns, to be carried out once more. */
  readonly commands: readonly Command[];
  /** Sets the service aside that the manager has crashed over. */
  readonly order: Extract<Order, { readonly kind: "set-aside" }> | undefined;
  readonly events: readonly Event[];
  /** What the state does not know, and the events did not lead to. */
  readonly found: FoundProcesses;
}

/** What is asked of a scheduler for it. */
type Restored = Pick<Scheduler, "records" | "consoleOwner" | "announcedConsole">;

/**
 * Works it out; nothing is changed.
 *
 * @param blamed What is to be set aside (`blame.ts`): nothing is told to it. The processes that the
 *   state knows of it have been killed.
 */
export function settlementOf(
  scheduler: Restored,
  observation: Observation,
  blamed?: { readonly service: ServiceId; readonly why: string },
): Settlement {
  const found = new FoundProcesses(observation.found);
  const commands: Command[] = [{ kind: "console", owner: scheduler.announcedConsole }];
  const events: Event[] = [];
  for (const service of scheduler.records()) {
    if (service.id === blamed?.service) continue;
    commands.push(...commandsAgain(service, {
      hasConsole: scheduler.consoleOwner === service,
      isFound: (role) => found.has(service.id, role),
    }));
    for (const role of ["start", "stop"] as const) {
      events.push(...reportsOfRole(service, role, observation, found));
    }
    if (awaitsDemand(service) && found.has(service.id, "start")) {
      // What came in is with the process that was launched for it.
      events.push({ kind: "demand", service: service.id, wasWaiting: false, where: "its socket" });
    }
  }
  // Last: who gets the console may be launched for it.
  events.push({ kind: observation.isLogBusy ? "console-busy" : "console-idle" });
  const order = blamed === undefined ? undefined : { kind: "set-aside", ...blamed } as const;
  return { commands: withoutDoubles(commands), order, events, found };
}

function reportsOfRole(
  service: Readonly<ServiceRecord>,
  role: ProcessRole,
  observation: Observation,
  found: FoundProcesses,
): readonly Event[] {
  const process = role === "start" ? service.main : service.stopper;
  const owner = { service: service.id, role };
  if (process.phase === "none") return [];
  const now: ObservedProcess = process.pid === 0
    ? { kind: "gone" }
    : observation.processOf(service.id, role, process.pid);
  if (process.phase !== "launching") return reportsOfKnown(owner, process, now);
  // It was asked for and is not known to have been made, or that one has come to nothing and
  // another was made in its place.
  if (process.pid === 0 || now.kind === "gone") {
    const made = found.take(service.id, role);
    if (made !== undefined) {
      const isAnother = process.pid !== 0;
      const deferred: Event = { kind: "launch-deferred", ...owner };
      return [...isAnother ? [deferred] : [], ...reportsOfFound(made)];
    }
    if (process.pid === 0) return [];
  }
  return reportsOfKnown(owner, process, now);
}

/** It is started, and waits for what comes in over its sockets. */
function awaitsDemand({ description, phase, main, timer }: Readonly<ServiceRecord>): boolean {
  return description.startsOnDemand && phase === "started" && main.phase === "none" &&
    timer === "none";
}

/** What is done for the manager as a whole is done once, however many services ask for it. */
function withoutDoubles(commands: readonly Command[]): readonly Command[] {
  const seen = new Set<string>();
  return commands.filter((command) => {
    if ("service" in command) return true;
    const isNew = !seen.has(command.kind);
    seen.add(command.kind);
    return isNew;
  });
}
