/**
 * Ordering services to start or stop, and waiting for it: common to start, stop, restart, wake,
 * release.
 *
 * All services named are ordered first, in their order, and then waited for together. A service
 * that cannot be stopped because of dependents that are named as well is ordered again when those
 * are down.
 *
 * Events are looked at from the moment of the order on, not from its answer on: a start may have
 * failed before the manager acknowledges it, and no other event would ever come.
 */
import type { Handle, Reply, Request } from "../../../core/protocol/mod.ts";
import type { ServiceState } from "../../../core/types.ts";
import { ClientError } from "../../interface/client_error.ts";
import type { CommandRun, ExitCode, OrderVerb, Report, Reporting } from "../../interface/report.ts";
import type { Waiting } from "../../interface/waits.ts";
import { protocolError } from "../../connection/protocol_error.ts";
import type { ServiceInformation, Session } from "../../connection/session.ts";
import type { CommandContext } from "../lookup/context.ts";
import {
  descriptionDirectory,
  descriptionFile,
  isSameTime,
  type ManagerPaths,
} from "../lookup/description_file.ts";
import { namedServices } from "../lookup/named_services.ts";
import { outputLines } from "../lookup/output_lines.ts";
import {
  type LoadedService,
  loadService,
  presentService,
  tellLoadFailure,
} from "../lookup/service_lookup.ts";
import { WaitProgress } from "./wait_progress.ts";

/** Lines of output that are shown with a failure. */
const HINT_LINES = 5;

/** What is particular to a verb. */
export interface OrderPlan {
  readonly verb: OrderVerb;
  /** A file that has changed since it was loaded is worth a warning. */
  readonly warnsOfChanges: boolean;
  /**
   * One that cannot be loaded and has a record nevertheless is as good as another: it is stopped.
   */
  readonly takesBroken: boolean;
  /** A service that cannot be loaded is no error with --ignore-unstarted. */
  readonly canIgnoreUnloaded: boolean;
  request(handle: Handle): Request;
  /** What the answer "already so" means for a service that was in a state before. */
  already(service: string, before: ServiceState): Report;
  /** What the answer "no" means. */
  refused(service: string): { readonly report: Report; readonly exit: ExitCode };
  /** States to be reached, one after the other. */
  readonly steps: readonly ("started" | "stopped")[];
}

/** A service whose last step is not reached yet. */
interface AwaitedService {
  readonly service: LoadedService;
  /** How many of the plan's steps are done. */
  stepsDone: number;
}

type Progress =
  | { readonly kind: "waiting" }
  | { readonly kind: "step-done"; readonly reports: readonly Report[] }
  | { readonly kind: "failed"; readonly reports: readonly Report[] };

type OrderOutcome =
  | { readonly kind: "done"; readonly exit: ExitCode }
  | { readonly kind: "waiting"; readonly service: LoadedService }
  /** Held by dependents which are to be stopped too. */
  | { readonly kind: "postponed" };

/** Carries a plan out for all services named. */
export function* orderServices(
  context: CommandContext,
  firstPlan: OrderPlan,
): CommandRun {
  const paths: ManagerPaths = { session: context.session };
  let { names, exit } = yield* namedServices(context);
  let mayPostpone = true;
  let plan = firstPlan;
  for (;;) {
    const postponed = new Set<string>();
    const waiting = new Map<Handle, AwaitedService>();
    const named: ReadonlySet<string> = mayPostpone ? names : new Set();
    for (const name of names) {
      context.session.renewPatience();
      const outcome = yield* orderOne(context, plan, paths, { name, named });
      if (outcome.kind === "postponed") postponed.add(name);
      else if (outcome.kind === "waiting") {
        waiting.set(outcome.service.handle, { service: outcome.service, stepsDone: 0 });
      } else if (outcome.exit === 1) exit = 1;
    }
    if ((yield* waitForAll(context, plan.steps, waiting)) === 1) exit = 1;
    if (postponed.size === 0) return exit;
    mayPostpone = postponed.size < names.size;
    names = postponed;
    // What is so by now came to be so by our first orders.
    plan = {
      ...firstPlan,
      already: (service) => ({ kind: "reached", service, state: firstPlan.steps[0] ?? "stopped" }),
    };
  }
}

function* orderOne(
  context: CommandContext,
  plan: OrderPlan,
  paths: ManagerPaths,
  { name, named }: { readonly name: string; readonly named: ReadonlySet<string> },
): Reporting<OrderOutcome> {
  const { session, options, io } = context;
  const find = plan.takesBroken ? presentService : loadService;
  const service = yield* find(session, name);
  if (service.kind === "failed") {
    if (plan.canIgnoreUnloaded && options.ignoreUnstarted) return { kind: "done", exit: 0 };
    yield* tellLoadFailure(name, service.fault, paths, io);
    return { kind: "done", exit: 1 };
  }
  if (plan.warnsOfChanges && (yield* hasChangedFile(context, paths, service))) {
    yield { kind: "file-changed", service: name };
  }

  session.forgetEvents(service.handle);
  const reply = yield* session.ask(plan.request(service.handle));
  if (reply.kind === "dependents") {
    const dependents = yield* dependentNames(session, reply.handles);
    if (plan.verb === "stop" && dependents.every((dependent) => named.has(dependent))) {
      return { kind: "postponed" };
    }
    yield { kind: "held-by-dependents", service: name, verb: plan.verb, dependents };
    return { kind: "done", exit: 1 };
  }
  if (reply.kind !== "ack") {
    const { report, exit } = answerReport(plan, service, reply);
    // Other verbs are refused for one reason each, which their words tell.
    const isTold = reply.kind === "nak" && plan.verb === "start" && report.kind === "error";
    yield isTold ? { ...report, causes: yield* session.causes() } : report;
    return { kind: "done", exit };
  }
  if (!options.waits) {
    yield { kind: "issued", service: name, verb: plan.verb };
    return { kind: "done", exit: 0 };
  }
  if (plan.verb === "release" && (yield* session.status(service.handle)).target === "started") {
    // No event will come: something else holds the service.
    yield { kind: "stays-up", service: name };
    return { kind: "done", exit: 0 };
  }
  return { kind: "waiting", service };
}

/** An answer that ends the matter at once. */
function answerReport(
  plan: OrderPlan,
  service: LoadedService,
  reply: Reply,
): { readonly report: Report; readonly exit: ExitCode } {
  const { name } = service;
  switch (reply.kind) {
    case "already":
      return { report: plan.already(name, service.state), exit: 0 };
    case "pinned-started":
      return { report: { kind: "pinned", service: name, pin: "started" }, exit: 1 };
    case "pinned-stopped":
      return { report: { kind: "pinned", service: name, pin: "stopped" }, exit: 1 };
    case "shutting-down":
      return { report: { kind: "shutting-down", service: name }, exit: 1 };
    case "nak":
      return plan.refused(name);
    default:
      throw protocolError(reply);
  }
}

/** Only managers from version 6 on tell the time of the file that they have read. */
function* hasChangedFile(
  { session, io }: CommandContext,
  paths: ManagerPaths,
  service: LoadedService,
): Waiting<boolean> {
  if (!session.knows("status-6")) return false;
  const directory = yield* descriptionDirectory(paths, service.handle);
  const { modified } = descriptionFile(directory, service.name, io.files);
  if (modified === undefined) return false;
  const { descriptionTime } = yield* session.status(service.handle);
  return descriptionTime !== undefined && !isSameTime(modified, descriptionTime);
}

/** The number of handles is the server's word, and each costs a question. */
const LARGEST_NUMBER_OF_DEPENDENTS = 10_000;

function* dependentNames(session: Session, handles: readonly Handle[]): Waiting<string[]> {
  if (handles.length > LARGEST_NUMBER_OF_DEPENDENTS) {
    throw new ClientError(`protocol error: ${handles.length} services cannot depend on one.`);
  }
  const names: string[] = [];
  for (const handle of handles) {
    names.push((yield* session.expect({ kind: "query-name", handle }, "service-name")).name);
  }
  return names;
}

/** Waits for the start of one service, whose events since the order have not been looked at. */
export function waitForStart(context: CommandContext, service: LoadedService): CommandRun {
  return waitForAll(context, ["started"], new Map([[service.handle, { service, stepsDone: 0 }]]));
}

function* waitForAll(
  context: CommandContext,
  steps: OrderPlan["steps"],
  waiting: Map<Handle, AwaitedService>,
): CommandRun {
  const { session } = context;
  const progress = new WaitProgress(context, interruptedText(steps, waiting));
  let exit: ExitCode = 0;
  const lost = () =>
    new ClientError(
      `read failure or protocol error: the manager closed the connection while ${
        someNames(waiting)
      } was waited for.`,
    );
  if (waiting.size > 0) yield* progress.begin();
  const wasWaiting = waiting.size > 0;
  while (waiting.size > 0) {
    const event = yield* session.expectEvent(lost, progress.pauseMs);
    if (event === "timeout") {
      yield* progress.draw(waiting.values().map(({ service }) => service.name).toArray());
      continue;
    }
    if (event.kind !== "service-event") continue;
    const member = waiting.get(event.handle);
    if (member === undefined) continue;
    const remaining = steps.slice(member.stepsDone);
    const step = judge(event, member.service.name, remaining);
    if (step.kind === "waiting") continue;
    yield* progress.clear();
    for (const report of step.reports) {
      yield yield* withDetails(context, event.handle, report);
    }
    if (step.kind === "failed") exit = 1;
    else member.stepsDone += 1;
    if (step.kind === "failed" || remaining.length === 1) waiting.delete(event.handle);
  }
  if (wasWaiting) yield* progress.finish();
  return exit;
}

/** What goes on when the user does not wait any longer, and how to undo it. */
function interruptedText(
  steps: OrderPlan["steps"],
  waiting: ReadonlyMap<Handle, AwaitedService>,
): string {
  const [first] = waiting.values();
  const others = waiting.size - 1;
  const name = first?.service.name ?? "";
  const isStart = steps.at(-1) === "started";
  const what = isStart ? "start" : "stop";
  const more = others > 0 ? ` and ${others} more` : "";
  const undo = `'dinitctl ${isStart ? "stop" : "start"} ${name}' undoes it`;
  return `The ${what} of '${name}'${more} goes on: 'dinitctl watch ${name}' shows it, ${undo}.`;
}

/** Of ten thousand nobody reads the names. */
const MOST_NAMES = 3;

function someNames(waiting: ReadonlyMap<Handle, AwaitedService>): string {
  const names = waiting.values().take(MOST_NAMES).map(({ service }) => `'${service.name}'`);
  const others = waiting.size - MOST_NAMES;
  return [...names].join(", ") + (others > 0 ? ` and ${others} more` : "");
}

/**
 * What the manager knows of a failed start is told with it, and to a person the end of its output;
 * without it, should the manager end meanwhile.
 */
export function* withDetails(
  { session, io }: Pick<CommandContext, "session" | "io">,
  handle: Handle,
  report: Report,
): Waiting<Report> {
  if (report.kind !== "start-failed") return report;
  try {
    const details = yield* session.details(handle);
    if (!io.isOutTerminal) return { ...report, details };
    const lastLines = (yield* outputLines(session, handle, HINT_LINES)) ?? [];
    return { ...report, details, hint: { lastLines } };
  } catch (error) {
    if (error instanceof ClientError) return report;
    throw error;
  }
}

/**
 * What an event means to one who waits for states.
 *
 * @param awaited The states still to be reached, in order.
 */
export function judge(
  event: ServiceInformation,
  service: string,
  awaited: readonly ("started" | "stopped")[],
): Progress {
  const isRestart = awaited[0] === "stopped" && awaited[1] === "started";
  const startCancelled: Report = { kind: "cancelled", service, what: "start" };
  switch (event.event) {
    case "started":
    case "stopped": {
      if (event.event !== awaited[0]) return { kind: "waiting" };
      const reached: Report = { kind: "reached", service, state: event.event };
      const staysDown = event.status?.state === "stopped" && event.status.target === "stopped";
      if (isRestart && staysDown) return { kind: "failed", reports: [reached, startCancelled] };
      return { kind: "step-done", reports: [reached] };
    }
    case "failed":
      // One that is to stop does so after a failed start.
      if (awaited[0] === "stopped") return { kind: "waiting" };
      return {
        kind: "failed",
        reports: [{
          ...{ kind: "start-failed", service, status: event.status },
          ...{ details: undefined, hint: undefined },
        }],
      };
    case "start-cancelled":
      // One that is to stop does so after a cancelled start.
      if (awaited[0] === "stopped" && !isRestart) return { kind: "waiting" };
      return { kind: "failed", reports: [startCancelled] };
    case "stop-cancelled":
      if (awaited[0] === "started") return { kind: "waiting" };
      return { kind: "failed", reports: [{ kind: "cancelled", service, what: "stop" }] };
  }
}
