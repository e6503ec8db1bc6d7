/**
 * Faults to plant in the scheduler, one at a time: each is a change of text that must be found in a
 * file. Every one of them has to be noticed by the scenarios or by the simulator.
 */

export interface Mutation {
  readonly name: string;
  /** Relative to the repository. */
  readonly file: string;
  /** Occurs exactly once in the file. */
  readonly from: string;
  readonly to: string;
}

const SERVICE = "core/service";
const SCHEDULE = "core/schedule";

export const MUTATIONS: readonly Mutation[] = [
  {
    name: "a dependency does not wait for its dependents to stop",
    file: `${SERVICE}/record/terms.ts`,
    from: "if (link === undefined || !isLastingLink(link) || isIdle(link.from)) continue;",
    to: "if (link === undefined || !isLastingLink(link) || link.holds === false) continue;",
  },
  {
    name: "dependencies are not retaken when a start comes before the stop is complete",
    file: `${SERVICE}/holding.ts`,
    from: "  service.pendingAcquire = true;\n  work.propagation.add(service);\n}",
    to: "}",
  },
  {
    name: "a restart does not take back soft dependencies",
    file: `${SERVICE}/stopping.ts`,
    from: "if (!holdsAllDependencies(service)) retakeDependencies(work, service);",
    to: "",
  },
  {
    name: "orderings hold",
    file: `${SERVICE}/starting.ts`,
    from: "if (link.holds || isOrderLink(link) || isHardLink(link) || !isUp(link.from)) continue;",
    to: "if (link.holds || isHardLink(link) || !isUp(link.from)) continue;",
  },
  {
    name: "a start that was let go in the same pass is not withdrawn",
    file: `${SERVICE}/holding.ts`,
    from: "  service.pendingStart = false;\n",
    to: "",
  },
  {
    name: "a failed pinned start keeps the pins below",
    file: `${SERVICE}/failing.ts`,
    from: "    pinChanged(work, service);\n",
    to: "",
  },
  {
    name: "timers are not followed by a drain",
    file: `${SCHEDULE}/scheduler.ts`,
    from: "      timerFired(this.#pass, service, timer);\n      drain(this.#pass);\n    }",
    to: "      timerFired(this.#pass, service, timer);\n      return;\n    }",
  },
  {
    name: "recovery is not known to be complete",
    file: `${SERVICE}/types/process_service.ts`,
    from: "    service.isRecovering = false;\n    if (service.timer",
    to: "    if (service.timer",
  },
  {
    name: "a stop-pinned service that is stopping can be started",
    file: `${SERVICE}/starting.ts`,
    from: "      if (service.isPinnedStopped) {\n        // It will not come back",
    to: "      if (false) {\n        // It will not come back",
  },
  {
    name: "the daemon of a launcher that ended while stopping is taken for told to end",
    file: `${SERVICE}/types/background_service.ts`,
    from: '  work.enter(service, "stopping", "stop-due");\n  bringDownProcess(work, service);\n}',
    to: "  bringDownProcess(work, service);\n}",
  },
  {
    name: "a dead process below a stopping dependent can be started again",
    file: `${SERVICE}/types/process.ts`,
    from: "    commitStop(work, service);\n",
    to: "",
  },
  {
    name: "a recovery that came due while the service waited to stop is forgotten",
    file: `${SERVICE}/starting.ts`,
    from: "  takeUpRecovery(work, service);\n",
    to: "",
  },
  {
    name: "a recovery is launched while the service waits to stop",
    file: `${SERVICE}/types/process.ts`,
    from: 'if (service.state !== "stopping") launch(work, service);',
    to: "launch(work, service);",
  },
  {
    name: "on-failure looks at the end of an earlier run",
    file: `${SERVICE}/types/process.ts`,
    from: "  clearRunExit(service);\n",
    to: "",
  },
  {
    name: "removing a link leaves who waits on it waiting",
    file: `${SCHEDULE}/run_time_links.ts`,
    from: "    reconsiderStart(pass, from);\n",
    to: "",
  },
  {
    name: "a stop that found a dependent in its way is not tried again",
    file: `${SERVICE}/stopping.ts`,
    from: "    waitForDependents(work, service);\n",
    to: "",
  },
  {
    name: "a cancelled stop launches again what is still up",
    file: `${SERVICE}/starting.ts`,
    from: '  if (service.phase === "coming-back") {\n',
    to: "  if (false) {\n",
  },
  {
    name: "unpin does not release what the pin had put off",
    file: `${SERVICE}/pinning.ts`,
    from: "  if (service.holders === 0) {\n    service.pendingAcquire = false;\n" +
      "    service.pendingRelease = true;\n    work.propagation.add(service);\n  }\n",
    to: "",
  },
  {
    name: "unpin does not stop what is starting",
    file: `${SERVICE}/pinning.ts`,
    from: "if (isPinned(service) || !isUp(service)) return;",
    to: 'if (isPinned(service) || service.state !== "started") return;',
  },
  {
    name: "hard dependents are not forced",
    file: `${SERVICE}/dependents.ts`,
    from: "    force(work, dependent);\n  }\n  if (dependent",
    to: "  }\n  if (dependent",
  },
  {
    name: "soft dependents are not cut when a service stops",
    file: `${SERVICE}/dependents.ts`,
    from: "    } else if (!comesBack) {\n      cut(work, link);\n    }",
    to: "    }",
  },
  {
    name: "a failure does not reach hard dependents",
    file: `${SERVICE}/failing.ts`,
    from: 'if (link.kind === "need" || link.kind === "prepared-by") return true;',
    to: "",
  },
  {
    name: "a failure does not let the service go",
    file: `${SERVICE}/failing.ts`,
    from: "    unhold(work, link, false);\n",
    to: "",
  },
  {
    name: "the restart limit allows one more",
    file: `${SERVICE}/restart_policy.ts`,
    from: "if (service.restartCount < restartLimitCount) {",
    to: "if (service.restartCount <= restartLimitCount) {",
  },
  {
    name: "the restart delay counts from now",
    file: `${SERVICE}/restart_policy.ts`,
    from: "return Math.max(0, delayMs - (work.now - lastLaunch));",
    to: "return delayMs;",
  },
  {
    name: "the last holder to let go does not stop the service",
    file: `${SERVICE}/holding.ts`,
    from: '    service.reason = "normal";\n    beginStop(work, service, false);\n',
    to: "",
  },
  {
    name: "dependents go on waiting when a dependency is started",
    file: `${SERVICE}/starting.ts`,
    from: "    endWait(work, link);\n",
    to: "",
  },
  {
    name: "the console is not passed on",
    file: `${SERVICE}/starting.ts`,
    from:
      "if (work.console.owner === service && !keepsConsole(service)) work.console.release(work, service);",
    to: "",
  },
  {
    name: "the console is given to the last to come",
    file: `${SERVICE}/effects/console_queue.ts`,
    from: "const [next] = this.#waiting;",
    to: "const next = [...this.#waiting].at(-1);",
  },
  {
    name: "a stop timeout is never armed",
    file: `${SERVICE}/types/time_limits.ts`,
    from: 'if (stopTimeoutMs > 0) work.arm(service, "stop", stopTimeoutMs);\n  else',
    to: "",
  },
  {
    name: "a cancelled timer fires all the same",
    file: `${SCHEDULE}/pass.ts`,
    from: '    service.timer = "none";\n    this.deadlines.cancel(service);',
    to: '    service.timer = "none";',
  },
  {
    name: "the heap of deadlines is not put in order",
    file: `${SCHEDULE}/deadlines.ts`,
    from: "    this.#sink(last, last.heapIndex);\n",
    to: "",
  },
  {
    name: "work lists are first in, first out",
    file: `${SERVICE}/effects/work_list.ts`,
    from: "const service = this.#entries.pop();",
    to: "const service = this.#entries.shift();",
  },
  {
    name: "one propagation only before a transition",
    file: `${SERVICE}/step.ts`,
    from: "      service = work.propagation.take();\n    }",
    to: "      service = undefined;\n    }",
  },
  {
    name: "a prepared service does not restart its preparation",
    file: `${SERVICE}/stopping.ts`,
    from: "      restart(work, link.to);\n",
    to: "",
  },
  {
    name: "shutdown leaves pins",
    file: `${SCHEDULE}/shutdown/shutdown.ts`,
    from: "    unpin(pass, service);\n",
    to: "",
  },
  {
    name: "signals for a process without a known pid are lost",
    file: `${SERVICE}/types/time_limits.ts`,
    from: '    if (process.signalOnSpawn !== "KILL") process.signalOnSpawn = signal;\n',
    to: "",
  },
  {
    name: "an end before the exec report is taken at once",
    file: `${SERVICE}/types/process.ts`,
    from: '      main.phase = "ended";\n      main.endStatus = status;\n' +
      "      main.endPidFile = pidFile;\n      return;",
    to: "      break;",
  },
  {
    name: "a reload does not hold its new dependencies",
    file: `${SCHEDULE}/reload/reload.ts`,
    from: "  for (const link of newLinks) holdNewLink(pass, link);\n",
    to: "",
  },
  {
    name: "nobody looks at a shutdown that takes long",
    file: `${SCHEDULE}/scheduler.ts`,
    from: "if (ofShutdown === undefined) return ofServices;",
    to: "if (ofServices === undefined || ofShutdown === undefined) return ofServices;",
  },
  {
    name: "a shutdown waits for ever for a start that ignores SIGTERM",
    file: `${SCHEDULE}/shutdown/shutdown_watch.ts`,
    from: "} else if (killAt <= pass.now) {",
    to: "} else if (false) {",
  },
  {
    name: "what begins after everything was killed is not killed",
    file: `${SCHEDULE}/shutdown/shutdown_watch.ts`,
    from: "forced.nextRound = after(pass.now, FORCED_ROUND_MS);",
    to: "forced.nextRound = after(pass.now, Infinity);",
  },
  {
    name: "a shutdown gives up what was never killed",
    file: `${SCHEDULE}/shutdown/shutdown_watch.ts`,
    from: 'const isKilled = "limit" in progress && progress.limit.kind === "passed";',
    to: "const isKilled = true;",
  },
  {
    name: "a shutdown waits for ever for what outlives SIGKILL",
    file: `${SCHEDULE}/shutdown/shutdown_watch.ts`,
    from: "if (now - since < GIVE_UP_MS) areAllStuck = false;",
    to: "areAllStuck = false;",
  },
  {
    name: "everything is killed and nothing follows",
    file: `${SCHEDULE}/shutdown/shutdown_watch.ts`,
    from: "    if (now < forced.giveUpAt) return;\n",
    to: "    return;\n",
  },
  {
    name: "a shutdown's kill goes to processes that have ended",
    file: `${SCHEDULE}/shutdown/shutdown_watch.ts`,
    from: 'if (phase === "none" || phase === "ended" || pid === 0) return;',
    to: "if (pid === 0) return;",
  },
  {
    name: "a launch that outlives SIGKILL is taken for one that waits",
    file: `${SERVICE}/record/stop_progress.ts`,
    from: 'if (service.phase === "stop-due") {',
    to: "if (false) {",
  },
  {
    name: "chains may be as long as they like",
    file: `${SCHEDULE}/graph.ts`,
    from: 'if (lowerHeight > LONGEST_CHAIN) return "too-deep";',
    to: "",
  },
  {
    name: "it is not noted that a dependent is forced to stop",
    file: `${SERVICE}/dependents.ts`,
    from: "    work.changes.note(dependent);\n    if (service.target",
    to: "    if (service.target",
  },
  {
    name: "it is not noted that a link lets go",
    file: `${SERVICE}/holding.ts`,
    from: "  work.changes.noteLink(link);\n  link.holds = false;",
    to: "  link.holds = false;",
  },
  {
    name: "it is not noted that a stop cannot be cancelled any more",
    file: `${SERVICE}/dependents.ts`,
    from: "  work.changes.note(service);\n  service.isForced = true;",
    to: "  service.isForced = true;",
  },
  {
    name: "a placeholder that is gone is kept",
    file: `${SCHEDULE}/registry.ts`,
    from:
      "    this.#changes.noteGone(service);\n    this.#byName.delete(service.name);\n  }\n\n  #addPlaceholder",
    to: "    this.#byName.delete(service.name);\n  }\n\n  #addPlaceholder",
  },
  {
    name: "a link that comes to the end keeps its place",
    file: `${SCHEDULE}/registry.ts`,
    from: "      link.place = ++this.#lastLink;\n",
    to: "",
  },
  {
    name: "the present place in the queue for the console is not written",
    file: `${SERVICE}/effects/console_queue.ts`,
    from: "      waiting: Array.from(this.#waiting, ({ id }) => id),",
    to: "      waiting: Array.from(this.#waiting, ({ id }) => id).sort(),",
  },
];
