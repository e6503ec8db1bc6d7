/** What becomes of limits of a control group. Source: systemd.resource-control(5). */
import { type Effect, irrelevant, type Lost, lost, type TomlValue } from "../../rows.ts";
import { parseBoolean, type UnitContext, variableText } from "./context.ts";
import { parseSize } from "../text/limits.ts";
import {
  cgroupKey,
  each,
  list,
  lostIfTrue,
  mapped,
  notUnderstood,
  one,
  type UnitRow,
} from "./makers.ts";
import { parseTimeSpan } from "../text/time_span.ts";

const SERVICE = "Service";

function memory(value: string): TomlValue | undefined | Lost {
  if (value === "infinity") return "max";
  if (/%$/.test(value)) return lost("write a number of bytes for the share of memory", "some");
  return /^[0-9]+[KMGT]$/.test(value) ? value : parseSize(value);
}

function weight(value: string): TomlValue | undefined | Lost {
  if (value === "idle") return lost("the smallest weight is 1", "little");
  return /^[0-9]+$/.test(value) ? Number(value) : undefined;
}

function cpus(value: string): TomlValue | undefined {
  const joined = value.split(/[\s,]+/).filter((word) => word !== "").join(",");
  return /^[0-9]+(-[0-9]+)?(,[0-9]+(-[0-9]+)?)*$/.test(joined) ? joined : undefined;
}

const DISK = lost("`[cgroup] io-max` wants the disk's numbers: `lsblk -o NAME,MAJ:MIN`", "some");
const PRESSURE = lost("there is no watch over the pressure of memory", "little");

/**
 * A line of DeviceAllow=; with it alone the policy is "closed". Source:
 * systemd.resource-control(5).
 */
function deviceAllowed(value: string, context: UnitContext): readonly Effect[] {
  const filled = variableText(value, context);
  if (filled.kind === "fault") return [lost(filled.why, "much")];
  const [, device = "", access = "rwm"] = /^(\S+)(?:\s+([rwm]+))?$/.exec(filled.text) ?? [];
  if (!/^(\/|char-|block-)/.test(device)) return [notUnderstood(value)];
  const name = device.startsWith("/") ? `-${device}` : device;
  const policy = context.last(SERVICE, "DevicePolicy") ?? "auto";
  const isFirst = context.all(SERVICE, "DeviceAllow")[0] === value;
  const standard = policy === "auto" && isFirst ? ["@standard"] : [];
  return [{ kind: "add", key: "devices", values: [...standard, `${name} ${access}`] }];
}

function devicePolicy(value: string, context: UnitContext): readonly Effect[] {
  const isAlone = context.all(SERVICE, "DeviceAllow").length === 0;
  switch (value) {
    case "auto":
      return [];
    case "closed":
      return [{ kind: "add", key: "devices", values: ["@standard"] }];
    case "strict":
      return isAlone ? [{ kind: "set", key: "devices", value: [] }] : [];
    default:
      return [notUnderstood(value)];
  }
}

const MEMORY_MAX = one(SERVICE, "MemoryMax", cgroupKey("memory-max", memory));

export const RESOURCE_ROWS: readonly UnitRow[] = [
  ...each(
    SERVICE,
    "CPUAccounting MemoryAccounting TasksAccounting IOAccounting BlockIOAccounting IPAccounting",
    irrelevant("the group counts what its limits need"),
  ),
  MEMORY_MAX,
  one(
    SERVICE,
    "MemoryLimit",
    mapped("`[cgroup] memory-max`, where MemoryMax= says nothing", (value, context) => {
      if (context.last(SERVICE, "MemoryMax") !== undefined) return [];
      const { fate } = MEMORY_MAX;
      return fate.kind === "mapped" ? fate.convert(value, context) : [];
    }),
  ),
  one(SERVICE, "MemoryHigh", cgroupKey("memory-high", memory)),
  one(SERVICE, "MemoryLow", cgroupKey("memory-low", memory)),
  one(SERVICE, "MemoryMin", cgroupKey("memory-min", memory)),
  one(SERVICE, "MemorySwapMax", cgroupKey("memory-swap-max", memory)),
  ...each(
    SERVICE,
    "MemoryZSwapMax MemoryZSwapWriteback DefaultMemoryLow DefaultMemoryMin",
    lost("it is as the kernel has it", "little"),
  ),
  one(SERVICE, "CPUWeight", cgroupKey("cpu-weight", weight)),
  one(
    SERVICE,
    "CPUQuota",
    mapped("`[cgroup] cpu-max`", (value, context) => {
      const share = /^([0-9]+(?:\.[0-9]+)?)%$/.exec(value)?.[1];
      if (share === undefined) return [notUnderstood(value)];
      const period = parseTimeSpan(context.last(SERVICE, "CPUQuotaPeriodSec") ?? "100ms") ?? 0.1;
      const micros = Math.round(period * 1e6);
      const max = micros === 100_000
        ? value
        : `${Math.round(Number(share) * micros / 100)} ${micros}`;
      return [{ kind: "put", table: "cgroup", key: "cpu-max", value: max }];
    }),
  ),
  one(SERVICE, "CPUQuotaPeriodSec", mapped("the period of `[cgroup] cpu-max`", () => [])),
  one(SERVICE, "AllowedCPUs", cgroupKey("cpuset-cpus", cpus)),
  one(SERVICE, "AllowedMemoryNodes", cgroupKey("cpuset-mems", cpus)),
  one(SERVICE, "IOWeight", cgroupKey("io-weight", weight)),
  one(
    SERVICE,
    "TasksMax",
    cgroupKey("pids-max", (value) => {
      if (value === "infinity") return "max";
      if (/%$/.test(value)) return lost("write a number for the share of processes", "little");
      return /^[0-9]+$/.test(value) ? Number(value) : undefined;
    }),
  ),
  ...[
    ...["IOReadBandwidthMax", "IOWriteBandwidthMax", "IOReadIOPSMax", "IOWriteIOPSMax"],
    ...["IODeviceWeight", "IODeviceLatencyTargetSec"],
  ].map((name) => list(SERVICE, name, DISK)),
  ...each(
    SERVICE,
    "StartupCPUWeight StartupIOWeight StartupAllowedCPUs StartupAllowedMemoryNodes " +
      "StartupMemoryMax StartupMemoryHigh StartupMemoryLow StartupMemorySwapMax " +
      "StartupMemoryZSwapMax",
    irrelevant("the limits of a running service hold while the machine boots"),
  ),
  one(
    SERVICE,
    "Delegate",
    mapped("`delegate`", (value) => {
      if (parseBoolean(value) === false) return [];
      return [{ kind: "set", key: "delegate", value: true }];
    }, { needs: ["delegate"], until: lost("its control group is not its own to divide", "some") }),
  ),
  one(SERVICE, "DelegateSubgroup", lost("its processes are in the group itself", "little")),
  one(SERVICE, "DisableControllers", lost("all controllers may be used below it", "little")),
  one(
    SERVICE,
    "Slice",
    irrelevant("groups of services do not nest; each has limits of its own"),
  ),
  list(SERVICE, "DeviceAllow", mapped("`devices`", deviceAllowed)),
  one(SERVICE, "DevicePolicy", mapped("`devices`, with `@standard` for closed", devicePolicy)),
  ...["IPAddressAllow", "IPAddressDeny"].map((name) =>
    list(SERVICE, name, lost("every address can be reached", "some"))
  ),
  ...["IPIngressFilterPath", "IPEgressFilterPath", "BPFProgram", "NFTSet"].map((name) =>
    list(SERVICE, name, lost("no filter is attached", "some"))
  ),
  ...["SocketBindAllow", "SocketBindDeny"].map((name) =>
    list(SERVICE, name, lost("every port can be listened on that the user may", "little"))
  ),
  list(
    SERVICE,
    "RestrictNetworkInterfaces",
    lost("every interface can be used", "some"),
  ),
  ...each(
    SERVICE,
    "ManagedOOMSwap ManagedOOMMemoryPressure ManagedOOMMemoryPressureLimit ManagedOOMPreference " +
      "ManagedOOMMemoryPressureDurationSec MemoryPressureWatch MemoryPressureThresholdSec",
    PRESSURE,
  ),
  one(SERVICE, "CoredumpReceive", lostIfTrue("core dumps are not passed in", "little")),
  // What systemd had for version 1 of control groups.
  ...each(
    SERVICE,
    "CPUShares StartupCPUShares BlockIOWeight StartupBlockIOWeight",
    lost("it is of version 1 of control groups", "little"),
  ),
  ...["BlockIODeviceWeight", "BlockIOReadBandwidth", "BlockIOWriteBandwidth"].map((name) =>
    list(SERVICE, name, DISK)
  ),
];
