/**
 * Reports for those who want to show what the manager did: of the inputs that were recorded
 * (`core/report/`), and of the program.
 */
import { BUILD } from "../../core/program/build_info.ts";
import type { EarlierHistory } from "../../core/report/earlier.ts";
import { type InputRecorder, MOST_SERVICES } from "../../core/report/input_recorder.ts";
import { reportText } from "../../core/report/report_text.ts";
import type { Scheduler } from "../../core/schedule/scheduler.ts";

/** The text of a report. */
export function reportOf(
  scheduler: Pick<Scheduler, "snapshot" | "facts">,
  { halves }: Pick<InputRecorder, "halves">,
  earlier: EarlierHistory | undefined,
): string {
  const { deliberateSignals, shutdown, signals } = scheduler.facts;
  return reportText({
    build: `${BUILD.version} ${BUILD.commit} ${BUILD.target}`,
    facts: { deliberateSignals: [...deliberateSignals], shutdown, signals },
    halves,
    earlier,
    now: scheduler.snapshot(MOST_SERVICES),
  });
}
