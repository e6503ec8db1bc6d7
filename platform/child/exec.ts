/**
 * Finding the program: the rules of execvp(3), with the PATH of the child's own environment.
 */
import { EXEC_STAGE } from "../../core/types.ts";
import { call, type ChildCall, unless } from "./call.ts";

/** What glibc searches when there is no PATH: confstr(_CS_PATH). */
const DEFAULT_PATH = "/bin:/usr/bin";

/** One execve for a path, one for each directory of PATH for a bare name. */
export function execCalls(command: readonly string[], environment: readonly string[]): ChildCall[] {
  const [program = ""] = command;
  // An empty name must not find the directories themselves.
  if (program === "" || program.includes("/")) return [execve(program)];
  return searchPath(environment).map((directory) =>
    unless("search", execve(directory === "" ? program : `${directory}/${program}`))
  );
}

function execve(path: string): ChildCall {
  return call(EXEC_STAGE.execute, "execve", path, { kind: "argv" }, { kind: "environment" });
}

/** An empty element is the working directory, as in execvp(3). */
function searchPath(environment: readonly string[]): readonly string[] {
  const variable = environment.find((entry) => entry.startsWith("PATH="));
  return (variable?.slice("PATH=".length) ?? DEFAULT_PATH).split(":");
}
