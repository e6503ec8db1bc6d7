/**
 * runit and s6: a folder of folders with a program `run` each, one supervising process a service.
 */
import type { BenchService, LaunchOptions, RunningManager, Subject } from "./subject.ts";
import { commandName } from "../proc.ts";
import { startProcess, stopProcess } from "../process.ts";

interface SupervisorKind {
  readonly kind: "runit" | "s6";
  /** Ends all services, then itself. */
  readonly stopSignal: Deno.Signal;
  /** Programs that supervise, by the kernel's name for them. */
  readonly names: readonly string[];
  arguments(directory: string): readonly string[];
}

/** HUP makes runsvdir send TERM to each runsv: runsvdir(8). It takes at most 1,000 services. */
const RUNIT: SupervisorKind = {
  kind: "runit",
  stopSignal: "SIGHUP",
  names: ["runsvdir", "runsv"],
  arguments: (directory) => ["-P", directory],
};

/** TERM makes s6-svscan bring everything down; it takes 500 services unless told otherwise. */
const S6: SupervisorKind = {
  kind: "s6",
  stopSignal: "SIGTERM",
  names: ["s6-svscan", "s6-supervise"],
  arguments: (directory) => ["-c", "10000", directory],
};

/** @param program Path of runsvdir or s6-svscan. */
export function supervisorSubject(kind: "runit" | "s6", name: string, program: string): Subject {
  const traits = kind === "runit" ? RUNIT : S6;
  return {
    name,
    kind,
    programs: { manager: program },
    launch: (options) => launch(program, traits, options),
  };
}

function launch(
  program: string,
  traits: SupervisorKind,
  { workspace, services }: LaunchOptions,
): RunningManager {
  const directory = `${workspace.folder}/services`;
  Deno.mkdirSync(directory);
  for (const service of services) {
    Deno.mkdirSync(`${directory}/${service.name}`);
    const path = `${directory}/${service.name}/run`;
    Deno.writeTextFileSync(path, runScript(service), { mode: 0o755 });
  }
  const { child, launchedAt, ready } = startProcess(
    workspace,
    program,
    traits.arguments(directory),
  );
  return {
    pid: child.pid,
    launchedAt,
    ready,
    socket: undefined,
    supervisors: () =>
      workspace.processes().filter((pid) => traits.names.includes(commandName(pid))),
    stop: () => stopProcess(child, traits.stopSignal),
  };
}

/** A program of the shell, as their users write it. No word of a load needs quoting. */
export function runScript({ name, command, logFile }: BenchService): string {
  if (command === undefined) throw new Error(`The service "${name}" has no command`);
  const output = logFile === undefined ? "" : ` >>${logFile}`;
  return `#!/bin/sh\nexec ${command.join(" ")}${output}\n`;
}
