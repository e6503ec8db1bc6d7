/**
 * Values that most descriptions have in common. A description refers to these instead of having its
 * own: of a thousand plain services each would take 700 bytes more.
 */
import type {
  EnvironmentChanges,
  LogTarget,
  ReadyNotification,
  Refresh,
  ServiceOptions,
} from "./description/contract/description.ts";

/** A list of nothing. */
export const NO_ITEMS: readonly never[] = Object.freeze([]);

/** The list itself, or the one list of nothing. */
export function shareEmpty<T>(items: readonly T[]): readonly T[] {
  return items.length === 0 ? NO_ITEMS : items;
}

/** The manager's environment as it is. */
export const NO_CHANGES: EnvironmentChanges = Object.freeze({
  clear: false,
  keep: NO_ITEMS,
  unset: NO_ITEMS,
  set: new Map(),
});

export const NO_LOG: LogTarget = Object.freeze({ kind: "none" });
export const NO_REFRESH: Refresh = Object.freeze({ kind: "none" });
export const NO_NOTIFICATION: ReadyNotification = Object.freeze({ kind: "none" });

/** No option given. */
export const NO_OPTIONS: ServiceOptions = Object.freeze({
  unmaskInterrupt: false,
  startsRwfs: false,
  startsLog: false,
  passControlSocket: false,
  startInterruptible: false,
  skippable: false,
  signalProcessOnly: false,
  alwaysChain: false,
  killAllOnStop: false,
});

/** The value itself, or the plain one if all its members are the same. */
export function sharePlain<T extends object>(value: T, plain: T): T {
  for (const key of Object.keys(plain) as (keyof T)[]) {
    if (value[key] !== plain[key]) return value;
  }
  return plain;
}
