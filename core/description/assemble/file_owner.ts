/** Mode and owner of a file that the manager makes for a service. */
import type { SettingValues } from "../settings/settings.ts";

export interface FileOwner {
  readonly mode: number;
  readonly uid: number | undefined;
  readonly gid: number | undefined;
}

/** A user that is named brings its group along. */
export function fileOwner(
  values: SettingValues,
  prefix: "logfile" | "socket",
  defaultMode: number,
): FileOwner {
  const user = values[`${prefix}-uid`];
  const primary = user?.kind === "named" ? user.gid : undefined;
  return {
    mode: values[`${prefix}-permissions`] ?? defaultMode,
    uid: user?.uid,
    gid: values[`${prefix}-gid`] ?? primary,
  };
}
