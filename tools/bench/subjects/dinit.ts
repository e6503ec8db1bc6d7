/** Managers of the dinit family: this one, and upstream's. */
import type { BenchService, LaunchOptions, RunningManager, Subject } from "./subject.ts";
import { startProcess, stopProcess } from "../process.ts";

export interface DinitPrograms {
  readonly dinit: string;
  /** The client, with the words that come before its own arguments. */
  readonly client: readonly string[];
}

/** @param format Of the service files: upstream reads its native one only. */
export function dinitSubject(
  name: string,
  programs: DinitPrograms,
  format: "toml" | "native",
): Subject {
  const [client = "", clientWord = ""] = programs.client;
  return {
    name,
    kind: format === "toml" ? "ours" : "upstream",
    programs: { manager: programs.dinit, client, clientWord },
    launch: (options) => launch(programs.dinit, format, options),
  };
}

function launch(
  program: string,
  format: "toml" | "native",
  { workspace, services, start }: LaunchOptions,
): RunningManager {
  const directory = `${workspace.folder}/services`;
  const socket = `${workspace.folder}/socket`;
  Deno.mkdirSync(directory);
  for (const service of services) {
    const [ending, text] = format === "toml" ? [".toml", toml(service)] : ["", native(service)];
    Deno.writeTextFileSync(`${directory}/${service.name}${ending}`, text);
  }
  const places = ["-d", directory, "-p", socket, "-l", `${workspace.folder}/log`];
  const { child, launchedAt, ready } = startProcess(workspace, program, [
    ...["-u", "-q", "-F", "1"],
    ...places,
    ...start,
  ]);
  return {
    pid: child.pid,
    launchedAt,
    ready,
    socket,
    supervisors: () => [child.pid],
    stop: () => stopProcess(child, "SIGTERM"),
  };
}

/** A service as this manager's own file. */
export function toml(service: BenchService): string {
  const { type, command, dependsOn, restartDelaySeconds, logFile, nice } = service;
  const { sandbox, stateDirectory } = service;
  const lines = [`type = "${type}"`];
  // JSON's strings and lists of strings are TOML's, too.
  if (command !== undefined) lines.push(`command = ${JSON.stringify(command)}`);
  if (dependsOn !== undefined) lines.push(`depends-on = ${JSON.stringify(dependsOn)}`);
  if (restartDelaySeconds !== undefined) {
    lines.push("restart = true", `restart-delay = ${restartDelaySeconds}`);
    lines.push("restart-limit-count = 0");
  } else lines.push("restart = false");
  if (logFile !== undefined) lines.push(`logfile = ${JSON.stringify(logFile)}`);
  if (nice !== undefined) lines.push(`nice = ${nice}`);
  // The folder of the services may be hidden in the box.
  if (sandbox !== undefined) lines.push(`sandbox = "${sandbox}"`, 'working-dir = "/"');
  if (stateDirectory !== undefined) lines.push(`state-directory = "${stateDirectory}"`);
  return lines.join("\n") + "\n";
}

/** A service as upstream's file. No word of a load needs quoting. */
export function native(service: BenchService): string {
  const { type, command, dependsOn, restartDelaySeconds, logFile, nice } = service;
  const lines = [`type = ${type}`];
  if (command !== undefined) lines.push(`command = ${command.join(" ")}`);
  for (const name of dependsOn ?? []) lines.push(`depends-on: ${name}`);
  if (restartDelaySeconds !== undefined) {
    lines.push("restart = yes", `restart-delay = ${restartDelaySeconds}`);
    lines.push("restart-limit-count = 0");
  } else lines.push("restart = no");
  if (logFile !== undefined) lines.push(`logfile = ${logFile}`);
  if (nice !== undefined) lines.push(`nice = ${nice}`);
  return lines.join("\n") + "\n";
}
