/**
 * Making children: the plan of `child_calls.ts`, encoded, run by the stub in a vforked child.
 *
 * The manager's thread stands still from vfork to execve, so a failure is known when the call returns.
 */
import { EXEC_STAGE, type Fd, pid as asPid } from "../../core/types.ts";
import type { ChildContext } from "../child_call.ts";
import { childCalls, type ChildPlan } from "../child_calls.ts";
import type { ChildSettings, Failure, SpawnResult } from "../interface.ts";
import { ERRNO, FILE } from "./abi.ts";
import { type CallListEncoder, callListEncoder } from "./call_list.ts";
import { LINUX_CHILD_SYSTEM } from "./child_system.ts";
import { type ChildStub, loadStub } from "./code_page.ts";
import { hasControllingTerminal } from "./console.ts";
import { openFile } from "./files.ts";
import type { Inheritance } from "./inheritance.ts";
import { aboveStandard, failure, kernel } from "./kernel.ts";
import { collect } from "./processes.ts";
import { readIgnoredSignals, withSignalsBlocked } from "./signal_mask.ts";

/** What runs a file that the kernel does not take for a program (ENOEXEC), as execvp(3) does. */
const SHELL = "/bin/sh";

/** Makes the function that makes children; the stub is loaded at the first call. */
export function createSpawner(
  inheritance: () => Inheritance,
): (settings: ChildSettings) => SpawnResult {
  const encoder: CallListEncoder = callListEncoder(kernel().abi);
  const ignoredSignals = readIgnoredSignals();
  let stub: ChildStub | undefined;
  let nullDevice: Fd | undefined;
  let known: Inheritance | undefined;
  let context: ChildContext | undefined;

  function spawn(settings: ChildSettings): SpawnResult {
    if (stub === undefined) {
      const loaded = loadStub();
      if (loaded.kind === "failure") return loaded;
      stub = loaded;
    }
    const plan = childCalls(settings, makeContext(settings));
    if (plan.kind === "impossible") {
      return { kind: "exec-failed", stage: plan.stage, errno: plan.errno };
    }
    const result = run(stub, plan);
    if (result.kind !== "failed") return result;
    const { errno, index } = result;
    const failed = plan.calls[index];
    const [path] = failed?.arguments ?? [];
    if (errno === ERRNO.ENOEXEC && typeof path === "string" && path !== SHELL) {
      return spawn({ ...settings, command: [SHELL, path, ...settings.command.slice(1)] });
    }
    return { kind: "exec-failed", stage: failed?.stage ?? EXEC_STAGE.execute, errno };
  }

  function run(
    loaded: ChildStub,
    plan: Extract<ChildPlan, { kind: "plan" }>,
  ): SpawnResult | { readonly kind: "failed"; readonly errno: number; readonly index: number } {
    const list = encoder.encode(plan);
    if (list.kind === "unencodable") {
      return { kind: "exec-failed", stage: list.stage, errno: ERRNO.EINVAL };
    }
    const pid = withSignalsBlocked(() =>
      loaded.call(list.listAddress, list.count, list.resultAddress)
    );
    if (pid < 0) return failure("vfork", -pid);
    const { errno, index } = encoder.result();
    if (errno === 0) return { kind: "started", pid: asPid(pid) };
    collect(pid);
    return { kind: "failed", errno, index };
  }

  /** The same object as long as nothing has changed. */
  function makeContext(settings: ChildSettings): ChildContext {
    nullDevice ??= openNullDevice();
    const present = inheritance();
    if (context === undefined || context.nullDevice !== nullDevice || known !== present) {
      known = present;
      context = {
        ...present,
        system: LINUX_CHILD_SYSTEM,
        nullDevice,
        ignoredSignals,
        consoleHasSession: false,
      };
    }
    if (settings.console === "none") return context;
    return { ...context, consoleHasSession: hasControllingTerminal() };
  }

  return spawn;
}

/** Kept open for good: handing it on takes one call in the child, opening /dev/null two and a lookup. */
function openNullDevice(): Fd | undefined {
  const fd: Fd | Failure = openFile("/dev/null", FILE.O_RDWR);
  return typeof fd === "number" ? aboveStandard(fd) as Fd : undefined;
}
