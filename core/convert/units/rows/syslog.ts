/** What a unit says of its lines in syslog. Source: systemd.exec(5). */
import {
  FACILITY_NAMES,
  type FacilityName,
  LEVEL_NAMES,
  type LevelName,
} from "../../../system/syslog_names.ts";
import { type Effect, irrelevant, lost } from "../../rows.ts";
import { literalText, parseBoolean, type UnitContext, withText } from "./context.ts";
import { parseTimeSpan } from "../text/time_span.ts";
import { each, mapped, notUnderstood, one, type UnitRow } from "./makers.ts";

const SERVICE = "Service";
const NO_JOURNAL = "there is no journal; the output has its own log";
const IDENTIFIER = /^[\x21-\x39\x3b-\x5a\x5c\x5e-\x7e]{1,48}$/;

/** Nothing but looks into the journal knows them. */
const JOURNAL = "LogLevelMax LogExtraFields LogFilterPatterns LogNamespace";

const BURST = "LogRateLimitBurst";
const INTERVAL = "LogRateLimitIntervalSec";
/** What journald takes where a unit says only one of the two: journald.conf(5). */
const USUAL_BURST = 10_000;
/** The shortest that we have. */
const LEAST_INTERVAL_SECONDS = 0.1;

/** Whether a service asks for syslog by its name: usually all goes to the journal. */
export function goesToSyslog(context: UnitContext): boolean {
  return ["StandardOutput", "StandardError"].some((name) =>
    /^syslog(\+console)?$/.test(context.last(SERVICE, name) ?? "")
  );
}

/** Of a service that does not go to syslog this is nothing. */
function ofSyslog(
  read: (value: string, context: UnitContext) => readonly Effect[],
): (value: string, context: UnitContext) => readonly Effect[] {
  return (value, context) => goesToSyslog(context) ? read(value, context) : [];
}

export const SYSLOG_ROWS: readonly UnitRow[] = [
  one(
    SERVICE,
    "SyslogIdentifier",
    mapped(
      "`syslog-identifier`",
      ofSyslog((value, context) =>
        withText(literalText(value, context), (text) => [
          IDENTIFIER.test(text)
            ? { kind: "set", key: "syslog-identifier", value: text }
            : lost(`${JSON.stringify(text)} is no name for syslog`, "little"),
        ])
      ),
    ),
  ),
  one(
    SERVICE,
    "SyslogFacility",
    mapped(
      "`syslog-facility`",
      ofSyslog((value) => [
        FACILITY_NAMES.includes(value as FacilityName)
          ? { kind: "set", key: "syslog-facility", value }
          : lost(`a service has no facility ${value}`, "little"),
      ]),
    ),
  ),
  one(
    SERVICE,
    "SyslogLevel",
    mapped(
      "`syslog-level`",
      ofSyslog((value) => [
        LEVEL_NAMES.includes(value as LevelName)
          ? { kind: "set", key: "syslog-level", value }
          : lost(`there is no level ${value}`, "little"),
      ]),
    ),
  ),
  one(
    SERVICE,
    "SyslogLevelPrefix",
    mapped(
      "nothing: a level before a line is taken from it",
      ofSyslog((value) =>
        parseBoolean(value) === false
          ? [lost("a line that begins with <3> or the like loses that", "little")]
          : []
      ),
    ),
  ),
  one(
    SERVICE,
    BURST,
    mapped("`log-rate-lines`", (value, context) => {
      if (!/^[0-9]{1,9}$/.test(value)) return [notUnderstood(value)];
      const isOff = parseTimeSpan(context.last(SERVICE, INTERVAL) ?? "") === 0;
      return [{ kind: "set", key: "log-rate-lines", value: isOff ? 0 : Number(value) }];
    }),
  ),
  one(
    SERVICE,
    INTERVAL,
    mapped("`log-rate-interval`; 0: `log-rate-lines = 0`", (value, context) => {
      const seconds = parseTimeSpan(value);
      if (seconds === undefined || seconds === Infinity) return [notUnderstood(value)];
      const lines = seconds === 0 ? 0 : USUAL_BURST;
      const burst: Effect = { kind: "set", key: "log-rate-lines", value: lines };
      const interval = Math.max(LEAST_INTERVAL_SECONDS, seconds);
      return [
        ...context.last(SERVICE, BURST) === undefined ? [burst] : [],
        ...seconds === 0
          ? []
          : [{ kind: "set", key: "log-rate-interval", value: interval } as const],
      ];
    }),
  ),
  ...each(SERVICE, JOURNAL, irrelevant(NO_JOURNAL)),
];
