/**
 * A child's plan in the terms of posix_spawn(3): file actions and attributes instead of system
 * calls.
 *
 * A pure function. A call that has no such term makes the child impossible, with the stage it
 * belongs to: what a description asks for is done or refused, never left out.
 */
import { EXEC_STAGE, type ExecStage } from "../../core/types.ts";
import {
  call,
  type CallArgument,
  type ChildCall,
  type ChildSystem,
  type ImpossibleChild,
} from "../child/call.ts";
import type { ChildPlan } from "../child/calls.ts";
import type { ChildSettings } from "../interface/child_settings.ts";

/** What posix_spawn carries out in the child, in this order. */
export type FileAction =
  | { readonly kind: "duplicate"; readonly source: number; readonly target: number }
  | { readonly kind: "close"; readonly fd: number }
  | { readonly kind: "directory"; readonly path: string };

/** signal.h of all systems. */
const SIG_IGN = 1;

export interface SpawnOrder {
  readonly kind: "order";
  readonly actions: readonly FileAction[];
  /** Own session, or only an own process group. */
  readonly leads: "session" | "group";
  readonly defaultSignals: readonly number[];
  /** Bit N − 1 is signal N. */
  readonly blockedSignals: bigint;
  /** Tried one after the other while the program is not found. */
  readonly programs: readonly string[];
}

/**
 * The words of a plan that is to become an order: only those that have a term in posix_spawn get
 * one.
 *
 * @param ENOTSUP Reported for attributes, none of which can be set.
 */
export function spawnSystem(
  base: Pick<ChildSystem, "file" | "terminal" | "signals">,
  ENOTSUP: number,
): ChildSystem {
  return {
    ...base,
    duplicate: (stage, source, target, ending) =>
      call(stage, "dup3", source, target, ending === "stays" ? 0 : base.file.O_CLOEXEC),
    // All of them are close-on-exec, and nobody can stop the library's child before its program
    // runs.
    closeRange: () => [],
    defaultAction: (signal) => call(EXEC_STAGE.execute, "rt_sigaction", signal),
    // No term for it, and no child on a console, which alone would need it.
    ignoreAction: (signal) => call(EXEC_STAGE.execute, "rt_sigaction", signal, SIG_IGN),
    blockOnly: (mask) =>
      call(EXEC_STAGE.execute, "rt_sigprocmask", { kind: "words64", words: [mask] }),
    attributeCalls: (settings) => {
      const stage = unserved(settings);
      return stage === undefined ? [] : { kind: "impossible", stage, errno: ENOTSUP };
    },
  };
}

/** The stage of the first setting that posix_spawn has nothing for. */
function unserved(settings: ChildSettings): ExecStage | undefined {
  const { attributes, cgroupProcs, console, sandbox } = settings;
  const { nice, ioPriority, oomScoreAdjust, limits, umask, runAs } = attributes;
  if (console !== "none") return EXEC_STAGE.standardDescriptors;
  if (nice !== undefined || ioPriority !== undefined || oomScoreAdjust !== undefined) {
    return EXEC_STAGE.priority;
  }
  if (cgroupProcs !== undefined) return EXEC_STAGE.cgroup;
  if (limits.length > 0) return EXEC_STAGE.resourceLimits;
  if (runAs.kind !== "manager" || umask !== undefined) return EXEC_STAGE.credentials;
  const { capabilities, boundingSet, secureBits, noNewPrivileges } = attributes;
  const isPrivilege = capabilities !== undefined || boundingSet !== undefined ||
    secureBits !== undefined || noNewPrivileges || sandbox !== undefined;
  return isPrivilege ? EXEC_STAGE.capabilities : undefined;
}

/** Turns a plan made with {@link spawnSystem} into an order. */
export function spawnOrder(
  plan: Extract<ChildPlan, { kind: "plan" }>,
  ENOTSUP: number,
): SpawnOrder | ImpossibleChild {
  const actions: FileAction[] = [];
  const parked: number[] = [];
  const defaultSignals: number[] = [];
  const programs: string[] = [];
  let blockedSignals = 0n;
  let leads: SpawnOrder["leads"] = "group";
  for (const wanted of plan.calls) {
    const [first, second, third] = wanted.arguments;
    switch (wanted.name) {
      case "dup3": {
        if (typeof first !== "number" || typeof second !== "number") return impossible(wanted);
        actions.push({ kind: "duplicate", source: first, target: second });
        if (third !== 0) parked.push(second);
        break;
      }
      case "fcntl":
        // A descriptor that stays where it is: duplicating it onto itself takes its flag away.
        if (typeof first !== "number") return impossible(wanted);
        actions.push({ kind: "duplicate", source: first, target: first });
        break;
      case "chdir":
        actions.push({ kind: "directory", path: textOf(first) });
        break;
      case "setsid":
        leads = "session";
        break;
      case "rt_sigaction":
        if (second === SIG_IGN) return impossible(wanted);
        defaultSignals.push(Number(first));
        break;
      case "rt_sigprocmask":
        blockedSignals = maskOf(first);
        break;
      case "execve":
        programs.push(textOf(first));
        break;
      default:
        return impossible(wanted);
    }
  }
  // A copy made by a file action stays open over exec, unlike the stub's.
  const closing = parked.map((fd): FileAction => ({ kind: "close", fd }));
  return {
    kind: "order",
    actions: [...actions, ...closing],
    leads,
    defaultSignals,
    blockedSignals,
    programs,
  };

  function impossible({ stage }: ChildCall): ImpossibleChild {
    return { kind: "impossible", stage, errno: ENOTSUP };
  }
}

function textOf(argument: CallArgument | undefined): string {
  return typeof argument === "string" ? argument : "";
}

function maskOf(argument: CallArgument | undefined): bigint {
  if (typeof argument !== "object" || argument.kind !== "words64") return 0n;
  return BigInt(argument.words[0] ?? 0);
}
