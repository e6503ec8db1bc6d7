/** Typed values → where the output of a service goes. */
import { NO_LOG, sharePlain, USUAL_COPIES } from "../../plain_values.ts";
import { facilityCode, levelCode } from "../../system/syslog_names.ts";
import type { DescriptionSource, LogCopies, LogRate, LogTarget } from "../contract/description.ts";
import { fileOwner } from "./file_owner.ts";
import type { SettingReporter } from "../settings/setting_reporter.ts";
import type { SettingValues } from "../settings/settings.ts";

const DEFAULT_BUFFER_BYTES = 4096;
const DEFAULT_ROTATE_COUNT = 4;
const DEFAULT_MODE = 0o600;

export interface LogContext {
  readonly format: DescriptionSource["format"];
  readonly reporter: SettingReporter;
}

/** @param path `logfile`, its variables replaced. */
export function assembleLog(
  values: SettingValues,
  path: string | undefined,
  { format, reporter }: LogContext,
): LogTarget {
  const timestamps = values["log-timestamps"] ?? false;
  const kind = values["log-type"] ?? (path === undefined ? "none" : "file");
  if (kind === "none") return NO_LOG;
  if (kind === "pipe") return { kind };
  if (kind === "buffer") {
    return {
      kind,
      limitBytes: values["log-buffer-size"] ?? DEFAULT_BUFFER_BYTES,
      keeps: values["log-buffer-keeps"] ?? (format === "toml" ? "newest" : "oldest"),
      timestamps,
    };
  }
  if (path === undefined) {
    const message = 'log-type is "file", but there is no logfile: output goes nowhere';
    reporter.fail("log-type", message, { severity: "warning" });
    return NO_LOG;
  }
  const sizeBytes = values["log-rotate-size"] ?? 0;
  const count = values["log-rotate-count"] ?? DEFAULT_ROTATE_COUNT;
  const rotation = sizeBytes > 0 ? { sizeBytes, count } : undefined;
  const owner = fileOwner(values, "logfile", DEFAULT_MODE);
  return { kind: "file", path, ...owner, rotation, timestamps };
}

/** How much of it may come. */
export function assembleLogRate(values: SettingValues): LogRate | undefined {
  const lines = values["log-rate-lines"];
  const bytes = values["log-rate-bytes"];
  const intervalMs = values["log-rate-interval"];
  const isSaid = lines !== undefined || bytes !== undefined || intervalMs !== undefined;
  return isSaid
    ? {
      ...lines === undefined ? {} : { lines },
      ...bytes === undefined ? {} : { bytes },
      ...intervalMs === undefined ? {} : { intervalMs },
    }
    : undefined;
}

/** Where it goes beside that. @param name Of the service. */
export function assembleLogCopies(values: SettingValues, name: string): LogCopies {
  const copies: LogCopies = {
    store: values["log-store"],
    storeBytes: values["log-store-size"],
    syslog: values.syslog === true
      ? {
        identifier: values["syslog-identifier"] ?? name,
        facility: facilityCode(values["syslog-facility"] ?? "daemon"),
        level: levelCode(values["syslog-level"] ?? "info"),
      }
      : undefined,
  };
  return sharePlain(copies, USUAL_COPIES);
}
