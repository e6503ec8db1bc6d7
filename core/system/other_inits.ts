/** Programs of other inits that a machine may have besides this one. */

/** Where `dinit migrate` keeps what /sbin/init was. */
export const FORMER_INIT = "/sbin/init.before-dinit";

/**
 * Those first that stay when a package with /sbin/init is replaced.
 *
 * Source: files of Debian's packages systemd, sysvinit-core and runit-init, and of Alpine's openrc.
 */
export const OTHER_INITS: readonly string[] = [
  "/lib/systemd/systemd",
  "/usr/lib/systemd/systemd",
  "/sbin/openrc-init",
  "/sbin/runit-init",
  "/lib/sysvinit/init",
];

/** In the environment of process 1 while its boot is on trial: dinit migrate test. */
export const TRIAL_VARIABLE = { name: "DINIT_TRIAL", value: "1" } as const;
