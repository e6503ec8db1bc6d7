/**
 * Moving a machine from another init: what that one has enabled → a plan with reasons, and the
 * files
 * that `/etc/dinit.d` gets; what of them changes when it is carried out again. Pure: the machine's
 * files come as functions. Why so: docs/design/0046.
 */
export {
  type Change,
  changesTo,
  changesToNothing,
  type DesiredFile,
  type Manifest,
  manifestAfter,
} from "./changes.ts";
export { servesTrial, TRIAL_ENTRY, trialEntry, withoutTrial, withTrial } from "./grub.ts";
export { initWrapper } from "./init_wrapper.ts";
export { initOf, setOf } from "./inits.ts";
export { normalPath } from "./machine_files.ts";
export {
  INIT_KINDS,
  type InitKind,
  type MachinePlan,
  type PlanItem,
  type PlannedContent,
  type PlannedFile,
  type Standing,
  STANDINGS,
} from "./plan.ts";
export { planMachine, type PlanOptions } from "./plan_machine.ts";
