/**
 * What answering a request needs, for queries (`requests.ts`) and orders (`orders.ts`).
 */
import type { Handle, Reply, Rights, StatusForm } from "../../../core/protocol/mod.ts";
import type { ServiceId } from "../../../core/types.ts";
import type { AskedOrders } from "./asked_orders.ts";
import type { ControlHandles } from "./handles.ts";
import type { ControlHost, ServiceQueries } from "../host.ts";

/** Answers a request. @param faults Why it is a refusal. */
export type LaterAnswer = (reply: Reply, faults: readonly string[]) => void;

/** The manager, and the connection that a request came from. */
export interface RequestContext {
  readonly host: ControlHost;
  readonly handles: ControlHandles;
  /** Orders that the connection asks about. */
  readonly asked: AskedOrders;
  send(reply: Reply): void;
  /** A long answer: written in blocks while it is made. */
  sendAll(replies: Iterable<Reply>): void;
  /** The last reply: nothing after this request is read, and the connection closes. */
  end(reply: Reply): void;
  /** What the client may ask for. */
  readonly rights: Rights;
  /**
   * The reply comes later, by `ControlServer.answerAwaiting` or by what is returned, which does
   * nothing once the client has gone.
   */
  answerLater(): LaterAnswer;
  /** Why the request at hand is refused: kept for a client that asks, until the next one. */
  explain(faults: readonly string[]): void;
  /** Why the request before this one was refused; empty when it was not, or nobody said. */
  explanation(): readonly string[];
  /** Whether a service has gone while a long answer is being made. */
  isGone(service: ServiceId): boolean;
  /** Whether another connection has a handle for the service. */
  isHeldElsewhere(service: ServiceId): boolean;
  /** This connection gets changes of the environment as events from now on. */
  listenToEnvironment(): void;
  /** Likewise changes of health of services that it has handles for. */
  listenToHealth(): void;
  /** An event for all connections that listen. */
  environmentChanged(text: string, hadValue: boolean): void;
}

/** @param options `existed`: for the answer to enable-7, see there. */
export function statusReply(
  services: ServiceQueries,
  service: ServiceId,
  options: { readonly form: StatusForm; readonly existed?: boolean },
): Reply {
  const { form, existed = false } = options;
  const status = services.status(service);
  if (form !== 6) return { kind: "status", existed, form, status };
  const { modifiedSeconds, modifiedNanoseconds } = services.description(service).source;
  const descriptionTime = { seconds: modifiedSeconds, nanoseconds: modifiedNanoseconds };
  return { kind: "status", existed, form, status: { ...status, descriptionTime } };
}

/**
 * Makes another handle for the service. Undefined when the connection has too many: then it was
 * answered that memory has run out, and the connection is closing.
 */
export function openHandle(context: RequestContext, service: ServiceId): Handle | undefined {
  const handle = context.handles.open(service);
  if (handle === undefined) context.end({ kind: "out-of-memory" });
  return handle;
}
