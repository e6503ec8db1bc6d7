/**
 * Which function carries out which verb. Verbs that may do without a manager are in `run_ctl.ts`.
 */
import { catlog } from "./commands/catlog.ts";
import type { Command } from "./commands/context.ts";
import { addDependency, removeDependency } from "./commands/dependency.ts";
import { setVariables, unsetVariables } from "./commands/environment.ts";
import { disable, enable } from "./commands/enable.ts";
import { isFailed, isStarted } from "./commands/is_state.ts";
import { list } from "./commands/list.ts";
import { logs } from "./commands/logs.ts";
import { release } from "./commands/release.ts";
import { reload } from "./commands/reload.ts";
import { restart } from "./commands/restart.ts";
import { shutdown } from "./commands/shutdown.ts";
import { sendSignal } from "./commands/signal.ts";
import { start } from "./commands/start.ts";
import { status } from "./commands/status.ts";
import { stop } from "./commands/stop.ts";
import { tree } from "./commands/tree.ts";
import { trigger, untrigger } from "./commands/trigger.ts";
import { unload } from "./commands/unload.ts";
import { unpin } from "./commands/unpin.ts";
import { wait } from "./commands/wait.ts";
import { wake } from "./commands/wake.ts";
import { watch } from "./commands/watch.ts";
import type { WorkingVerb } from "./verbs.ts";

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
  "add-dep": addDependency,
  "rm-dep": removeDependency,
  enable,
  disable,
  trigger,
  untrigger,
  setenv: setVariables,
  unsetenv: unsetVariables,
  catlog,
  signal: sendSignal,
  shutdown,
  tree,
  logs,
  wait,
  watch,
};
