/**
 * What becomes of mounts, and of the kinds of units that have no counterpart. Sources:
 * systemd.mount(5), systemd.path(5), systemd.automount(5), systemd.swap(5).
 */
import { type Effect, lost } from "../../rows.ts";
import { parseBoolean, type UnitContext, variableText } from "./context.ts";
import { each, list, lostUnless, mapped, one, timeLimit, type UnitRow } from "./makers.ts";

const MOUNT = "Mount";

const MOUNT_ROWS: readonly UnitRow[] = [
  ...["What", "Where", "Type", "Options"].map((name) =>
    one(MOUNT, name, mapped("`command` (mount) and `stop-command` (umount)", () => []))
  ),
  one(MOUNT, "SloppyOptions", mapped("`mount -s`", () => [])),
  one(MOUNT, "LazyUnmount", mapped("`umount -l`", () => [])),
  one(MOUNT, "ForceUnmount", mapped("`umount -f`", () => [])),
  one(MOUNT, "ReadWriteOnly", mapped("`mount -w`", () => [])),
  one(
    MOUNT,
    "DirectoryMode",
    lostUnless(["0755", "755"], "the mount point is made with mode 755", "little"),
  ),
  one(MOUNT, "TimeoutSec", timeLimit("start-timeout")),
];

/** The command lines of a mount unit, from all its lines. */
export function mountEffects(context: UnitContext): readonly Effect[] {
  const texts = new Map<string, string>();
  for (const name of ["What", "Where", "Type", "Options"]) {
    const filled = variableText(context.last(MOUNT, name) ?? "", context);
    if (filled.kind === "fault") return [lost(filled.why, "much")];
    texts.set(name, filled.text);
  }
  const isSet = (name: string) => parseBoolean(context.last(MOUNT, name) ?? "no") === true;
  const type = texts.get("Type") ?? "";
  const where = texts.get("Where") ?? "";
  const options = ["X-mount.mkdir", ...(texts.get("Options") ?? "").split(",")]
    .filter((option) => option !== "" && !option.startsWith("x-systemd.")).join(",");
  return [
    {
      kind: "set",
      key: "command",
      value: [
        "/bin/mount",
        ...isSet("SloppyOptions") ? ["-s"] : [],
        ...isSet("ReadWriteOnly") ? ["-w"] : [],
        ...type === "" || type === "auto" ? [] : ["-t", type],
        ...["-o", options, texts.get("What") ?? "", where],
      ],
    },
    {
      kind: "set",
      key: "stop-command",
      value: [
        "/bin/umount",
        ...isSet("LazyUnmount") ? ["-l"] : [],
        ...isSet("ForceUnmount") ? ["-f"] : [],
        where,
      ],
    },
  ];
}

const NO_PATHS = lost("nothing here watches paths", "much");

export const MOUNT_AND_PATH_ROWS: readonly UnitRow[] = [
  ...MOUNT_ROWS,
  ...["PathExists", "PathExistsGlob", "PathChanged", "PathModified", "DirectoryNotEmpty"].map(
    (name) => list("Path", name, NO_PATHS),
  ),
  ...each(
    "Path",
    "Unit MakeDirectory DirectoryMode TriggerLimitIntervalSec TriggerLimitBurst",
    NO_PATHS,
  ),
  ...each(
    "Automount",
    "Where ExtraOptions DirectoryMode TimeoutIdleSec",
    lost("what is mounted on demand is not mounted", "some"),
  ),
  ...each(
    "Swap",
    "What Priority Options TimeoutSec",
    lost("swap is turned on by the set's service swap, of /etc/fstab", "some"),
  ),
];
