/** Names of units: their parts, and the escaping in them. Source: systemd.unit(5). */
import { plainName } from "../../plain_name.ts";

export const UNIT_KINDS = [
  "service",
  "socket",
  "target",
  "timer",
  "mount",
  "path",
  "automount",
  "swap",
  "device",
  "slice",
  "scope",
] as const;

export type UnitKind = (typeof UNIT_KINDS)[number];

/** A name in its parts: `getty@tty1.service` has the prefix `getty` and the instance `tty1`. */
export interface UnitName {
  readonly full: string;
  readonly kind: UnitKind;
  readonly prefix: string;
  /** Undefined without `@`; empty for a template. */
  readonly instance: string | undefined;
}

/** A dollar sign stands in instances only, for the argument of a template of ours. */
const NAME = /^[A-Za-z0-9:_.\\-]+(@[A-Za-z0-9:_.\\@$-]*)?$/;

/** @returns undefined when it is no name of a unit. */
export function parseUnitName(full: string): UnitName | undefined {
  const dot = full.lastIndexOf(".");
  const kind = UNIT_KINDS.find((candidate) => candidate === full.slice(dot + 1));
  const name = full.slice(0, Math.max(0, dot));
  if (kind === undefined || !NAME.test(name)) {
    return undefined;
  }
  const at = name.indexOf("@");
  return at < 0
    ? { full, kind, prefix: name, instance: undefined }
    : { full, kind, prefix: name.slice(0, at), instance: name.slice(at + 1) };
}

/** Undoes `systemd-escape`: `-` is a slash, `\x2d` a byte. */
export function unescapeUnitName(name: string): string {
  return name.replace(
    /-|\\x([0-9a-fA-F]{2})/g,
    (whole, code?: string) =>
      code === undefined ? "/" : String.fromCharCode(parseInt(code, 16)) || whole,
  );
}

/** A prefix as the name of a service of ours. */
export function serviceNameOfPrefix(prefix: string): string {
  return plainName(
    prefix.replace(
      /\\x([0-9a-fA-F]{2})/g,
      (_whole, code: string) => String.fromCharCode(parseInt(code, 16)),
    ),
  );
}
