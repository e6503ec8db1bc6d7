/**
 * Making children: the plan of `child_calls.ts`, encoded, run by the stub in a vforked child.
 *
 * The manager's thread stands still from vfork to execve, so a failure is known when the call returns.
 */
import { EXEC_STAGE, type Fd, pid as asPid } from "../core/types.ts";
import type { ChildCall, ChildContext, ChildSystem } from "./child_call.ts";
import { childCalls, type ChildPlan } from "./child_calls.ts";
import type { ChildSettings, SpawnResult } from "./child_settings.ts";
import type { Failure } from "./failure.ts";
import { type CallListEncoder, callListEncoder } from "./linux/call_list.ts";

/** What runs a file that the kernel does not take for a program (ENOEXEC), as execvp(3) does. */
export const SHELL = "/bin/sh";

/** Equal on all systems: sys/errno.h. */
export const ENOEXEC = 8;
const EINVAL = 22;

/** The stub in memory. */
export interface ChildStub {
  readonly kind: "stub";
  /** Runs a list in a child. @returns PID, or −errno when no child could be made. */
  call(listAddress: number, count: number, resultAddress: number): number;
}

/** The part of a child's context that belongs to the process as a whole. */
export type Inheritance = Pick<ChildContext, "limits" | "descriptorLimitRaised" | "capabilities">;

/** How launches are put before all else while many of them wait. */
export interface LaunchPriority {
  readonly isRaised: boolean;
  /** A child's calls while it is raised. */
  around(settings: ChildSettings, calls: readonly ChildCall[]): readonly ChildCall[];
  /** Puts a child back, after it has executed its program. */
  restore(pid: number): void;
}

/** What making children needs of the system. */
export interface SpawnHost {
  readonly system: ChildSystem;
  readonly calls: Readonly<Partial<Record<ChildCall["name"], number>>>;
  readonly ignoredSignals: readonly number[];
  loadStub(): ChildStub | Failure;
  /** The same object as long as nothing has changed. */
  inheritance(): Inheritance;
  /** Open on /dev/null for reading and writing, at least 3, close-on-exec; undefined when there is none. */
  openNullDevice(): Fd | undefined;
  /** Whether descriptor 0 is the manager's controlling terminal. */
  hasControllingTerminal(): boolean;
  /** Undefined where there is no such thing. */
  readonly launchPriority?: LaunchPriority;
  withSignalsBlocked<T>(action: () => T): T;
  /** Waits for a child that is ending. */
  collect(pid: number): void;
  failure(call: string, errno: number): Failure;
}

/** Makes the function that makes children; the stub is loaded at the first call. */
export function createStubSpawner(host: SpawnHost): (settings: ChildSettings) => SpawnResult {
  const encoder: CallListEncoder = callListEncoder(host);
  const { system, ignoredSignals, launchPriority } = host;
  let stub: ChildStub | undefined;
  let nullDevice: Fd | undefined;
  let known: Inheritance | undefined;
  let context: ChildContext | undefined;

  function spawn(settings: ChildSettings): SpawnResult {
    if (stub === undefined) {
      const loaded = host.loadStub();
      if (loaded.kind === "failure") return loaded;
      stub = loaded;
    }
    const plan = makePlan(settings);
    if (plan.kind === "impossible") {
      return { kind: "exec-failed", stage: plan.stage, errno: plan.errno };
    }
    const result = run(stub, plan);
    if (result.kind !== "failed") return result;
    const { errno, index } = result;
    const failed = plan.calls[index];
    const [path] = failed?.arguments ?? [];
    if (errno === ENOEXEC && typeof path === "string" && path !== SHELL) {
      return spawn({ ...settings, command: [SHELL, path, ...settings.command.slice(1)] });
    }
    return { kind: "exec-failed", stage: failed?.stage ?? EXEC_STAGE.execute, errno };
  }

  function makePlan(settings: ChildSettings): ChildPlan {
    const plan = childCalls(settings, makeContext(settings));
    if (plan.kind === "impossible" || !launchPriority?.isRaised) return plan;
    return { ...plan, calls: launchPriority.around(settings, plan.calls) };
  }

  function run(
    loaded: ChildStub,
    plan: Extract<ChildPlan, { kind: "plan" }>,
  ): SpawnResult | { readonly kind: "failed"; readonly errno: number; readonly index: number } {
    const list = encoder.encode(plan);
    if (list.kind === "unencodable") {
      return { kind: "exec-failed", stage: list.stage, errno: EINVAL };
    }
    const pid = host.withSignalsBlocked(() =>
      loaded.call(list.listAddress, list.count, list.resultAddress)
    );
    if (pid < 0) return host.failure("vfork", -pid);
    const { errno, index } = encoder.result();
    if (launchPriority?.isRaised) launchPriority.restore(pid);
    if (errno === 0) return { kind: "started", pid: asPid(pid) };
    host.collect(pid);
    return { kind: "failed", errno, index };
  }

  /** The same object as long as nothing has changed. */
  function makeContext(settings: ChildSettings): ChildContext {
    nullDevice ??= host.openNullDevice();
    const present = host.inheritance();
    if (context === undefined || context.nullDevice !== nullDevice || known !== present) {
      known = present;
      context = { ...present, system, nullDevice, ignoredSignals, consoleHasSession: false };
    }
    if (settings.console === "none") return context;
    return { ...context, consoleHasSession: host.hasControllingTerminal() };
  }

  return spawn;
}
