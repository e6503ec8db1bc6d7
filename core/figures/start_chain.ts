/**
 * Which services determined when another one was up: each was what the next one waited for last.
 */
import type { StartedService, StartReport, StartTimes } from "./start_times.ts";

/** A service of the chain. */
export interface ChainLink {
  readonly name: string;
  readonly start: StartTimes;
  /**
   * The one before it in the chain came up at the moment that it had waited for. undefined: it is
   * the first, and waited for nobody.
   */
  readonly after: string | undefined;
}

/**
 * The chain that ends with a service, its first one first; empty when that service was never to be
 * up. Of what a start waited for, the one counts that was ready last before the start went on.
 *
 * First starts are looked at: of those the times of all fit together.
 */
export function startChain(report: StartReport, name: string): readonly ChainLink[] {
  const byName = new Map(report.services.map((service) => [service.name, service]));
  const chain: ChainLink[] = [];
  const seen = new Set<string>();
  let at = byName.get(name);
  while (at?.starts !== undefined && !seen.has(at.name)) {
    seen.add(at.name);
    const before = lastWaitedFor(at, at.starts.first, byName);
    chain.push({ name: at.name, start: at.starts.first, after: before?.name });
    at = before;
  }
  return chain.reverse();
}

/**
 * That of several services which was up last, for a manager with several targets; undefined: none
 * of them has started.
 */
export function lastTarget(report: StartReport, names: readonly string[]): string | undefined {
  let last: StartedService | undefined;
  for (const service of report.services) {
    if (!names.includes(service.name) || endOf(service) === undefined) continue;
    if (last === undefined || (endOf(service) ?? 0) > (endOf(last) ?? 0)) last = service;
  }
  return last?.name;
}

function lastWaitedFor(
  { waitsFor }: StartedService,
  start: StartTimes,
  byName: ReadonlyMap<string, StartedService>,
): StartedService | undefined {
  const wentOnMs = start.consoleMs ?? start.ownMs;
  if (wentOnMs === undefined) return undefined;
  let last: StartedService | undefined;
  for (const { name } of waitsFor) {
    const other = byName.get(name);
    const end = other === undefined ? undefined : endOf(other);
    if (other === undefined || end === undefined) continue;
    // What was up before was not waited for; what came later, neither.
    if (end < start.begunMs || end > wentOnMs) continue;
    if (last === undefined || end > (endOf(last) ?? 0)) last = other;
  }
  return last;
}

function endOf({ starts }: StartedService): number | undefined {
  return starts?.first.endedMs;
}
