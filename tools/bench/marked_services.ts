/** Services that tell the benchmark when they run. */
import { type BenchService, DINIT_FAMILY, type Subject } from "./subjects/subject.ts";
import type { LoadContext } from "./load.ts";
import type { Workspace } from "./workspace.ts";

/** Names s0, s1, … */
export function names(count: number): string[] {
  return Array.from({ length: count }, (_, index) => `s${index}`);
}

/**
 * A service that depends on others and writes one byte to the named pipe when all of them are up.
 * As root it goes before their programs, which have yet to initialise themselves.
 */
export function startedService(
  { staticProgram }: Pick<LoadContext, "staticProgram">,
  fifo: string,
  dependsOn: readonly string[],
): BenchService {
  const nice = Deno.uid() === 0 ? { nice: -20 } : {};
  const command = [staticProgram, "write", fifo];
  return { name: "started", type: "scripted", command, dependsOn, ...nice };
}

/**
 * As {@link startedService}, but a program like any other: it comes behind those that are under
 * way.
 */
export function doneService(
  workspace: Workspace,
  fifo: string,
  dependsOn: readonly string[],
): BenchService {
  const script = `${workspace.folder}/done.sh`;
  Deno.writeTextFileSync(script, `printf . >${fifo}\n`);
  return { name: "done", type: "scripted", command: ["/bin/sh", script], dependsOn };
}

/** Command of a process that writes its PID to the named pipe and stays. */
export function announcedCommand(workspace: Workspace, fifo: string): readonly string[] {
  const script = `${workspace.folder}/announced.sh`;
  Deno.writeTextFileSync(script, `echo $$ >${fifo}\nexec /bin/sleep 100000\n`);
  return ["/bin/sh", script];
}

/** Whether the subject knows dependencies, so that one service can tell of all others. */
export function hasDependencies(subject: Subject): boolean {
  return DINIT_FAMILY.includes(subject.kind);
}
