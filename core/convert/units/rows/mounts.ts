/**
 * What becomes of mounts and swap: a scripted service. Sources: systemd.mount(5),
 * systemd.automount(5), systemd.swap(5).
 */
import { type Effect, lost } from "../../rows.ts";
import { parseBoolean, type UnitContext, variableText } from "./context.ts";
import { list, lostUnless, mapped, one, timeLimit, type UnitRow } from "./makers.ts";

const MOUNT = "Mount";
const SWAP = "Swap";

const OF_MOUNTS: readonly UnitRow[] = [
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

/** The command lines of a swap unit. Source: systemd.swap(5), swapon(8). */
export function swapEffects(context: UnitContext): readonly Effect[] {
  const what = variableText(context.last(SWAP, "What") ?? "", context);
  const given = variableText(context.last(SWAP, "Options") ?? "", context);
  if (what.kind === "fault") return [lost(what.why, "much")];
  if (given.kind === "fault") return [lost(given.why, "much")];
  const options = given.text.split(",")
    .filter((option) => option !== "" && !option.startsWith("x-systemd.")).join(",");
  const priority = context.last(SWAP, "Priority");
  return [
    {
      kind: "set",
      key: "command",
      value: [
        "/sbin/swapon",
        ...priority === undefined ? [] : ["-p", priority],
        ...options === "" ? [] : ["-o", options],
        what.text,
      ],
    },
    { kind: "set", key: "stop-command", value: ["/sbin/swapoff", what.text] },
  ];
}

export const MOUNT_ROWS: readonly UnitRow[] = [
  ...OF_MOUNTS,
  one(
    "Automount",
    "Where",
    lost("it is mounted when it is started, not when somebody looks into it", "some"),
  ),
  list("Automount", "ExtraOptions", lost("the options of the mount alone count", "little")),
  one(
    "Automount",
    "DirectoryMode",
    lostUnless(["0755", "755"], "the mount point is made with mode 755", "little"),
  ),
  one(
    "Automount",
    "TimeoutIdleSec",
    lostUnless(["0"], "it stays mounted until it is stopped", "little"),
  ),
  ...["What", "Options", "Priority"].map((name) =>
    one(SWAP, name, mapped("`command` (swapon) and `stop-command` (swapoff)", () => []))
  ),
  one(SWAP, "TimeoutSec", timeLimit("start-timeout")),
];
