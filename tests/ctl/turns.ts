/** Turns of a scripted conversation, written as messages instead of bytes. */
import {
  encodeInformation,
  encodeReply,
  encodeRequest,
  handle,
  type Information,
  type Reply,
  type ReportedStatus,
  type Request,
} from "../../core/protocol/mod.ts";
import type { ServiceEvent } from "../../core/types.ts";
import type { Turn } from "./fake_io.ts";

/** A client's request and what the manager sends for it. */
export function turn(request: Request, ...answers: readonly (Reply | Information | "end")[]): Turn {
  return { send: toHex(encodeRequest(request)), receive: answers.map(answerHex) };
}

/** The handshake with a manager that speaks up to a version. */
export function greeting(version = 7): Turn {
  return turn({ kind: "query-version" }, { kind: "version", minimum: 1, current: version });
}

/** Loading a service that gets a handle. */
export function loading(
  name: string,
  number: number,
  state: ReportedStatus["state"] = "stopped",
): Turn {
  return turn({ kind: "load", name }, record(number, state));
}

export function record(number: number, state: ReportedStatus["state"]): Reply {
  const target = state === "started" || state === "starting" ? "started" : "stopped";
  return { kind: "service-record", handle: handle(number), state, target };
}

/** An event in both of its forms, as managers since version 5 send it. */
export function event(
  number: number,
  name: ServiceEvent,
  changes: Partial<ReportedStatus> = {},
): readonly Information[] {
  const status = serviceStatus(changes);
  return ([5, 1] as const).map((form) => ({
    kind: "service-event",
    form,
    handle: handle(number),
    event: name,
    status,
  }));
}

/** A stopped service, but for what is said. */
export function serviceStatus(changes: Partial<ReportedStatus> = {}): ReportedStatus {
  return {
    state: "stopped",
    target: "stopped",
    waitsForConsole: false,
    hasConsole: false,
    startSkipped: false,
    marked: false,
    pid: 0,
    reason: "normal",
    execFailure: undefined,
    exit: { kind: "none" },
    ...changes,
  };
}

/** A started one. */
export function startedStatus(changes: Partial<ReportedStatus> = {}): ReportedStatus {
  return serviceStatus({ state: "started", target: "started", ...changes });
}

function answerHex(answer: Reply | Information | "end"): string {
  if (answer === "end") return "end";
  const isInformation = answer.kind === "service-event" || answer.kind === "health-event" ||
    answer.kind === "environment-event";
  return toHex(isInformation ? encodeInformation(answer) : encodeReply(answer));
}

function toHex(bytes: Uint8Array): string {
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
