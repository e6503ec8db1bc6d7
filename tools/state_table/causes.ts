/**
 * What can happen to a service, as the rows of the table of phases: what comes in from outside, and
 * what other services lead to while the work lists are worked off.
 */

/** A row. */
export interface Cause {
  /** What `observe.ts` calls it. */
  readonly key: string;
  readonly text: string;
}

/** Orders, then reports, then timers, then what comes of other services. */
export const CAUSES: readonly Cause[] = [
  { key: "order start", text: "order: start" },
  { key: "order chain", text: "order: start, chained" },
  { key: "order handle-failure", text: "order: start for a failure" },
  { key: "order wake", text: "order: wake" },
  { key: "order stop", text: "order: stop" },
  { key: "order release", text: "order: release" },
  { key: "order restart", text: "order: restart" },
  { key: "order unpin", text: "order: unpin" },
  { key: "order trigger", text: "order: trigger" },
  { key: "order shutdown", text: "order: shutdown" },
  { key: "spawned start", text: "main process made" },
  { key: "spawn-failed start", text: "main process not made" },
  { key: "exec-succeeded start", text: "main program executed" },
  { key: "exec-failed start", text: "main program not executed" },
  { key: "ready", text: "says that it is ready" },
  { key: "readiness-closed", text: "will not say that it is ready" },
  { key: "exited start", text: "main process ended" },
  { key: "spawned stop", text: "stop command made" },
  { key: "spawn-failed stop", text: "stop command not made" },
  { key: "exec-succeeded stop", text: "stop command executed" },
  { key: "exec-failed stop", text: "stop command not executed" },
  { key: "exited stop", text: "stop command ended" },
  { key: "stopping", text: "says that it is stopping" },
  { key: "extend-timeout", text: "asks for more time" },
  { key: "watchdog-expired", text: "gives no sign of life" },
  { key: "memory-ran-out", text: "loses processes to want of memory" },
  { key: "listening", text: "sockets open" },
  { key: "listen-failed", text: "sockets cannot be opened" },
  { key: "demand", text: "something comes in" },
  { key: "probed", text: "probes have a verdict" },
  { key: "checked", text: "conditions are known" },
  { key: "all-killed", text: "everything is killed" },
  { key: "timer start", text: "start timeout" },
  { key: "timer stop", text: "stop timeout" },
  { key: "timer relaunch", text: "restart delay over" },
  { key: "console", text: "has the console" },
  { key: "transition", text: "waits for nothing any more" },
  { key: "beginStart", text: "is wanted" },
  { key: "letGo", text: "nobody wants it any more" },
  { key: "beginStop", text: "has to stop with a dependency" },
  { key: "failByDependency", text: "a dependency failed" },
  { key: "restart", text: "what it prepares restarts" },
  { key: "pinLifted", text: "a pin is lifted" },
];

/**
 * What changes the services themselves, and moves none of them from one phase to another by itself.
 */
export const LEFT_OUT: ReadonlySet<string> = new Set([
  "order reload",
  "order unload",
  "order add-link",
  "order remove-link",
  "order enable",
]);
