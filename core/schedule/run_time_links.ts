/**
 * Links made and removed while services run: add-link, enable, remove-link.
 */
import type { Answer } from "../event.ts";
import { hold, unhold } from "../service/holding.ts";
import { queuePin } from "../service/pinning.ts";
import type { Link, ServiceRecord } from "../service/record/record.ts";
import { drain } from "../service/step.ts";
import {
  isHardLink,
  isLastingLink,
  isOrderLink,
  isPinned,
  isUp,
  isWaitingForDependents,
} from "../service/record/terms.ts";
import { reconsiderStart } from "../service/waiting.ts";
import type { RuntimeDependencyKind } from "../types.ts";
import { CHAIN_TOO_LONG, raisedHeights, reaches, refreshHeights } from "./graph.ts";
import type { Pass } from "./pass.ts";
import type { Registry } from "./registry.ts";

/** The services of a link order. */
export interface LinkEnds {
  readonly kind: RuntimeDependencyKind;
  readonly from: ServiceRecord;
  readonly to: ServiceRecord;
}

/** Makes a link; it holds at once if the dependent is up and the dependency is (or must be). */
export function addLink(pass: Pass, registry: Registry, ends: LinkEnds): Answer {
  const answer = makeLink(pass, registry, ends);
  drain(pass);
  return answer;
}

/** Makes a link and starts the dependency if the dependent is up. */
export function enable(pass: Pass, registry: Registry, ends: LinkEnds): Answer {
  const answer = makeLink(pass, registry, ends);
  const link = findLink(ends);
  if (link !== undefined && isUp(link.from) && !pass.isShuttingDown) hold(pass, link);
  drain(pass);
  return answer;
}

function makeLink(pass: Pass, registry: Registry, ends: LinkEnds): Answer {
  const { kind, from, to } = ends;
  if (findLink(ends) !== undefined) return { kind: "linked", existed: true };
  if (kind === "need" && from.state !== "stopped" && to.state !== "started") {
    const why = `"${from.name}" is ${from.state} and would need "${to.name}", which is ` +
      `${to.state}; start that first`;
    return { kind: "refused", why };
  }
  if (reaches(to, from)) {
    const why = `"${to.name}" depends on "${from.name}" already, so this would be a cycle`;
    return { kind: "refused", why };
  }
  const heights = raisedHeights(from, Math.max(from.height, 1 + to.height));
  if (heights === "too-deep") {
    return { kind: "refused", why: CHAIN_TOO_LONG };
  }
  for (const [service, height] of heights) registry.setHeight(service, height);
  holdNewLink(pass, registry.link(kind, from, to));
  return { kind: "linked", existed: false };
}

/** A link that has just been made joins in: it holds if its ends are up, and passes a pin on. */
export function holdNewLink(pass: Pass, link: Link): void {
  if (isOrderLink(link)) return;
  if (isUp(link.from) && (isLastingLink(link) || isUp(link.to))) hold(pass, link);
  if (isHardLink(link) && isPinned(link.from)) queuePin(pass, link.to);
}

/** Removes a link; whoever waited on it goes on. */
export function removeLink(pass: Pass, registry: Registry, ends: LinkEnds): Answer {
  const link = findLink(ends);
  if (link === undefined) {
    const why = `"${ends.from.name}" has no such link to "${ends.to.name}"`;
    return { kind: "refused", why };
  }
  dropLink(pass, registry, link);
  refreshHeights(registry, link.from);
  drain(pass);
  return { kind: "accepted" };
}

/** Takes a link out, with everything that depends on its being there. */
export function dropLink(pass: Pass, registry: Registry, link: Link): void {
  const { from, to } = link;
  registry.unlink(link);
  if (to.isPinnedByDependent && isHardLink(link)) queuePin(pass, to);
  unhold(pass, link, true);
  if (link.waits) {
    link.waits = false;
    reconsiderStart(pass, from);
  }
  if (isWaitingForDependents(to)) pass.transitions.add(to);
}

function findLink({ kind, from, to }: LinkEnds): Link | undefined {
  return from.links.find((link) => link.kind === kind && link.to === to);
}
