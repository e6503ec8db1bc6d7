/**
 * How each request is answered: queries here, orders in `orders.ts`.
 *
 * Answers follow upstream, byte for byte, except where its behaviour is a defect:
 *
 * - after an unload or a reload every handle of the service is closed, not the named one alone;
 * - a bad dependency type ends the connection and does nothing else;
 * - a name that holds a NUL or invalid UTF-8, or a slash before its `@`, is the name of no service.
 */
import { splitName } from "../../../core/description/mod.ts";
import {
  type AskedOrder,
  CURRENT_VERSION,
  type DependencyEnds,
  type Handle,
  MINIMUM_VERSION,
  missingRightText,
  OWN_PROGRAM,
  type Remark,
  type Reply,
  type Request,
  type Right,
} from "../../../core/protocol/mod.ts";
import { type ServiceId, unreachable } from "../../../core/types.ts";
import { type LaterAnswer, openHandle, type RequestContext, statusReply } from "./context.ts";
import type { ControlHost } from "../host.ts";
import {
  answerLink,
  answerOrder,
  answerReload,
  answerReloadTogether,
  answerUnload,
} from "./orders.ts";

/** Descriptions are files in directories (reply 64); there is no other mechanism. */
const MECHANISM_DIRECTORIES = 1;

const ACK: Reply = { kind: "ack" };
const NAK: Reply = { kind: "nak" };
const NO_SERVICE: Reply = { kind: "no-service" };

/** Carries out a request; exactly one final reply is sent, or the connection ended. */
export function answerRequest(context: RequestContext, request: Request): void {
  if ("handle" in request) return answerAboutService(context, request);
  if ("from" in request) return answerLink(context, request);
  answerAboutManager(context, request);
}

/**
 * Refuses a request for want of a right: by the answer that says so to upstream's clients too, and
 * with the reason for those who ask for it.
 */
export function refuseRequest(context: RequestContext, request: Request, right: Right): void {
  if (request.kind !== "load") {
    context.explain([missingRightText(right)]);
    return context.send(NAK);
  }
  // Clients load whatever they ask about. What is loaded already they may have.
  const service = isServiceName(request.name) && context.rights.has("look")
    ? context.host.services.find(request.name)
    : undefined;
  if (service !== undefined) return sendRecord(context, service);
  context.explain([missingRightText(right)]);
  context.send({ kind: "load-error" });
}

function answerAboutService(
  context: RequestContext,
  request: Extract<Request, { readonly handle: Handle }>,
): void {
  const { host, handles } = context;
  switch (request.kind) {
    case "start":
    case "stop":
    case "wake":
    case "release":
      return withHandle(context, request.handle, (service) => {
        answerOrder(context, request, service);
      });
    case "unpin":
      return withHandle(context, request.handle, (service) => {
        host.order({ kind: "unpin", service });
        context.send(ACK);
      });
    case "unload":
      return withHandle(context, request.handle, (service) => answerUnload(context, service));
    case "reload":
      return withHandle(context, request.handle, (service) => answerReload(context, service));
    case "refresh":
      return answerRefresh(context, handles.service(request.handle));
    case "close-handle":
      return withHandle(context, request.handle, () => {
        handles.close(request.handle);
        context.send(ACK);
      });
    default:
      return query(context, request);
  }
}

/** What names a service does it by its name here, and the others are about none. */
function answerAboutManager(
  context: RequestContext,
  request: Exclude<Request, { readonly handle: Handle } | DependencyEnds>,
): void {
  const { host } = context;
  switch (request.kind) {
    case "query-version":
      return context.send({ kind: "version", minimum: MINIMUM_VERSION, current: CURRENT_VERSION });
    case "query-load-mechanism":
      return context.send({
        kind: "load-mechanism",
        mechanism: MECHANISM_DIRECTORIES,
        ...host.searchPath(),
      });
    case "query-summaries":
      return context.sendAll(summaryReplies(context));
    case "query-remarks":
      context.listenToHealth();
      return context.sendAll(remarkReplies(context));
    case "query-cause":
      return context.send({ kind: "cause", faults: context.explanation() });
    case "plan":
      return context.send({ kind: "plan", plan: host.plan(context.asked.take()) });
    case "plan-order": {
      const { verb, name, pin, force } = request;
      return answerAsked(context, { kind: "service", verb, name, pin, force });
    }
    case "plan-reload":
      return answerAsked(context, { kind: "reload-changed" });
    case "plan-shutdown":
      return answerAsked(context, { kind: "shutdown", type: request.type });
    case "report":
      return context.send({ kind: "report", text: host.report() });
    case "query-starts":
      return context.send({ kind: "starts", report: host.starts() });
    case "query-manager":
      return context.send({ kind: "manager", usage: host.managerUsage() });
    case "query-usage":
      return answerUsage(context, request.name);
    case "reload-together":
      return answerReloadTogether(context);
    case "find":
      return answerFind(context, request.name);
    case "load":
      return answerLoad(context, request.name);
    case "list":
      return answerList(context, 1);
    case "list-5":
      return answerList(context, 5);
    case "shutdown":
      host.order({ kind: "shutdown", type: request.type });
      return context.send(ACK);
    case "reexec":
      return answerReexec(context, request.program);
    case "set-environment":
      return answerSetEnvironment(context, request.text);
    case "list-environment":
      return context.send({ kind: "environment", entries: host.listEnvironment() });
    case "listen-environment":
      context.listenToEnvironment();
      return context.send(ACK);
    default:
      unreachable(request);
  }
}

/** Requests in which an unknown handle is merely refused. */
type Query = Extract<Request, {
  readonly kind:
    | "query-name"
    | "query-details"
    | "query-description-directory"
    | "status"
    | "status-5"
    | "status-6"
    | "set-trigger"
    | "read-log"
    | "signal";
}>;

function query(context: RequestContext, request: Query): void {
  const service = context.handles.service(request.handle);
  context.send(service === undefined ? NAK : queryReply(context, request, service));
}

function queryReply(
  { host, rights }: RequestContext,
  request: Query,
  service: ServiceId,
): Reply {
  switch (request.kind) {
    case "query-name":
      return { kind: "service-name", name: host.services.description(service).name };
    case "query-details": {
      const details = host.details(service);
      // Such a text may quote a file that its reader may not read.
      const mayRead = rights.has("output");
      return { kind: "details", details: mayRead ? details : { ...details, fault: undefined } };
    }
    case "query-description-directory":
      return {
        kind: "description-directory",
        directory: host.services.description(service).source.directory,
      };
    case "status":
      return statusReply(host.services, service, { form: 1 });
    case "status-5":
      return statusReply(host.services, service, { form: 5 });
    case "status-6":
      return statusReply(host.services, service, { form: 6 });
    case "set-trigger": {
      const reply = host.order({ kind: "trigger", service, on: request.on });
      return reply.kind === "refused" ? NAK : ACK;
    }
    case "read-log": {
      const bytes = host.readLog(service, request.clear);
      return bytes === undefined ? NAK : { kind: "log", bytes };
    }
    case "signal":
      return signalReply(host, service, request.signal);
    default:
      return unreachable(request);
  }
}

function answerAsked(context: RequestContext, order: AskedOrder): void {
  if (context.asked.add(order)) return context.send(ACK);
  context.explain(["These are too many orders for one plan"]);
  context.send(NAK);
}

function answerFind(context: RequestContext, name: string): void {
  const service = isServiceName(name) ? context.host.services.find(name) : undefined;
  if (service === undefined) return context.send(NO_SERVICE);
  sendRecord(context, service);
}

function answerUsage({ host, send }: RequestContext, name: string): void {
  const service = isServiceName(name) ? host.services.find(name) : undefined;
  if (service === undefined) return send(NO_SERVICE);
  send({ kind: "usage", usage: host.usage(service) });
}

function answerLoad(context: RequestContext, name: string): void {
  if (!isServiceName(name)) return context.send(NO_SERVICE);
  const outcome = context.host.load(name);
  switch (outcome.kind) {
    case "loaded":
      return sendRecord(context, outcome.service);
    case "not-found":
      return context.send(NO_SERVICE);
    case "description-error":
    case "load-error":
      context.explain(outcome.faults);
      return context.send({ kind: outcome.kind });
    default:
      unreachable(outcome);
  }
}

/**
 * Whether a service could have this name at all; what exactly is allowed is the loader's to say.
 * The base names a file, so it has no slash; the argument may be anything, a device's path say.
 */
function isServiceName(name: string): boolean {
  return name.isWellFormed() && !name.includes("\0") && !splitName(name).base.includes("/");
}

function sendRecord(context: RequestContext, service: ServiceId): void {
  const handle = openHandle(context, service);
  if (handle === undefined) return;
  const { state, target } = context.host.services.status(service);
  context.send({ kind: "service-record", state, handle, target });
}

function answerList(context: RequestContext, form: 1 | 5): void {
  context.sendAll(listReplies(context, form));
}

function* listReplies({ host, isGone }: RequestContext, form: 1 | 5): Generator<Reply> {
  const { services } = host;
  for (const service of services.list()) {
    if (isGone(service)) continue;
    const { name } = services.description(service);
    yield { kind: "service-info", name, form, status: services.status(service) };
  }
  yield { kind: "list-done" };
}

/** Services that are looked at for one packet: with many of them others have their turn between. */
const SERVICES_A_PACKET = 64;

function* summaryReplies({ host, isGone }: RequestContext): Generator<Reply> {
  const { services } = host;
  let summaries = new Map<string, string>();
  let looked = 0;
  for (const service of services.list()) {
    if (isGone(service)) continue;
    const { name, summary } = services.description(service);
    if (summary !== undefined) summaries.set(name, summary);
    if (++looked % SERVICES_A_PACKET > 0) continue;
    yield { kind: "summaries", summaries };
    summaries = new Map();
  }
  yield { kind: "summaries", summaries };
  yield { kind: "list-done" };
}

function* remarkReplies({ host, isGone }: RequestContext): Generator<Reply> {
  const { services } = host;
  let remarks = new Map<string, Remark>();
  let looked = 0;
  for (const service of services.list()) {
    if (isGone(service)) continue;
    const { name, liveness, readiness, source } = services.description(service);
    const isAsked = liveness !== undefined || readiness !== undefined;
    if (isAsked || source.mask !== undefined) {
      const health = isAsked ? host.details(service).health : undefined;
      remarks.set(name, { health, mask: source.mask });
    }
    if (++looked % SERVICES_A_PACKET > 0) continue;
    yield { kind: "remarks", remarks };
    remarks = new Map();
  }
  yield { kind: "remarks", remarks };
  yield { kind: "list-done" };
}

/** As in queries, an unknown handle is merely refused. */
function answerRefresh(context: RequestContext, service: ServiceId | undefined): void {
  if (service === undefined) return context.send(NAK);
  const { host } = context;
  let answer: LaterAnswer | undefined;
  const outcome = host.refresh(service, (later) => {
    if (later.kind === "done") answer?.(ACK, []);
    else answer?.(NAK, [later.why]);
  });
  if (outcome === "later") {
    answer = context.answerLater();
    return;
  }
  if (outcome.kind === "refused") context.explain([outcome.why]);
  context.send(outcome.kind === "done" ? ACK : NAK);
}

function answerReexec(context: RequestContext, program: string): void {
  const why = context.host.reexec(program === OWN_PROGRAM ? undefined : program);
  if (why === undefined) return void context.answerLater();
  context.explain([why]);
  context.send(NAK);
}

function answerSetEnvironment(context: RequestContext, text: string): void {
  const separator = text.indexOf("=");
  const name = separator < 0 ? text : text.slice(0, separator);
  const value = separator < 0 ? undefined : text.slice(separator + 1);
  const hadValue = context.host.setEnvironment(name, value);
  context.environmentChanged(text, hadValue);
  context.send(ACK);
}

function signalReply(host: ControlHost, service: ServiceId, signal: number): Reply {
  const { pid } = host.services.status(service);
  if (pid === 0) return { kind: "signal-no-process" };
  const outcome = host.signal(pid, signal);
  switch (outcome) {
    case "sent":
      return ACK;
    case "bad-number":
      return { kind: "signal-bad-number" };
    case "failed":
      return { kind: "signal-failed" };
    default:
      return unreachable(outcome);
  }
}

/** For the requests in which an unknown handle ends the connection. */
function withHandle(
  context: RequestContext,
  handle: Handle,
  act: (service: ServiceId) => void,
): void {
  const service = context.handles.service(handle);
  if (service === undefined) return context.end({ kind: "bad-request" });
  act(service);
}
