/**
 * Which function carries out which verb. Verbs that may do without a manager are in `run_ctl.ts`.
 */
import { blame, bootChart, criticalPath } from "./commands/views/starts.ts";
import { catlog } from "./commands/views/catlog.ts";
import { cat } from "./commands/views/cat.ts";
import type { Command } from "./commands/lookup/context.ts";
import { confirmBoot } from "./commands/orders/confirm_boot.ts";
import { addDependency, removeDependency } from "./commands/enabling/dependency.ts";
import { setVariables, unsetVariables } from "./commands/orders/environment.ts";
import { edit } from "./commands/orders/edit.ts";
import { disable, enable } from "./commands/enabling/enable.ts";
import { isEnabled } from "./commands/enabling/is_enabled.ts";
import { mask, unmask } from "./commands/enabling/mask.ts";
import { isFailed, isStarted } from "./commands/views/is_state.ts";
import { list } from "./commands/views/list.ts";
import { logs } from "./commands/views/logs.ts";
import { metrics } from "./commands/views/metrics.ts";
import { plan } from "./commands/orders/plan.ts";
import { reexec } from "./commands/orders/reexec.ts";
import { refresh } from "./commands/orders/refresh.ts";
import { release } from "./commands/orders/release.ts";
import { reload } from "./commands/orders/reload.ts";
import { report } from "./commands/views/report.ts";
import { restart } from "./commands/orders/restart.ts";
import { shutdown } from "./commands/orders/shutdown.ts";
import { sendSignal } from "./commands/orders/signal.ts";
import { show } from "./commands/views/show.ts";
import { start } from "./commands/orders/start.ts";
import { status } from "./commands/views/status.ts";
import { stop } from "./commands/orders/stop.ts";
import { timers } from "./commands/views/timers.ts";
import { top } from "./commands/views/top.ts";
import { tree } from "./commands/views/tree.ts";
import { trigger, untrigger } from "./commands/orders/trigger.ts";
import { unload } from "./commands/orders/unload.ts";
import { unpin } from "./commands/orders/unpin.ts";
import { wait } from "./commands/orders/wait.ts";
import { wake } from "./commands/orders/wake.ts";
import { watch } from "./commands/views/watch.ts";
import type { WorkingVerb } from "./words/verbs.ts";

/** The command of each verb. */
export const COMMANDS: Readonly<Record<WorkingVerb, Command>> = {
  start,
  stop,
  restart,
  wake,
  release,
  unpin,
  status,
  "is-started": isStarted,
  "is-failed": isFailed,
  list,
  unload,
  reload,
  refresh,
  "add-dep": addDependency,
  "rm-dep": removeDependency,
  enable,
  disable,
  mask,
  unmask,
  trigger,
  untrigger,
  setenv: setVariables,
  unsetenv: unsetVariables,
  catlog,
  signal: sendSignal,
  shutdown,
  reexec,
  "confirm-boot": confirmBoot,
  tree,
  timers,
  "list-dependencies": tree,
  show,
  "is-enabled": isEnabled,
  cat,
  edit,
  logs,
  wait,
  watch,
  plan,
  blame,
  "critical-path": criticalPath,
  "boot-chart": bootChart,
  top,
  metrics,
  report,
};
