/**
 * What becomes of the section [Timer]. Source: systemd.timer(5).
 *
 * The seam to services that start by the clock: nothing else of the conversion knows how a timer is
 * written.
 */
import { type Effect, lost } from "../rows.ts";
import type { UnitContext } from "./context.ts";
import { each, list, type UnitRow } from "./makers.ts";

const TIMER = "Timer";

const NO_TIMERS = lost(
  "nothing here starts services by the clock; cron can: dinit ctl start",
  "much",
);

export const TIMER_ROWS: readonly UnitRow[] = [
  ...[
    ...["OnCalendar", "OnActiveSec", "OnBootSec", "OnStartupSec"],
    ...["OnUnitActiveSec", "OnUnitInactiveSec"],
  ].map((name) => list(TIMER, name, NO_TIMERS)),
  ...each(
    TIMER,
    "AccuracySec RandomizedDelaySec RandomizedOffsetSec DeferReactivation FixedRandomDelay " +
      "OnClockChange OnTimezoneChange Unit Persistent WakeSystem RemainAfterElapse",
    NO_TIMERS,
  ),
];

/**
 * What a timer unit as a whole becomes, before its lines.
 *
 * @returns undefined: there is no description to be written for it.
 */
export function timerEffects(_context: UnitContext): readonly Effect[] | undefined {
  return undefined;
}
