/**
 * What becomes of the section [Timer]: the table `[timer]` of the service that it starts. Source:
 * systemd.timer(5).
 *
 * The seam to services that start by the clock: nothing else of the conversion knows how a timer is
 * written.
 */
import { irrelevant, lost, type TomlValue } from "../../rows.ts";
import { SETTING_NAMES } from "../../setting_names.ts";
import { parseBoolean, type UnitContext } from "./context.ts";
import {
  list,
  lostIfTrue,
  mapped,
  notUnderstood,
  one,
  type UnitFate,
  type UnitRow,
} from "./makers.ts";
import { parseTimeSpan } from "../text/time_span.ts";

const TIMER = "Timer";

/** Whether services can start by the clock. */
export const HAS_TIMERS = SETTING_NAMES.has("timer");

const NO_TIMERS = lost(
  "nothing here starts services by the clock; cron can: dinit ctl start",
  "much",
);

function key(
  name: string,
  read: (value: string, context: UnitContext) => TomlValue | undefined,
): UnitFate {
  return mapped(`\`[timer] ${name}\``, (value, context) => {
    const found = read(value, context);
    if (found === undefined) return [notUnderstood(value)];
    return [{ kind: "put", table: "timer", key: name, value: found }];
  }, { needs: ["timer"], until: NO_TIMERS });
}

function seconds(value: string): number | undefined {
  const found = parseTimeSpan(value);
  return found === Infinity ? undefined : found;
}

/** Points of the calendar: one, or a list. */
function calendar(_value: string, context: UnitContext): TomlValue {
  const all = context.all(TIMER, "OnCalendar");
  return all.length === 1 ? all[0] ?? "" : [...all];
}

function yes(value: string): boolean | undefined {
  return parseBoolean(value);
}

export const TIMER_ROWS: readonly UnitRow[] = [
  list(TIMER, "OnCalendar", key("calendar", calendar)),
  list(TIMER, "OnBootSec", key("after-boot", seconds)),
  list(TIMER, "OnStartupSec", key("after-boot", seconds)),
  list(TIMER, "OnActiveSec", key("after-start", seconds)),
  list(TIMER, "OnUnitActiveSec", key("every", seconds)),
  list(TIMER, "OnUnitInactiveSec", key("after-end", seconds)),
  one(TIMER, "Persistent", key("persistent", yes)),
  one(TIMER, "RandomizedDelaySec", key("random-delay", seconds)),
  one(TIMER, "AccuracySec", key("accuracy", seconds)),
  one(TIMER, "FixedRandomDelay", irrelevant("the delay is the same each time")),
  one(TIMER, "RandomizedOffsetSec", lost("points of the calendar are not shifted", "little")),
  one(TIMER, "DeferReactivation", irrelevant("there is one run at a time")),
  one(TIMER, "Unit", mapped("the table stands in its description", () => [])),
  ...["OnClockChange", "OnTimezoneChange"].map((name) =>
    one(TIMER, name, lostIfTrue("a change of the clock starts nothing", "some"))
  ),
  one(TIMER, "WakeSystem", lostIfTrue("the machine is not woken for it", "some")),
  one(TIMER, "RemainAfterElapse", irrelevant("a timer stays as long as its service is up")),
];
