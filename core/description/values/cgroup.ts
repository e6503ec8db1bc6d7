/**
 * The table `[cgroup]`: limits and weights of a service's own control group, as the kernel's
 * interface files take them.
 *
 * Source of files and ranges: Documentation/admin-guide/cgroup-v2.rst.
 */
import { once } from "../../once.ts";
import type { CgroupSetting } from "../contract/description.ts";
import { didYouMean } from "../text/near_miss.ts";
import { isTable } from "../text/toml_values.ts";
import type { JsonSchema, Value, ValueScope } from "./value.ts";

/** One key of the table. */
interface CgroupKey {
  /** Interface file that is written. */
  readonly file: string;
  /** What is allowed, for messages. */
  readonly forms: string;
  readonly schema: JsonSchema;
  /** One sentence for the manual. */
  readonly about: string;
  /** @returns The texts to be written, each by itself; undefined: not a value of this kind. */
  read(raw: unknown): readonly string[] | undefined;
}

const MAX_BYTES = 2 ** 53 - 1;
const SIZE = /^([0-9]+)([KMGT]?)$/;
const SIZE_UNITS = { "": 1, K: 1024, M: 1024 ** 2, G: 1024 ** 3, T: 1024 ** 4 } as const;

const CPU_PERIOD_US = 100_000;
/** The kernel takes periods from 1 ms to 1 s, and quotas from 1 ms. */
const MIN_CPU_US = 1000;
const MAX_CPU_PERIOD_US = 1_000_000;

function memory(file: string, about: string): CgroupKey {
  return {
    file,
    forms: 'allowed are a number of bytes, a text with a unit ("64K", "512M", "2G") and "max"',
    schema: {
      oneOf: [
        { type: "integer", minimum: 0 },
        { type: "string", pattern: "^([0-9]+[KMGT]?|max)$" },
      ],
    },
    about,
    read: (raw) => {
      if (raw === "max") return ["max"];
      const bytes = typeof raw === "string" ? parseSize(raw) : raw;
      const isBytes = typeof bytes === "number" && Number.isInteger(bytes) && bytes >= 0 &&
        bytes <= MAX_BYTES;
      return isBytes ? [String(bytes)] : undefined;
    },
  };
}

function parseSize(text: string): number | undefined {
  const match = SIZE.exec(text);
  if (match === null) return undefined;
  return Number(match[1]) * SIZE_UNITS[(match[2] ?? "") as keyof typeof SIZE_UNITS];
}

function weight(file: string, prefix: string, about: string): CgroupKey {
  return {
    file,
    forms: "allowed are whole numbers from 1 to 10000",
    schema: { type: "integer", minimum: 1, maximum: 10000 },
    about,
    read: (raw) => isWhole(raw, 1, 10000) ? [`${prefix}${raw}`] : undefined,
  };
}

function processors(file: string, about: string): CgroupKey {
  const pattern = "^[0-9]+(-[0-9]+)?(,[0-9]+(-[0-9]+)?)*$";
  return {
    file,
    forms: 'allowed is a text of numbers and ranges: "0-3,6"',
    schema: { type: "string", pattern },
    about,
    read: (raw) => typeof raw === "string" && new RegExp(pattern).test(raw) ? [raw] : undefined,
  };
}

const IO_LIMIT = /^[0-9]+:[0-9]+( (rbps|wbps|riops|wiops)=([0-9]+|max))+$/;

/** Every key of `[cgroup]`. */
export const cgroupTable = once(() => ({
  "memory-max": memory(
    "memory.max",
    "Most memory that the processes may use together; beyond it the kernel ends some of them.",
  ),
  "memory-high": memory(
    "memory.high",
    "Memory use above which the processes are slowed down and their memory is reclaimed.",
  ),
  "memory-low": memory("memory.low", "Memory that is reclaimed only when nothing else is left."),
  "memory-min": memory("memory.min", "Memory that is never reclaimed."),
  "memory-swap-max": memory("memory.swap.max", "Most swap space."),
  "memory-oom-group": {
    file: "memory.oom.group",
    forms: "allowed are true, false",
    schema: { type: "boolean" },
    about: "When memory runs out, all processes of the service are ended together.",
    read: (raw) => typeof raw === "boolean" ? [raw ? "1" : "0"] : undefined,
  },
  "cpu-max": {
    file: "cpu.max",
    forms: 'allowed are a share of one processor ("50%", "200%"), microseconds of each period ' +
      '("QUOTA PERIOD", "50000 100000") and "max"',
    schema: { type: "string", pattern: "^([0-9]+(\\.[0-9]+)?%|([0-9]+|max)( [0-9]+)?)$" },
    about:
      'Most processor time: a share of one processor ("50%"), or microseconds of each period ' +
      '("50000 100000").',
    read: readCpuMax,
  },
  "cpu-weight": weight("cpu.weight", "", "Share of processor time beside others; 100 is usual."),
  "cpuset-cpus": processors("cpuset.cpus", 'Processors that may be used: "0-3,6".'),
  "cpuset-mems": processors("cpuset.mems", "Memory nodes that may be used."),
  "io-weight": weight("io.weight", "default ", "Share of disk time beside others; 100 is usual."),
  "io-max": {
    file: "io.max",
    forms:
      'allowed is a list with a text for each device: ["8:0 rbps=1048576 wiops=120"], with rbps, ' +
      "wbps, riops, wiops",
    schema: {
      type: "array",
      items: { type: "string", pattern: IO_LIMIT.source },
    },
    about: "Limits of disks by their device numbers, bytes and operations a second, reading and " +
      'writing: `["8:0 rbps=1048576 wiops=120"]`.',
    read: (raw) => {
      const isList = Array.isArray(raw) &&
        raw.every((item) => typeof item === "string" && IO_LIMIT.test(item));
      return isList ? raw : undefined;
    },
  },
  "pids-max": {
    file: "pids.max",
    forms: 'allowed are whole numbers from 1 and "max"',
    schema: { oneOf: [{ type: "integer", minimum: 1 }, { const: "max" }] },
    about: "Most processes and threads.",
    read: (raw) => {
      if (raw === "max") return ["max"];
      return isWhole(raw, 1, 2 ** 22) ? [String(raw)] : undefined;
    },
  },
} as const satisfies Readonly<Record<string, CgroupKey>>));

const byName = once((): ReadonlyMap<string, CgroupKey> => new Map(Object.entries(cgroupTable())));

function isWhole(raw: unknown, min: number, max: number): boolean {
  return typeof raw === "number" && Number.isInteger(raw) && raw >= min && raw <= max;
}

function readCpuMax(raw: unknown): readonly string[] | undefined {
  if (typeof raw !== "string") return undefined;
  const share = /^([0-9]+(?:\.[0-9]+)?)%$/.exec(raw);
  if (share !== null) {
    const quota = Math.round(Number(share[1]) * CPU_PERIOD_US / 100);
    return quota >= MIN_CPU_US ? [`${quota} ${CPU_PERIOD_US}`] : undefined;
  }
  const match = /^([0-9]+|max)(?: ([0-9]+))?$/.exec(raw);
  if (match === null) return undefined;
  const [, quota = "", period] = match;
  if (quota !== "max" && Number(quota) < MIN_CPU_US) return undefined;
  if (period === undefined) return [quota];
  const isPeriod = Number(period) >= MIN_CPU_US && Number(period) <= MAX_CPU_PERIOD_US;
  return isPeriod ? [`${quota} ${Number(period)}`] : undefined;
}

/** Settings of a service's own control group, in the order of the table. */
export const cgroup = once((): Value<readonly CgroupSetting[]> => ({
  name: "table of limits",
  native: "none",
  schema: {
    type: "object",
    properties: Object.fromEntries(
      [...byName()].map(([name, { schema, about }]) => [name, { ...schema, description: about }]),
    ),
    additionalProperties: false,
  },
  read(raw, scope) {
    if (!isTable(raw)) {
      return scope.fail('a table is needed: [cgroup], then lines such as memory-max = "1G"');
    }
    const settings: CgroupSetting[] = [];
    let isFaulty = false;
    for (const [name, value] of Object.entries(raw)) {
      const texts = readKey(name, value, scope);
      if (texts === undefined) isFaulty = true;
      else settings.push(...texts);
    }
    return isFaulty ? undefined : settings;
  },
}));

function readKey(
  name: string,
  value: unknown,
  scope: ValueScope,
): readonly CgroupSetting[] | undefined {
  const key = byName().get(name);
  if (key === undefined) {
    const hint = didYouMean(name, [...byName().keys()]) ??
      "Settings of the service itself stand above the line [cgroup]";
    return scope.fail("the table has no such key", { part: name, isKey: true, hint });
  }
  const texts = key.read(value);
  if (texts === undefined) return scope.fail(key.forms, { part: name });
  return texts.map((text) => ({ file: key.file, text }));
}
