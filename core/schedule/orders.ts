/**
 * Orders of clients: what is checked, which rules run, and what is replied.
 *
 * "already" is said of the state after everything the order caused has been worked off.
 */
import type { Answer, Order, ReloadedService } from "../event.ts";
import type { FailureCause } from "../failure.ts";
import { conflictFault } from "../service/conflicts.ts";
import { refuseCause } from "../service/handling.ts";
import { hold } from "../service/holding.ts";
import { demanded } from "../service/types/on_demand.ts";
import { setTrigger } from "../service/types/internal_service.ts";
import { pinChanged, pinStart, unpin } from "../service/pinning.ts";
import type { ServiceRecord } from "../service/record/record.ts";
import { allowsRestart } from "../service/restart_policy.ts";
import { setAside } from "../service/setting_aside.ts";
import { startOrder } from "../service/starting.ts";
import { drain } from "../service/step.ts";
import { force, restart, stopOrder } from "../service/stopping.ts";
import {
  isLastingLink,
  isOrderLink,
  isPinned,
  isProcessType,
  isUp,
} from "../service/record/terms.ts";
import { type ServiceState, unreachable } from "../types.ts";
import type { Pass } from "./pass.ts";
import { hasRealDependent, type Registry } from "./registry.ts";
import { reload } from "./reload/reload.ts";
import type { Reload } from "./reload/reload_faults.ts";
import { addLink, enable, removeLink } from "./run_time_links.ts";
import { shutDown } from "./shutdown/shutdown.ts";

export function obey(pass: Pass, registry: Registry, order: Order): Answer {
  switch (order.kind) {
    case "start":
      return start(pass, registry.get(order.service), order.pin);
    case "chain":
      return chain(pass, registry, registry.get(order.service));
    case "handle-failure":
      return startForFailure(pass, registry.get(order.service), order.cause);
    case "stop":
      return stop(pass, registry.get(order.service), order.pin, order.force);
    case "restart":
      return restartService(pass, registry.get(order.service), order.force);
    case "wake":
      return wake(pass, registry.get(order.service), order.pin);
    case "release":
      return release(pass, registry.get(order.service), order.pin);
    case "unpin":
      unpin(pass, registry.get(order.service));
      drain(pass);
      return { kind: "accepted" };
    case "set-aside":
      setAside(pass, registry.get(order.service), order.why);
      drain(pass);
      return { kind: "accepted" };
    case "trigger":
      return trigger(pass, registry.get(order.service), order.on);
    case "add-link":
      return addLink(pass, registry, ends(registry, order));
    case "remove-link":
      return removeLink(pass, registry, ends(registry, order));
    case "enable":
      return enable(pass, registry, ends(registry, order));
    case "unload":
      return unload(pass, registry, registry.get(order.service));
    case "reload":
      return reload(pass, registry, [reloadOf(registry, order)]);
    case "reload-together":
      return reload(pass, registry, order.reloads.map((each) => reloadOf(registry, each)));
    case "shutdown":
      shutDown(pass, registry.values());
      return { kind: "accepted" };
    default:
      return unreachable(order);
  }
}

type LinkOrder = Extract<Order, { readonly link: unknown }>;

function ends(registry: Registry, order: LinkOrder) {
  return { kind: order.link, from: registry.get(order.from), to: registry.get(order.to) };
}

function reloadOf(registry: Registry, { service, description }: ReloadedService): Reload {
  return { service: registry.get(service), description };
}

function start(pass: Pass, service: ServiceRecord, pin: boolean): Answer {
  const refusal = refuseStart(pass, service);
  if (refusal !== undefined) return refusal;
  if (pin) pinStart(pass, service);
  startOrder(pass, service);
  drain(pass);
  return answerByState(service, "started");
}

/**
 * A start that another's end causes; among services that lead to each other's start it is a
 * restart.
 */
function chain(pass: Pass, registry: Registry, service: ServiceRecord): Answer {
  const refusal = refuseStart(pass, service);
  if (refusal !== undefined) return refusal;
  if (service.state === "stopped" && isInRing(registry, service)) {
    if (!allowsRestart(pass, service)) {
      return { kind: "refused", why: "its restart limit is reached" };
    }
    pass.changes.note(service);
    service.isAutoRestart = true;
  }
  startOrder(pass, service);
  drain(pass);
  if (service.state === "stopped") service.isAutoRestart = false;
  return answerByState(service, "started");
}

/**
 * A start because another has failed. A scripted service that is up has done its work for an
 * earlier failure: it does it once more. A process that is up goes on with what it was started for.
 */
function startForFailure(pass: Pass, service: ServiceRecord, cause: FailureCause): Answer {
  const refusal = refuseStart(pass, service);
  if (refusal !== undefined) return refusal;
  const why = refuseCause(service, cause);
  if (why !== undefined) return { kind: "refused", why };
  const runsAgain = service.description.type === "scripted" && service.state === "started";
  if (isProcessType(service.description.type) && isUp(service)) {
    if (!runsAgain) return { kind: "refused", why: `it is ${service.state} already` };
    if (refuseStop(service, false) !== undefined) {
      return { kind: "refused", why: "it is started already, and has to stay so for others" };
    }
  }
  pass.changes.note(service);
  service.cause = cause;
  if (runsAgain) restart(pass, service);
  else startOrder(pass, service);
  drain(pass);
  if (service.state === "stopped") service.cause = undefined;
  return answerByState(service, "started");
}

/** Whether its own end leads back to its start, by chain-to alone. */
function isInRing(registry: Registry, service: ServiceRecord): boolean {
  const seen = new Set<string>();
  let next = service.description.chainTo;
  while (next !== undefined && !seen.has(next)) {
    if (next === service.name) return true;
    seen.add(next);
    next = registry.find(next)?.description.chainTo;
  }
  return false;
}

/** Start and wake are refused for the same reasons. */
function refuseStart(pass: Pass, service: ServiceRecord): Answer | undefined {
  if (pass.isShuttingDown) return { kind: "shutting-down" };
  if (service.isPinnedStopped && !isUp(service)) return { kind: "pinned-stopped" };
  if (service.target === "started") return undefined;
  const why = conflictFault(pass, service);
  return why === undefined ? undefined : { kind: "refused", why };
}

function stop(pass: Pass, service: ServiceRecord, pin: boolean, isForced: boolean): Answer {
  const refusal = refuseStop(service, isForced);
  if (refusal !== undefined) return refusal;
  if (pin) service.isPinnedStopped = true;
  stopOrder(pass, service, true);
  // Every stop by name is carried out even if somebody starts the service meanwhile.
  force(pass, service);
  drain(pass);
  return answerByState(service, "stopped");
}

function refuseStop(service: ServiceRecord, isForced: boolean): Answer | undefined {
  if (isUp(service) && isPinned(service)) return { kind: "pinned-started" };
  if (isForced) return undefined;
  const services = service.dependents
    .filter((link) => link.holds && isLastingLink(link))
    .map((link) => link.from.id);
  return services.length === 0 ? undefined : { kind: "dependents", services };
}

function restartService(pass: Pass, service: ServiceRecord, isForced: boolean): Answer {
  if (pass.isShuttingDown) return { kind: "shutting-down" };
  const refusal = refuseStop(service, isForced);
  if (refusal !== undefined) return refusal;
  if (!restart(pass, service)) {
    return { kind: "refused", why: `it is ${service.state}; only a started service restarts` };
  }
  drain(pass);
  return answerByState(service, "started");
}

function wake(pass: Pass, service: ServiceRecord, pin: boolean): Answer {
  const refusal = refuseStart(pass, service);
  if (refusal !== undefined) return refusal;
  let hasDependentUp = false;
  for (const link of service.dependents) {
    if (isOrderLink(link) || !isUp(link.from)) continue;
    hasDependentUp = true;
    hold(pass, link);
  }
  // The pin is set even if nobody is there to be woken for.
  if (pin) pinStart(pass, service);
  drain(pass);
  if (!hasDependentUp && service.state !== "started") {
    return { kind: "refused", why: "no service that is up depends on it" };
  }
  return answerByState(service, "started");
}

function release(pass: Pass, service: ServiceRecord, pin: boolean): Answer {
  if (pin) service.isPinnedStopped = true;
  stopOrder(pass, service, false);
  drain(pass);
  return answerByState(service, "stopped");
}

function trigger(pass: Pass, service: ServiceRecord, isOn: boolean): Answer {
  const { type, timer } = service.description;
  if (timer !== undefined && isOn) return runNow(pass, service);
  if (type !== "triggered") {
    return {
      kind: "refused",
      why: `its type is "${type}"; only a triggered service has a trigger`,
    };
  }
  setTrigger(pass, service, isOn);
  drain(pass);
  return { kind: "accepted" };
}

/** A run of a service with a timer, before its time. */
function runNow(pass: Pass, service: ServiceRecord): Answer {
  if (service.state !== "started") {
    return { kind: "refused", why: `it is ${service.state}; start it, and trigger it then` };
  }
  if (service.main.phase !== "none") return { kind: "already" };
  demanded(pass, service, { wasWaiting: false, where: "an order" });
  drain(pass);
  return { kind: "accepted" };
}

function unload(pass: Pass, registry: Registry, service: ServiceRecord): Answer {
  if (service.state !== "stopped") {
    return { kind: "refused", why: `it is ${service.state}; stop it first` };
  }
  if (hasRealDependent(service)) {
    const names = new Set<string>();
    for (const link of service.dependents) {
      if (!isOrderLink(link)) names.add(`"${link.from.name}"`);
    }
    return { kind: "refused", why: `other services depend on it: ${[...names].join(", ")}` };
  }
  // The pins that it passed on go with it.
  service.isPinnedStarted = false;
  service.isPinnedByDependent = false;
  pinChanged(pass, service);
  registry.remove(service);
  pass.emit({ kind: "forget", service: service.id, name: service.name });
  drain(pass);
  return { kind: "accepted" };
}

function answerByState(service: ServiceRecord, wanted: ServiceState): Answer {
  return { kind: service.state === wanted ? "already" : "accepted" };
}
