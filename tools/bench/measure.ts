/**
 * The rounds: every subject in turn, so that what disturbs the machine disturbs all of them alike.
 */
import type { Load, LoadContext, Sample } from "./load.ts";
import { machineRest } from "./machine.ts";
import type { Subject } from "./subjects/subject.ts";
import { Workspace } from "./workspace.ts";

/** Samples of one subject under one load, in the order of the rounds. */
export interface Series {
  readonly load: string;
  readonly subject: string;
  readonly samples: readonly Sample[];
  /** Texts of the rounds that failed. */
  readonly failures: readonly string[];
}

export interface MeasureOptions {
  readonly rounds: number;
  readonly programs: Pick<LoadContext, "cProgram" | "staticProgram" | "programFolder">;
  /**
   * Whoever broke the run off also ends the program: nothing is to be started or reported any more.
   */
  readonly isBrokenOff: () => boolean;
  /** Told before each measurement. */
  readonly progress: (load: string, subject: string, round: number) => void;
}

/** Measures one load. @returns A series for each subject that the load fits. */
export async function measureLoad(
  load: Load,
  subjects: readonly Subject[],
  options: MeasureOptions,
): Promise<readonly Series[]> {
  const fitting = subjects.filter((subject) => load.kinds.includes(subject.kind));
  const samples = new Map<Subject, Sample[]>(fitting.map((subject) => [subject, []]));
  const failures = new Map<Subject, string[]>(fitting.map((subject) => [subject, []]));
  const rounds = Math.min(options.rounds, load.mostRounds ?? Infinity);
  for (let round = 0; round < rounds; round++) {
    for (const subject of turned(fitting, round)) {
      if (options.isBrokenOff()) await new Promise(() => {});
      options.progress(load.name, subject.name, round);
      await machineRest();
      const workspace = Workspace.create();
      try {
        const context = { subject, workspace, ...options.programs };
        samples.get(subject)?.push(await load.measure(context));
      } catch (error) {
        failures.get(subject)?.push(error instanceof Error ? error.message : String(error));
      } finally {
        await workspace.dispose();
      }
    }
  }
  return fitting.map((subject) => ({
    load: load.name,
    subject: subject.name,
    samples: samples.get(subject) ?? [],
    failures: failures.get(subject) ?? [],
  }));
}

/** Another subject is first in each round: A B C, B C A, … */
function turned<T>(list: readonly T[], by: number): readonly T[] {
  const at = list.length === 0 ? 0 : by % list.length;
  return [...list.slice(at), ...list.slice(0, at)];
}
