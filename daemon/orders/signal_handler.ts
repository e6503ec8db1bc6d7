/**
 * What signals make the manager do, by the table of `signals.ts`.
 */
import { type ShutdownType, unreachable } from "../../core/types.ts";
import type { Platform } from "../../platform/mod.ts";
import type { Ending } from "../machine/ending.ts";
import type { Host } from "./host.ts";
import type { LaunchHold } from "../launch/hold.ts";
import type { Log } from "../output/log.ts";
import type { ManagerRole } from "../start/manager_role.ts";
import { type SignalAction, signalActions, YIELDING_SIGNALS } from "./signals.ts";

export interface SignalHandlerParts {
  readonly platform: Pick<Platform, "os" | "poller" | "signalNumber" | "isSignalIgnored">;
  readonly role: ManagerRole;
  readonly log: Pick<Log, "info" | "error">;
  readonly host: Pick<Host, "order">;
  readonly ending: Pick<Ending, "endMachine" | "endAtOnce" | "withdrawQuestion">;
  readonly hold: Pick<LaunchHold, "hold" | "resume">;
  readonly recreateSocket: () => void;
}

/** Signals that whoever started the manager had ignored, and that it leaves alone. */
export type KeptSignals = readonly string[];

export class SignalHandler {
  readonly #parts: SignalHandlerParts;
  readonly #actions = new Map<number, SignalAction>();
  readonly #yielded: string[] = [];

  constructor(parts: SignalHandlerParts) {
    this.#parts = parts;
  }

  /** For {@linkcode watch} of another manager, which cannot see it any more on all systems. */
  keep(): KeptSignals {
    return this.#yielded;
  }

  /** Has the signals reported from now on. @param kept Of the manager that was here before. */
  watch(kept?: KeptSignals): void {
    const { platform, role, log } = this.#parts;
    for (const [name, action] of Object.entries(signalActions(role, platform.os))) {
      const number = platform.signalNumber(name);
      if (number === undefined) continue;
      const mayYield = role === "user" && YIELDING_SIGNALS.includes(name);
      if (mayYield && (kept?.includes(name) ?? platform.isSignalIgnored(number))) {
        this.#yielded.push(name);
        continue;
      }
      this.#actions.set(number, action);
    }
    const failure = platform.poller.watchSignals([...this.#actions.keys()]);
    if (failure !== undefined) log.error(`Cannot receive signals: ${failure.message}`);
  }

  /** @param signal As the kernel numbers it; one that is not watched does nothing. */
  handle(signal: number): void {
    const { ending, hold, recreateSocket } = this.#parts;
    const action = this.#actions.get(signal) ?? "nothing";
    switch (action) {
      case "reap":
      case "nothing":
        return;
      case "shutdown-halt":
        return this.#shutDown("halt", signal);
      case "shutdown-reboot":
        return this.#shutDown("reboot", signal);
      case "shutdown-poweroff":
        return this.#shutDown("poweroff", signal);
      case "shutdown-kexec":
        return this.#shutDown("kexec", signal);
      case "shutdown-soft-reboot":
        return this.#shutDown("soft-reboot", signal);
      case "power-off-now":
        return ending.endMachine("poweroff");
      case "recreate-socket":
        return recreateSocket();
      case "hold-launches":
        return hold.hold();
      case "resume-launches":
        hold.resume();
        return recreateSocket();
      case "end-at-once":
        return ending.endAtOnce(signal);
      default:
        unreachable(action);
    }
  }

  #shutDown(type: ShutdownType, signal: number): void {
    const { platform, log, host, ending } = this.#parts;
    log.info(`Received signal ${signal}: stopping all services`);
    ending.withdrawQuestion();
    host.order({ kind: "shutdown", type, byKeys: signal === platform.signalNumber("INT") });
  }
}
