/** What a unit says of its lines in syslog. Source: systemd.exec(5). */
import {
  FACILITY_NAMES,
  type FacilityName,
  LEVEL_NAMES,
  type LevelName,
} from "../../../system/syslog_names.ts";
import { type Effect, irrelevant, lost } from "../../rows.ts";
import { literalText, parseBoolean, type UnitContext, withText } from "./context.ts";
import { each, mapped, one, type UnitRow } from "./makers.ts";

const SERVICE = "Service";
const NO_JOURNAL = "there is no journal; the output has its own log";
const IDENTIFIER = /^[\x21-\x39\x3b-\x5a\x5c\x5e-\x7e]{1,48}$/;

/** Nothing but looks into the journal knows them. */
const JOURNAL = "LogLevelMax LogExtraFields LogRateLimitIntervalSec LogRateLimitBurst " +
  "LogFilterPatterns LogNamespace";

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
  ...each(SERVICE, JOURNAL, irrelevant(NO_JOURNAL)),
];
