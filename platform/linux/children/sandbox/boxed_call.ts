/** Calls that put a child into its box: each knows the line that it is made for. */
import { EXEC_STAGE } from "../../../../core/types.ts";
import type { SandboxLine } from "../../../../core/sandbox/sandbox.ts";
import type { FolderSetting } from "../../../interface/child_settings.ts";
import type { CallArgument, ChildCall, ChildCallName } from "../../../child/call.ts";

/** Clients are told this stage: of all that they know a box is nearest to it. */
const STAGE = EXEC_STAGE.capabilities;

/** Makes calls for a line. */
export interface Boxing {
  /** A call that must succeed. */
  call(name: ChildCallName, ...callArguments: readonly CallArgument[]): ChildCall;
}

/**
 * @param line Or the setting that needs the calls because of a box.
 * @param object What the calls are made on, a path mostly.
 */
export function boxing(
  line: SandboxLine | FolderSetting | "working-dir",
  object?: string,
): Boxing {
  return {
    call: (name, ...callArguments) => ({
      name,
      arguments: callArguments,
      stage: STAGE,
      onFailure: "stop",
      purpose: { line, object },
    }),
  };
}

/** The same call, for which an error does not matter. */
export function forgiving(errno: number, wanted: ChildCall): ChildCall {
  return { ...wanted, forgives: errno };
}

/** The same call, for which it does not matter if there is nothing at the path. */
export function unlessMissing(isOptional: boolean, wanted: ChildCall): ChildCall {
  return isOptional ? { ...wanted, onFailure: "ignore-missing" } : wanted;
}
