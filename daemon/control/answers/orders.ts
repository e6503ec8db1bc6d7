/**
 * How orders are answered: start and stop, links, unload and reload.
 */
import type { Answer } from "../../../core/event.ts";
import type { DependencyEnds, Handle, Reply, Request } from "../../../core/protocol/mod.ts";
import { type ServiceId, unreachable } from "../../../core/types.ts";
import { openHandle, type RequestContext, statusReply } from "./context.ts";

/** Requests 3 to 6. */
type OrderRequest = Extract<Request, { readonly preack: boolean }>;

/** Requests 11, 12, 14 and 29. */
type LinkRequest = Extract<Request, DependencyEnds>;

const ACK: Reply = { kind: "ack" };
const NAK: Reply = { kind: "nak" };

export function answerOrder(
  context: RequestContext,
  request: OrderRequest,
  service: ServiceId,
): void {
  // Before acting: a client drops the events that it saw before this answer.
  if (request.preack) context.send({ kind: "preack" });
  sendAnswer(context, giveOrder(context, request, service));
}

export function answerUnload(context: RequestContext, service: ServiceId): void {
  if (context.isHeldElsewhere(service)) return refuse(context, [HELD_ELSEWHERE]);
  const answer = context.host.order({ kind: "unload", service });
  if (answer.kind === "refused") return refuse(context, [capitalised(answer.why)]);
  context.handles.drop(service);
  context.send(ACK);
}

/**
 * The handles go even when the reload fails, as upstream has it: clients load again in either case.
 */
export function answerReload(context: RequestContext, service: ServiceId): void {
  if (context.isHeldElsewhere(service)) return refuse(context, [HELD_ELSEWHERE]);
  context.handles.drop(service);
  const outcome = context.host.reload(service);
  if (outcome.kind === "refused") return refuse(context, outcome.faults);
  context.send(ACK);
}

/** All in one step, or none. Handles of this connection go, as with a single reload. */
export function answerReloadTogether(context: RequestContext): void {
  const names: string[] = [];
  for (const order of context.asked.take()) {
    if (order.kind !== "service" || order.verb !== "reload") {
      return refuse(context, ["Only reloads can be carried out together"]);
    }
    names.push(order.name);
  }
  const { services } = context.host;
  for (const name of names) {
    const service = services.find(name);
    if (service === undefined) continue;
    if (context.isHeldElsewhere(service)) return refuse(context, [`"${name}": ${HELD_ELSEWHERE}`]);
    context.handles.drop(service);
  }
  const outcome = context.host.reloadTogether(names);
  if (outcome.kind === "refused") return refuse(context, outcome.faults);
  context.send(ACK);
}

const HELD_ELSEWHERE = "Another client is using it: a monitor, a watch or a command that waits";

function refuse(context: RequestContext, faults: readonly string[]): void {
  context.explain(faults);
  context.send(NAK);
}

function capitalised(why: string): string {
  return why.charAt(0).toUpperCase() + why.slice(1);
}

export function answerLink(context: RequestContext, request: LinkRequest): void {
  const { host, handles } = context;
  const from = handles.service(request.from);
  const to = handles.service(request.to);
  if (from === undefined || to === undefined || from === to) {
    return context.end({ kind: "bad-request" });
  }
  const answer = host.order({ kind: linkOrder(request.kind), link: request.dependency, from, to });
  if (request.kind === "enable-7" && answer.kind === "linked") {
    return context.send(statusReply(host.services, to, { form: 6, existed: answer.existed }));
  }
  sendAnswer(context, answer);
}

function giveOrder(
  context: RequestContext,
  request: OrderRequest,
  service: ServiceId,
): Answer {
  const { host } = context;
  const { pin } = request;
  if (request.kind !== "stop") return host.order({ kind: request.kind, service, pin });
  const force = !request.gentle;
  if (request.restart) return host.order({ kind: "restart", service, force });
  return host.order({ kind: "stop", service, pin, force });
}

function linkOrder(kind: LinkRequest["kind"]): "add-link" | "remove-link" | "enable" {
  switch (kind) {
    case "add-dependency":
      return "add-link";
    case "remove-dependency":
      return "remove-link";
    case "enable":
    case "enable-7":
      return "enable";
    default:
      return unreachable(kind);
  }
}

function sendAnswer(context: RequestContext, answer: Answer): void {
  switch (answer.kind) {
    case "accepted":
    case "linked":
      return context.send(ACK);
    case "refused":
      return refuse(context, [capitalised(answer.why)]);
    case "already":
    case "pinned-started":
    case "pinned-stopped":
    case "shutting-down":
      return context.send({ kind: answer.kind });
    case "dependents":
      return sendDependents(context, answer.services);
    default:
      unreachable(answer);
  }
}

function sendDependents(context: RequestContext, services: readonly ServiceId[]): void {
  const opened: Handle[] = [];
  for (const service of services) {
    const handle = openHandle(context, service);
    if (handle === undefined) return;
    opened.push(handle);
  }
  context.send({ kind: "dependents", handles: opened });
}
