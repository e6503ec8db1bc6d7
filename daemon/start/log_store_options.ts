/** Options about what becomes of services' output: the log store, syslog, and how much may come. */
import { type Draft, type OptionRow, sets } from "../../core/program/command_line.ts";
import { parseDuration } from "../../core/text/duration.ts";
import { type LineRate, USUAL_RATE } from "../../core/log/line_limit.ts";
import { parseSyslogPlace, type SyslogPlace } from "../../core/log/syslog_place.ts";
import { type StoreLimits, USUAL_STORE_LIMITS } from "../../core/log/store_limits.ts";

export interface LogStoreOptions {
  /** Output of all services goes into the store, if they do not say otherwise. */
  readonly storesAll: boolean;
  /** undefined: the usual place. */
  readonly storeDirectory: string | undefined;
  readonly storeLimits: StoreLimits;
  /** For services with `syslog`; undefined: the system's, in the form that it has. */
  readonly syslogPlace: SyslogPlace | undefined;
  /** What the output of a service may be that says nothing of it. */
  readonly logRate: LineRate;
}

/** What holds without any of these options. */
export const USUAL_LOG_STORE: LogStoreOptions = {
  storesAll: false,
  storeDirectory: undefined,
  storeLimits: USUAL_STORE_LIMITS,
  syslogPlace: undefined,
  logRate: USUAL_RATE,
};

type StoreDraft = Draft<LogStoreOptions>;
interface Faulty {
  readonly kind: "faulty";
  readonly message: string;
}

/** Less could not hold what one process says as it ends. */
const LEAST_BYTES = 256 * 1024;
const MOST_BYTES = 1024 ** 4;
const BYTES: Readonly<Record<string, number>> = { "": 1, K: 1024, M: 1024 ** 2, G: 1024 ** 3 };
const DAY_MS = 86_400_000;
const TIMES: Readonly<Record<string, number>> = {
  h: 3_600_000,
  d: DAY_MS,
  w: 7 * DAY_MS,
  y: 365 * DAY_MS,
};

/** In the order of the help text. */
export const LOG_STORE_OPTIONS: readonly OptionRow<StoreDraft, Faulty>[] = [
  {
    names: ["--log-store"],
    help: "keep the output of all services, and the own log, on disk over boots (dinit ctl logs)",
    take: sets("storesAll", true),
  },
  {
    names: ["--log-store-dir"],
    argument: "DIR",
    help: "keep it in DIR (default: /var/log/dinit; a user's: ~/.local/state/log/dinit)",
    take: (draft, word) => {
      if (!word.startsWith("/")) {
        return faulty(`"${word}" is not a folder for --log-store-dir: write its whole path`);
      }
      draft.storeDirectory = word.length > 1 ? word.replace(/\/+$/, "") : word;
      return undefined;
    },
  },
  {
    names: ["--log-store-size"],
    argument: "SIZE",
    help: "keep so much in total (default 128M)",
    take: takesSize("--log-store-size", "totalBytes"),
  },
  {
    names: ["--log-store-service-size"],
    argument: "SIZE",
    help: "keep so much of each service (default 16M)",
    take: takesSize("--log-store-service-size", "serviceBytes"),
  },
  {
    names: ["--log-store-age"],
    argument: "TIME",
    help: "drop what is older than TIME (30d, 4w, 1y; default 0: nothing is too old)",
    take: (draft, word) => {
      const [, digits, unit = ""] = /^(\d{1,6})([hdwy]?)$/.exec(word) ?? [];
      const unitMs = word === "0" ? 0 : TIMES[unit];
      if (digits === undefined || unitMs === undefined) {
        return faulty(
          `"${word}" is not a time for --log-store-age: write a number with h, d, w or y, or 0`,
        );
      }
      draft.storeLimits = { ...draft.storeLimits, ageMs: Number(digits) * unitMs };
      return undefined;
    },
  },
  {
    names: ["--syslog-socket"],
    argument: "PLACE",
    help: "send services' lines for syslog as RFC 5424 to a socket's path or udp:HOST:PORT " +
      "(default: /dev/log, as ever)",
    take: (draft, word) => {
      const place = parseSyslogPlace(word);
      if (typeof place === "string") {
        return faulty(`"${word}" is not a place for --syslog-socket: ${place}`);
      }
      draft.syslogPlace = place;
      return undefined;
    },
  },
  {
    names: ["--log-rate-lines"],
    argument: "N",
    help: "drop what a service writes beyond N lines in 30 s (default 0: nothing is dropped)",
    take: (draft, word) => {
      if (!/^[0-9]{1,9}$/.test(word)) {
        return faulty(`"${word}" is not a number for --log-rate-lines: write one up to 999999999`);
      }
      draft.logRate = { ...draft.logRate, lines: Number(word) };
      return undefined;
    },
  },
  {
    names: ["--log-rate-bytes"],
    argument: "SIZE",
    help: "the same beyond so many bytes (default 0: nothing is dropped)",
    take: (draft, word) => {
      const bytes = sizeOf(word);
      if (bytes === undefined) return notSize("--log-rate-bytes", word);
      draft.logRate = { ...draft.logRate, bytes };
      return undefined;
    },
  },
  {
    names: ["--log-rate-interval"],
    argument: "TIME",
    help: "the time that these are about (default 30s)",
    take: (draft, word) => {
      const intervalMs = parseDuration(word);
      if (intervalMs === "faulty" || intervalMs < 100 || intervalMs > DAY_MS) {
        return faulty(
          `"${word}" is not a time for --log-rate-interval: write one of 0.1s to 24h, as 30s or 1m`,
        );
      }
      draft.logRate = { ...draft.logRate, intervalMs };
      return undefined;
    },
  },
];

function takesSize(
  option: string,
  field: "totalBytes" | "serviceBytes",
): (draft: StoreDraft, word: string) => Faulty | undefined {
  return (draft, word) => {
    const bytes = sizeOf(word);
    if (bytes === undefined) return notSize(option, word);
    if (bytes < LEAST_BYTES || bytes > MOST_BYTES) {
      return faulty(`"${word}" is not a size for ${option}: allowed are 256K to 1024G`);
    }
    draft.storeLimits = { ...draft.storeLimits, [field]: bytes };
    return undefined;
  };
}

/** Bytes; undefined: it is no size. */
function sizeOf(word: string): number | undefined {
  const [, digits, unit = ""] = /^(\d{1,13})([KMG]?)$/.exec(word) ?? [];
  return digits === undefined ? undefined : Number(digits) * (BYTES[unit] ?? 1);
}

function notSize(option: string, word: string): Faulty {
  return faulty(`"${word}" is not a size for ${option}: write a number of bytes, or with K, M, G`);
}

function faulty(message: string): Faulty {
  return { kind: "faulty", message };
}
