/** Which devices the processes of a service may use, as its description says. */

/** What is meant by a line. */
export type DeviceChoice =
  /** The device of this file, or with `isOptional` none if there is no such file. */
  | { readonly kind: "path"; readonly path: string; readonly isOptional: boolean }
  /** All of a driver's: a name in /proc/devices, in which * and ? may stand for letters. */
  | { readonly kind: "driver"; readonly type: DeviceType; readonly name: string }
  /** {@linkcode STANDARD_DEVICES}, and terminals of pts. */
  | { readonly kind: "standard" };

export type DeviceType = "char" | "block";

export interface DeviceRule {
  readonly device: DeviceChoice;
  /** Letters out of r (read), w (write), m (make its file). */
  readonly access: string;
}

/** A rule as the kernel knows devices: without a number all are meant. */
export interface AllowedDevice {
  readonly type: DeviceType;
  readonly major: number;
  readonly minor: number | undefined;
  readonly access: string;
}

/**
 * What every program may expect: null, zero, full, random, urandom, tty, ptmx and the terminals of
 * pts. Source: Linux, Documentation/admin-guide/devices.txt, majors 1, 5 and 136 to 143.
 */
export const STANDARD_DEVICES: readonly AllowedDevice[] = [
  ...[3, 5, 7, 8, 9].map((minor) => ({ type: "char", major: 1, minor, access: "rwm" } as const)),
  ...[0, 2].map((minor) => ({ type: "char", major: 5, minor, access: "rwm" } as const)),
  ...[136, 137, 138, 139, 140, 141, 142, 143].map((major) =>
    ({ type: "char", major, minor: undefined, access: "rw" }) as const
  ),
];
