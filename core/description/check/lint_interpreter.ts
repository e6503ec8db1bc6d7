/**
 * Programs that are scripts: whether what their first line names is there. Without it execve(2)
 * says only that there is no such file.
 */
import type { Probe } from "./probe.ts";
import { quote } from "../contract/problem.ts";

/** What keeps a script from being run. */
export interface InterpreterFault {
  readonly message: string;
  readonly hint?: string;
}

/** Where env(1) looks if nothing else is said. */
const PATH = ["/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin"];

/** @param program The absolute path of a file that may be executed. */
export function interpreterFault(program: string, probe: Probe): InterpreterFault | undefined {
  const probed = probe(program);
  const head = probed.kind === "file" ? probed.head : undefined;
  if (head === undefined) return undefined;
  const start = `The program ${quote(program)} cannot be run: `;
  if (!head.startsWith("#!")) {
    if (!isText(head)) return undefined;
    return {
      message: `${start}it is a text without a first line that names an interpreter`,
      hint: "Begin it with #!/bin/sh, or what it is written for",
    };
  }
  const [line = ""] = head.slice(2).split("\n");
  const [interpreter = "", ...options] = line.trim().split(/[ \t]+/);
  if (line.endsWith("\r")) {
    const message =
      `${start}its first line ends with a CR, which becomes a part of the interpreter's name`;
    return { message, hint: "Save it with the line ends of Unix" };
  }
  if (interpreter === "") return { message: `${start}no interpreter follows its #!` };
  const why = whyNotRun(interpreter, probe);
  if (why !== undefined) {
    return { message: `${start}its interpreter ${quote(interpreter)}: ${why}` };
  }
  const wanted = interpreter.endsWith("/env")
    ? options.find((word) => !/^-|=/.test(word))
    : undefined;
  if (wanted === undefined || wanted.includes("/")) return undefined;
  if (PATH.some((directory) => probe(`${directory}/${wanted}`).kind === "file")) return undefined;
  return {
    message: `${start}${quote(wanted)}, which env is to find for it, is not in ${PATH.join(", ")}`,
  };
}

function whyNotRun(interpreter: string, probe: Probe): string | undefined {
  const probed = probe(interpreter);
  switch (probed.kind) {
    case "none":
      return probed.why;
    case "file":
      return probed.isExecutable ? undefined : "its owner may not execute it";
    default:
      return "it is no regular file";
  }
}

/**
 * Whether it looks as if a person wrote it: programs of the system's own format have zero bytes.
 */
function isText(head: string): boolean {
  // deno-lint-ignore no-control-regex
  return !/[\x00-\x08\x0e-\x1a\x1c-\x1f]/.test(head);
}
