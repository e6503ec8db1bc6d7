/**
 * What a scenario says: services, steps, and what is seen after each step when all has come to
 * rest.
 *
 * Behaviour words (`command`, `stop-command`; of a list the n-th launch takes the n-th, the last
 * one repeats): `ok` does what it should; `hang` runs on and says nothing; `fail:N`, `exit:N` exits
 * at once; `exit-after-start:N` exits 60 ms after the launch; `exec-fail` cannot be executed;
 * `no-pid-file` and `pid-file=TEXT` (launchers) leave no daemon and no good pid file. `on-signal`
 * says what a process does instead of dying: `ignore` or `exit:N`.
 */
import type { ServiceType } from "../../core/description/contract/description.ts";

/** A service as a scenario describes it; settings are named as in description files, in seconds. */
export interface ScenarioService {
  readonly type: ServiceType;
  readonly restart: boolean | "on-failure";
  readonly "depends-on"?: readonly string[];
  readonly "depends-ms"?: readonly string[];
  readonly "waits-for"?: readonly string[];
  readonly "prepared-by"?: readonly string[];
  readonly before?: readonly string[];
  readonly after?: readonly string[];
  readonly command?: string | readonly string[];
  readonly "stop-command"?: string | readonly string[];
  readonly "on-signal"?: Readonly<Record<string, string>>;
  readonly "restart-delay"?: number;
  readonly "restart-limit-count"?: number;
  readonly "restart-limit-interval"?: number;
  readonly "start-timeout"?: number;
  readonly "stop-timeout"?: number;
  readonly "smooth-recovery"?: boolean;
  readonly "term-signal"?: string;
  readonly "ready-notification"?: string;
  readonly "chain-to"?: string;
  readonly options?: readonly string[];
}

/**
 * What a process of a service is there for; `run` of a process, `launch` and `daemon` of a
 * bgprocess.
 */
export type Role = "run" | "start" | "stop" | "launch" | "daemon";

export type Action =
  | {
    readonly do: "start" | "stop" | "restart" | "wake" | "release";
    readonly service: string;
    readonly pin?: boolean;
    readonly force?: boolean;
  }
  | { readonly do: "unpin" | "unload" | "trigger" | "untrigger"; readonly service: string }
  | { readonly do: "load"; readonly service: string }
  | { readonly do: "reload"; readonly service: string; readonly definition: ScenarioService }
  | {
    readonly do: "add-dep" | "rm-dep" | "enable";
    readonly link: "need" | "milestone" | "waits-for";
    readonly from: string;
    readonly to: string;
  }
  | { readonly do: "signal"; readonly service: string; readonly signal: string }
  /** A process does something by itself: exit:N, die:SIGNAL, ready, ready-close, daemonize. */
  | {
    readonly do: "process";
    readonly service: string;
    readonly role: Role;
    readonly does: string;
  }
  | { readonly do: "advance"; readonly seconds: number }
  | { readonly do: "shutdown" }
  | { readonly do: "manager-signal"; readonly signal: string };

/** What is seen after a step. Left out means none, except `states`: the manager has ended. */
export interface Expectation {
  /** `service:event`, in order. */
  readonly events: readonly string[];
  readonly reply?: string;
  readonly states?: Readonly<Record<string, string>>;
  readonly marked?: readonly string[];
  /** Only where the target is not what the state suggests. */
  readonly targets?: Readonly<Record<string, string>>;
  /** Of stopping and stopped services, where it is not "normal". */
  readonly reasons?: Readonly<Record<string, string>>;
  /** How the process of a stopped service ended. */
  readonly ends?: Readonly<Record<string, string>>;
  readonly flags?: Readonly<Record<string, readonly string[]>>;
  /** `service.role` of processes that began, in any order. */
  readonly launched?: readonly string[];
  /** `service.role:SIGNAL` that processes received, in any order; KILL is not seen. */
  readonly signals?: readonly string[];
  readonly manager?: string;
  /** Services whose reason is a matter of a race. */
  readonly anyReason?: readonly string[];
}

export interface Scenario {
  readonly name: string;
  readonly about: string;
  /**
   * Services started when the manager begins; without it a service `zz-keep` keeps the manager up.
   */
  readonly commandLine?: readonly string[];
  readonly services: Readonly<Record<string, ScenarioService>>;
  readonly steps: readonly (Action & { readonly expect: Expectation })[];
}
