/**
 * What must hold whenever the scheduler has worked off an event or an order. The numbers stay as
 * they are, so that a report can name one; those that are missing cannot be broken any more
 * (docs/design/0001).
 *
 * All of it is asserted in every run, whatever kinds of services, links, pins and races it has.
 */
import type { Phase } from "../../core/service/record/phase.ts";
import type { Link, ServiceRecord, SideList } from "../../core/service/record/record.ts";
import {
  isHardLink,
  isIdle,
  isLastingLink,
  isOrderLink,
  isPinned,
  isProcessType,
  isSupervised,
  isUp,
  isWaitingForDependents,
} from "../../core/service/record/terms.ts";
import { LONGEST_CHAIN } from "../../core/graph/chain_limit.ts";
import type { Scheduler } from "../../core/schedule/scheduler.ts";
import type { ServiceId } from "../../core/types.ts";

/** An invariant does not hold. */
export class Breach extends Error {}

type Service = Readonly<ServiceRecord>;

/** What the checks look at. */
export interface Observed {
  readonly scheduler: Scheduler;
  readonly processes: readonly unknown[];
  readonly isLogBusy: boolean;
  /** Services whose own start has begun since they were last stopped; kept by the checks. */
  readonly begun: Set<ServiceId>;
}

/** @throws {Breach} At the first invariant that does not hold. */
export function checkInvariants(world: Observed): void {
  let active = 0;
  const owner = world.scheduler.consoleOwner;
  if (owner !== undefined) checkConsoleOwner(owner);
  let wantingConsole = 0;
  const isShutdown = world.scheduler.shutdownType !== undefined;
  for (const service of world.scheduler.records()) {
    checkHolders(service);
    checkState(service);
    const isBroken = service.presence.kind === "broken";
    assert(!isBroken || service.state === "stopped", service, "#57 is up and cannot be loaded");
    noteBegun(world.begun, service);
    checkLinks(service, world.begun, conflictsOf(world.scheduler, service));
    checkProcess(service);
    if (service.state !== "stopped") active++;
    if (service.phase === "waiting-for-console") wantingConsole++;
    const isWanted = service.isMarked || service.target === "started";
    assert(!isShutdown || !isWanted, service, "#55 is wanted after the shutdown order");
  }
  checkConflicts(world);
  if (world.scheduler.activeCount !== active) {
    throw new Breach(`#43 active count is ${world.scheduler.activeCount}, active are ${active}`);
  }
  if (world.scheduler.consoleQueueLength !== wantingConsole) {
    throw new Breach(`#36 ${wantingConsole} services want the console, the queue has others`);
  }
  if (wantingConsole > 0 && owner === undefined && !world.isLogBusy) {
    throw new Breach("#38 services wait for a console that nobody has");
  }
}

/** By the names in descriptions, not by what the scheduler has made of them. */
function checkConflicts({ scheduler, begun }: Observed): void {
  const records = [...scheduler.records()];
  for (const service of records) {
    for (const name of service.description.conflicts) {
      const other = records.find((each) => each.name === name && each.presence.kind === "loaded");
      if (other === undefined || other === service) continue;
      const areWanted = service.target === "started" && other.target === "started";
      assert(!areWanted, service, `#75 is meant to be up as well as ${other.name}`);
      // A start that was cancelled before it began may be followed by a stop command all the same.
      const areUp = begun.has(service.id) && begun.has(other.id);
      assert(!areUp, service, `#74 is up beside ${other.name}, with which it conflicts`);
    }
  }
}

/** Everything has ended or reported, all timers have fired, all triggers are set. */
export function checkRest(world: Observed): void {
  for (const service of world.scheduler.records()) {
    const isAtRest = service.state === "started" || service.state === "stopped";
    assert(isAtRest || waitsForConsole(service), service, `#50 is still ${service.state}`);
  }
}

/**
 * Waits for the console, which a started service may keep for ever, or for one that waits for it.
 */
function waitsForConsole(service: Service): boolean {
  if (service.state !== "starting") return false;
  if (service.phase === "waiting-for-console") return true;
  return service.links.some((link) => link.waits && waitsForConsole(link.to));
}

/** The same after a shutdown order. */
export function checkEnd(world: Observed): void {
  for (const service of world.scheduler.records()) {
    assert(service.state === "stopped", service, `#51 is ${service.state} after the shutdown`);
  }
  if (world.processes.length > 0) throw new Breach("#51 a process is left after the shutdown");
}

function assert(holds: boolean, service: Service, text: string): void {
  if (!holds) throw new Breach(`${service.name} ${text}`);
}

function checkHolders(s: Service): void {
  const isPending = s.pendingAcquire || s.pendingRelease || s.pendingFail || s.pendingStart ||
    s.pendingStop || s.pendingPin || s.propagationEntries > 0 || s.transitionEntries > 0;
  assert(!isPending, s, "#1 has work pending");
  let holding = s.isMarked ? 1 : 0;
  for (const link of s.dependents) {
    if (link.holds) holding++;
  }
  assert(s.holders === holding, s, `#4 counts ${s.holders} holders and has ${holding}`);
}

function checkState(s: Service): void {
  const isStopped = s.state === "stopped";
  const isStarted = s.state === "started";
  const isStarting = s.state === "starting";
  const isStopping = s.state === "stopping";
  const pinned = isPinned(s);
  const isWanted = s.target === "started";
  assert(!(isStopped && s.isMarked), s, "#5 is stopped and marked");
  assert(!(isStopped && s.cause), s, "#75 is stopped, and still for the failure of another");
  assert(s.cause?.path.includes(s.name) !== true, s, "#75 is started for its own failure");
  assert(!(s.isMarked && !pinned && !isWanted), s, "#6 is marked but to be stopped");
  assert(!(isWanted && s.holders === 0), s, "#7 is to be started for nobody");
  assert(!(isStarted && !pinned && s.holders === 0), s, "#8 is started for nobody");
  assert(!(isStarted && !pinned && !isWanted), s, "#9 is started and to be stopped");
  assert(!(isStarted && s.isForced && !pinned), s, "#10 is started though its stop is forced");
  assert(!(isStopped && isWanted), s, "#11 is stopped and to be started");
  assert(!(isStopped && s.holders > 0), s, "#12 is stopped and held");
  assert(!(isStopped && s.isForced), s, "#14 is stopped and still forced");
  const waitsInVain = s.phase === "waiting-for-dependencies" && !isWanted;
  assert(!waitsInVain || pinned, s, "#25 waits for a start in vain");
  const isUnwantedStart = isStarting && !isWanted && !pinned;
  assert(!isUnwantedStart || isProcessType(s.description.type), s, "#26 is starting in vain");
  const isSettled = s.phase !== "coming-up";
  assert(s.description.type !== "internal" || isSettled, s, "#28 is starting with nothing to do");
  const isTriggered = s.description.type === "triggered" && s.isTriggered;
  assert(!isTriggered || isSettled, s, "#29 is starting though triggered");
  const limit = s.description.restartLimitCount;
  assert(
    limit === 0 || s.restartCount <= limit || s.restartCount <= 3,
    s,
    "#40 restarted too often",
  );
  // One that goes along with a dependency is under that one's limit.
  const isCounted = s.isRestartCounted || (s.isFollowing && !isSupervised(s));
  assert(!(s.isAutoRestart && isStopping) || isCounted, s, "#56 restarts and is not counted");
  const mayRestart = isStarting || isStopping || pinned;
  assert(!s.isUserRestart || mayRestart, s, "#41 is to restart with a dependency that is not");
  assert(!(s.isUserRestart && s.isAutoRestart), s, "#42 restarts for two reasons");
  const isPassing = s.phase === "coming-back" || s.phase === "up-stop-due";
  assert(!isPassing, s, `#52 is left ${s.phase}, which is no phase to stay in`);
  assert(s.height >= 1 && s.height <= LONGEST_CHAIN, s, `#53 has height ${s.height}`);
  assert(!isStopping || !isWanted || s.holders > 0, s, "#33 will start again for nobody");
}

function checkConsoleOwner(s: Service): void {
  assert(s.phase !== "waiting-for-console", s, "#35 has and wants the console");
  assert(s.state !== "stopped", s, "#39 is stopped with the console");
  const mayKeep = s.description.console === "runs" || s.state !== "started";
  assert(mayKeep, s, "#39 is started and keeps the console");
}

/**
 * Keeps in mind whose own start has begun: before that there is nothing of it to stand on another.
 */
function noteBegun(begun: Set<ServiceId>, { id, phase }: Service): void {
  switch (phase) {
    case "stopped":
    case "waiting-for-dependencies":
    case "waiting-for-console":
      begun.delete(id);
      return;
    case "preparing":
    case "coming-up":
    case "finishing":
    case "started":
      begun.add(id);
      return;
    default:
      return;
  }
}

/** Those that it must not be up with. */
function conflictsOf(scheduler: Scheduler, service: Service): readonly Service[] {
  if (service.phase !== "waiting-for-dependencies") return [];
  return [...scheduler.records()].filter((other) =>
    other.description.conflicts.includes(service.name) ||
    service.description.conflicts.includes(other.name)
  );
}

function checkLinks(
  s: Service,
  begun: ReadonlySet<ServiceId>,
  conflicts: readonly Service[],
): void {
  let waits = false;
  let height = 1;
  for (const link of s.links) {
    if (link.waits) waits = true;
    if (!isOrderLink(link)) height = Math.max(height, 1 + link.to.height);
    checkLink(s, link, begun);
  }
  assert(s.height === height, s, `#53 says height ${s.height} and has ${height}`);
  let pinnedByDependent = false;
  let isHeldBack = false;
  for (const link of s.dependents) {
    if (isHardLink(link) && isPinned(link.from)) pinnedByDependent = true;
    if (isHardLink(link) && !isIdle(link.from)) isHeldBack = true;
    const isInTheWay = isLastingLink(link) && link.holds && link.from.state === "started";
    const isLeft = isWaitingForDependents(s) && isInTheWay && !isPinned(link.from);
    assert(!isLeft, s, `#30 is stopping below ${link.from.name}, which stays started`);
  }
  assert(s.isPinnedByDependent === pinnedByDependent, s, "#44 has a pin by dependents wrong");
  if (s.phase === "waiting-for-dependencies") {
    assert(waits || conflicts.some((other) => !isIdle(other)), s, "#23 waits for nothing");
  }
  const isHeld = !isWaitingForDependents(s) || isHeldBack;
  assert(isHeld, s, "#31 waits for dependents although none is in the way");
}

function checkLink(s: Service, link: Link, begun: ReadonlySet<ServiceId>): void {
  const { to } = link;
  const isStarted = s.state === "started";
  const isRunning = isStarted || s.phase === "preparing" || s.phase === "coming-up" ||
    s.phase === "finishing";
  if (isOrderLink(link)) {
    assert(!link.holds, s, `#49 holds ${to.name} by an ordering`);
    assert(!(isStarted && link.waits), s, `#17 is started and waits for ${to.name}`);
    return;
  }
  assert(!(s.state === "stopped" && link.holds), s, `#13 is stopped and holds ${to.name}`);
  assert(!(link.waits && to.state === "started"), s, `#16 waits for ${to.name}, which is started`);
  assert(!(isStarted && link.waits), s, `#17 is started and waits for ${to.name}`);
  if (s.phase === "waiting-for-dependencies" && link.waits) {
    assert(to.state !== "stopped", s, `#24 waits for ${to.name}, which is stopped`);
  }
  if (!isLastingLink(link)) return;
  if (isStarted) assert(to.state === "started", s, `#18 is started over ${to.name}, ${to.state}`);
  if (isStarted && s.holders > 0) assert(link.holds, s, `#20 does not hold ${to.name}`);
  if (isRunning && s.target === "started" && !s.isForced) {
    assert(to.state === "started", s, `#21 is running over ${to.name}, ${to.state}`);
  }
  if (begun.has(s.id)) assert(to.state !== "stopped", s, `#22 is up over ${to.name}, stopped`);
}

/** Which commands before or after are run in which phase. */
const SIDES: Partial<Readonly<Record<Phase, SideList>>> = {
  "preparing": "startPre",
  "finishing": "startPost",
  "cleaning-up": "stopPost",
};

function checkProcess(s: Service): void {
  const { type } = s.description;
  const isProcess = isProcessType(type);
  const hasMain = s.main.phase !== "none";
  const hasStopper = s.stopper.phase !== "none";
  const isTimed = s.timer !== "none";
  assert(isTimed === s.heapIndex >= 0, s, "#45 its timer is not in the heap, or is for nothing");
  if (s.state === "stopped") {
    assert(!hasMain && !hasStopper && !isTimed, s, "#15 is stopped with a process or a timer");
  }
  if (s.phase === "coming-up") {
    const isWaitingForTrigger = type === "triggered" && !s.isTriggered;
    const isBusy = isProcess &&
      (hasMain || s.timer === "relaunch" || s.description.startsOnDemand);
    assert(isWaitingForTrigger || isBusy, s, "#27 is starting and nothing is under way");
  }
  if (s.phase === "preparing") {
    assert(hasStopper || s.timer === "relaunch", s, "#68 is preparing and nothing is under way");
    assert(!hasMain, s, "#68 is preparing and has its process");
  }
  if (s.phase === "checking") {
    const isLimited = s.timer === "start";
    assert(!hasMain && !hasStopper, s, "#71 is checked and has something running");
    assert(!isTimed || isLimited, s, "#71 is checked and timed for something else");
  }
  if (s.unmetCondition !== undefined) {
    const isUpOrFollows = s.state === "started" || s.phase === "coming-back" ||
      isWaitingForDependents(s);
    assert(isUpOrFollows, s, "#72 was skipped and is not started");
    assert(!hasMain && !hasStopper && !isTimed, s, "#72 was skipped and has something running");
    assert(!s.isCheckingRun && !s.isRecovering, s, "#72 was skipped and is at a run");
  }
  if (s.isCheckingRun) {
    assert(!hasMain && !isTimed && s.isRecovering, s, "#73 is checked beside its run");
  }
  if (s.phase === "finishing" || s.phase === "cleaning-up") {
    assert(hasStopper, s, `#68 is ${s.phase} and nothing is under way`);
  }
  if (s.phase === "cleaning-up") assert(!hasMain, s, "#68 is cleaning up beside its process");
  const side = SIDES[s.phase];
  assert(side === undefined || s.side?.list === side, s, `#69 is ${s.phase} and runs another`);
  const isSide = s.side !== undefined;
  assert(!isSide || side !== undefined || s.phase === "interrupted", s, `#69 runs ${s.side?.list}`);
  const hasCommand = s.side === undefined || s.side.index < s.description[s.side.list].length;
  assert(hasCommand, s, "#69 runs nothing");
  if (s.state === "stopped") assert(!s.needsCleaningUp, s, "#70 is stopped and not cleaned up");
  if (s.phase === "waiting-for-dependencies" || s.phase === "waiting-for-console") {
    assert(!hasMain && !hasStopper && !isTimed, s, "#27 waits and has something running");
  }
  if (s.state === "stopping" && !isWaitingForDependents(s)) {
    const isBusy = isProcess && (hasMain || hasStopper);
    assert(isBusy || s.phase === "killing-all", s, "#32 is stopping and nothing is under way");
  }
  if (s.timer === "relaunch") {
    assert(!hasMain, s, "#46 is to be launched and has a process");
    assert(
      s.state !== "stopping" || isWaitingForDependents(s),
      s,
      "#45 is to be launched while stopping",
    );
  }
  if (s.timer === "start") {
    const isStarting = hasMain || isSide || s.phase === "checking";
    assert(isStarting, s, "#45 has a start timeout and no process");
    assert(
      s.state !== "stopping" || isWaitingForDependents(s),
      s,
      "#45 has a start timeout while stopping",
    );
  }
  if (s.timer === "stop") {
    // A process may say that it is stopping by itself, or be told to for want of a sign of life.
    const mayEnd = s.state === "stopping" || s.state === "started" || s.hasMissedWatchdog;
    assert(mayEnd && (hasMain || hasStopper), s, "#45 has a stop timeout in vain");
  }
  if (s.isSetAside) {
    assert(!hasMain && !hasStopper && !isTimed, s, "#67 is set aside and something is done for it");
    assert(s.isPinnedStopped, s, "#67 is set aside without a pin");
  }
  if (s.isRecovering) {
    assert(s.state === "started" || s.state === "stopping", s, "#47 is recovering");
    const isBusy = hasMain || s.timer === "relaunch" || isWaitingForDependents(s) ||
      s.isCheckingRun;
    assert(isBusy, s, "#47 is recovering and nothing is under way");
    assert(s.main.phase !== "daemon", s, "#47 is recovering and has its daemon");
    const isUsable = type === "process" && s.main.phase === "running" &&
      !s.awaitsReadiness;
    assert(!isUsable || s.state === "stopping", s, "#47 is recovering and has its process");
  }
  if (hasStopper) {
    assert(isSide || s.state === "stopping", s, "#48 its stop command runs and it is not stopping");
  }
  if (s.state === "started" && isUp(s) && !hasMain && isProcess && type !== "scripted") {
    const isExcused = isPinned(s) || s.isRecovering || s.description.startsOnDemand ||
      s.unmetCondition !== undefined;
    assert(isExcused, s, "#54 is started without a process");
  }
  if (s.state === "started" && type === "scripted") {
    assert(!hasMain, s, "#54 is started and its start command runs");
  }
}
