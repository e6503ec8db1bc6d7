/**
 * The scheduler as its users see it: the daemon, the control server and the simulator.
 *
 * One call of `apply`, `order` or `load` drains all work it causes before it returns. The commands
 * it returns are to be carried out in their order; what comes of them is reported by later `apply`
 * calls, after the present one's commands (and the answer to a client) are done.
 */
import type { Command, ServiceStatus } from "../command.ts";
import type {
  BrokenService,
  Dependency,
  ServiceDescription,
} from "../description/contract/description.ts";
import type { Answer, Event, Order, ProbePurpose } from "../event.ts";
import type { HistoryView } from "../service/record/history_view.ts";
import type { Instant, ServiceId, ShutdownType } from "../types.ts";

export interface OrderResult {
  readonly answer: Answer;
  /** Includes the `notify` commands that must reach clients before the answer. */
  readonly commands: readonly Command[];
}

/** What is loaded together. */
export interface LoadSet {
  /** In the order in which they will be listed. */
  readonly descriptions: readonly ServiceDescription[];
  /** What cannot be loaded and only soft dependencies lead to. */
  readonly broken?: readonly BrokenService[];
  /**
   * What the set is loaded for. What is at fault and only soft dependencies lead to from here is
   * left out; undefined: nothing may be left out.
   */
  readonly roots?: readonly Dependency[];
}

export type LoadAnswer =
  | {
    readonly kind: "loaded";
    /** The record numbers, in the order of the descriptions given; without those left out. */
    readonly services: readonly ServiceId[];
    /** What only the set as a whole showed to be at fault; they are broken services now. */
    readonly leftOut: readonly BrokenService[];
    readonly commands: readonly Command[];
  }
  /** Names round the cycle, the first one again at the end. Nothing was loaded. */
  | { readonly kind: "cycle"; readonly path: readonly string[] }
  /** More services in a chain than `LONGEST_CHAIN`. Nothing was loaded. */
  | { readonly kind: "too-deep"; readonly path: readonly string[] }
  /** Another fault that only the whole set shows (log consumers). Nothing was loaded. */
  | { readonly kind: "refused"; readonly service: string; readonly why: string };

export interface SchedulerApi {
  apply(event: Event, now: Instant): readonly Command[];
  order(order: Order, now: Instant): OrderResult;
  /**
   * Makes records for descriptions that are not loaded yet. Every dependency they name must be
   * among them or loaded already; a soft one may be broken. All or nothing, but for what `roots`
   * allows to leave out.
   */
  load(set: LoadSet, now: Instant): LoadAnswer;

  /**
   * Placeholders (named by before, after or consumer-of only) are not found; broken services are.
   */
  find(name: string): ServiceId | undefined;
  /** Why a service is broken; undefined when it is loaded. @throws {RangeError} As below. */
  fault(service: ServiceId): BrokenService | undefined;
  /** All services, broken ones included, oldest first. */
  list(): readonly ServiceId[];
  /** @throws {RangeError} When the service was unloaded. Likewise those that follow. */
  status(service: ServiceId): ServiceStatus;
  history(service: ServiceId): HistoryView;
  description(service: ServiceId): ServiceDescription;
  /** Whether something of its present or last run went wrong, whatever the status says. */
  hasGoneWrong(service: ServiceId): boolean;
  /** What a running service is to be asked. */
  probeDue(service: ServiceId): ProbePurpose | undefined;
  /** Own links in order: what it depends on, order links included as `before` and `after`. */
  links(service: ServiceId): readonly LinkView[];
  /** Links of its dependents, in order. */
  dependentLinks(service: ServiceId): readonly LinkView[];

  /** When `apply({kind: "deadline"})` is due next; undefined when nothing is timed. */
  nextDeadline(): Instant | undefined;
  /** Services that are not at rest in "stopped". The manager ends when it falls to 0. */
  readonly activeCount: number;
  /** The type of the last shutdown order; undefined before there was one. */
  readonly shutdownType: ShutdownType | undefined;
  /** The shutdown killed services because its time was up, or somebody at the console insisted. */
  readonly wasShutdownForced: boolean;
}

export interface LinkView {
  readonly kind: "need" | "milestone" | "waits-for" | "prepared-by" | "before" | "after";
  /** The depending service. */
  readonly from: ServiceId;
  readonly to: ServiceId;
  /** The dependent counts as a holder of the dependency. */
  readonly holds: boolean;
}
