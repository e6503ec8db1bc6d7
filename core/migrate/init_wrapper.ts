/**
 * What stands at /sbin/init for one boot where no boot loader can do it: a script that marks the
 * trial as begun before it begins, so that the boot after it has the former init whatever happens.
 */
import { TRIAL_VARIABLE } from "../system/other_inits.ts";

export interface WrapperPaths {
  readonly mark: string;
  /** The init that is tried. */
  readonly program: string;
  /** The one that was there before. */
  readonly former: string;
}

/**
 * A script for any POSIX shell, as process 1. The root may be read-only still, as the kernel's word
 * `ro` has it, and nothing but it may be mounted: there may be no /dev/null.
 */
export function initWrapper({ mark, program, former }: WrapperPaths): string {
  return `#!/bin/sh
# Written by "dinit migrate test": one boot with dinit, then the former init again.
# "dinit ctl confirm-boot" or "dinit migrate undo" takes it away.
PATH=/usr/sbin:/usr/bin:/sbin:/bin
state=
[ ! -r ${mark} ] || read -r state <${mark}
if [ "$state" = armed ] && [ -x ${program} ]; then
  # As it was found, the root is handed on.
  was_read_only=
  if ! ( : >>${mark} ) 2>&-; then
    was_read_only=1
    [ -e /proc/self ] || mount -t proc proc /proc 2>&-
    mount -o remount,rw / 2>&-
  fi
  if ( echo begun >${mark} ) 2>&-; then
    sync
    [ -z "$was_read_only" ] || mount -o remount,ro / 2>&-
    ${TRIAL_VARIABLE.name}=${TRIAL_VARIABLE.value}
    export ${TRIAL_VARIABLE.name}
    exec ${program} "$@"
  fi
fi
exec ${former} "$@"
`;
}
