/**
 * All directives of unit files, and how one is found. Names that systemd keeps for old units lead
 * to those of today.
 */
import { irrelevant, lost } from "../../rows.ts";
import { one, type UnitRow } from "./makers.ts";
import { BOX_ROWS } from "./box.ts";
import { EXEC_ROWS } from "./exec.ts";
import { SYSLOG_ROWS } from "./syslog.ts";
import { MOUNT_ROWS } from "./mounts.ts";
import { PATH_ROWS } from "./paths.ts";
import { SOCKET_ROWS } from "./sockets.ts";
import { RESOURCE_ROWS } from "./resources.ts";
import { SERVICE_ROWS } from "./service.ts";
import { TIMER_ROWS } from "./timers.ts";
import { UNIT_ROWS } from "./unit.ts";

/** Every row, in the order of the table in the docs. */
export const DIRECTIVES: readonly UnitRow[] = [
  ...UNIT_ROWS,
  ...SERVICE_ROWS,
  ...EXEC_ROWS,
  ...SYSLOG_ROWS,
  ...BOX_ROWS,
  ...RESOURCE_ROWS,
  ...SOCKET_ROWS,
  ...MOUNT_ROWS,
  ...PATH_ROWS,
  ...TIMER_ROWS,
];

const BY_NAME: ReadonlyMap<string, UnitRow> = new Map(
  DIRECTIVES.map((row) => [`${row.section}.${row.name}`, row]),
);

/** Old name, or place → name and place of today; the value means the same. */
const FORMER: ReadonlyMap<string, string> = new Map(Object.entries({
  "Unit.BindTo": "Unit.BindsTo",
  "Unit.RequiresOverridable": "Unit.Requires",
  "Unit.RequisiteOverridable": "Unit.Requisite",
  "Unit.PropagateReloadTo": "Unit.PropagatesReloadTo",
  "Unit.PropagateReloadFrom": "Unit.ReloadPropagatedFrom",
  "Unit.StartLimitInterval": "Unit.StartLimitIntervalSec",
  "Unit.OnFailureIsolate": "Unit.OnFailureJobMode",
  "Service.StartLimitInterval": "Unit.StartLimitIntervalSec",
  "Service.StartLimitIntervalSec": "Unit.StartLimitIntervalSec",
  "Service.StartLimitBurst": "Unit.StartLimitBurst",
  "Service.StartLimitAction": "Unit.StartLimitAction",
  "Service.FailureAction": "Unit.FailureAction",
  "Service.RebootArgument": "Unit.RebootArgument",
  "Service.ReadWriteDirectories": "Service.ReadWritePaths",
  "Service.ReadOnlyDirectories": "Service.ReadOnlyPaths",
  "Service.InaccessibleDirectories": "Service.InaccessiblePaths",
}));

/** Sections whose processes have the settings of systemd.exec(5), too. */
const WITH_COMMANDS = ["Socket", "Mount", "Swap", "Slice", "Scope"];

const OF_COMMANDS = lost("it is for the commands of the unit alone", "little");

/** Where a directive's values are kept: its name and section of today. */
export function keyOf(section: string, name: string): string {
  const key = `${section}.${name}`;
  return FORMER.get(key) ?? key;
}

/** The row of a directive; one that nobody knows has a row that says so. */
export function directive(section: string, name: string): UnitRow {
  const key = keyOf(section, name);
  const found = BY_NAME.get(key);
  if (found !== undefined) return found;
  if (section.startsWith("X-") || name.startsWith("X-")) {
    return one(section, name, irrelevant("it is for other programs"));
  }
  if (WITH_COMMANDS.includes(section) && BY_NAME.has(`Service.${name}`)) {
    return one(section, name, OF_COMMANDS);
  }
  return one(section, name, UNKNOWN);
}

/** systemd leaves out what it does not know; a newer one than ours may know it. */
const UNKNOWN = lost("no such directive is known", "some");
