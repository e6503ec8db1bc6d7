/** Taking hold of what is mounted at a path, and putting it into its place later. */
import type { CallArgument, ChildCall } from "../../../child/call.ts";
import { FILE } from "../../kernel/abi.ts";
import { MOUNTING } from "../../kernel/sandbox_abi.ts";

/** Arguments of open_tree: a copy of all that is mounted at a path, and of what is below it. */
export function treeOf(path: string): readonly [number, string, number] {
  const { OPEN_TREE_CLONE, OPEN_TREE_CLOEXEC, AT_RECURSIVE } = MOUNTING;
  return [FILE.AT_FDCWD, path, OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_RECURSIVE];
}

/** Arguments of move_mount for what an earlier call has taken hold of. */
export function placing(held: ChildCall, path: string): readonly CallArgument[] {
  const { MOVE_MOUNT_F_EMPTY_PATH, MOVE_MOUNT_T_SYMLINKS } = MOUNTING;
  const flags = MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_SYMLINKS;
  return [{ kind: "result-of", call: held }, "", FILE.AT_FDCWD, path, flags];
}
