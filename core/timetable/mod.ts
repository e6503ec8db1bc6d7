/**
 * When services with a timer run: the decision for one, as a function of clocks, last runs and
 * description, and the table of all. Pure, as all of `core/`.
 */
export { decide, nextDue, type RunDecision, type RunTerms, runTerms } from "./next_run.ts";
export { randomDelayMs } from "./random_delay.ts";
export {
  type Clocks,
  type KeptRuns,
  runBegins,
  runEnds,
  type RunState,
  startedState,
} from "./run_state.ts";
export { type RunView, Timetable } from "./timetable.ts";
export { type AwaitedRun, wakeUp } from "./wake_up.ts";
