/**
 * Numbers of the Linux kernel's interface that boxes are made with. Held against
 * `tests/platform/linux/kernel/abi_linux.json` like those of `abi.ts`.
 */

/** mount(2), open_tree(2), move_mount(2), mount_setattr(2): linux/mount.h, linux/fcntl.h. */
export const MOUNTING = {
  MS_BIND: 0x1000,
  MS_REC: 0x4000,
  MS_SLAVE: 0x80000,
  OPEN_TREE_CLONE: 1,
  OPEN_TREE_CLOEXEC: 0x80000,
  AT_RECURSIVE: 0x8000,
  MOVE_MOUNT_F_EMPTY_PATH: 4,
  MOVE_MOUNT_T_SYMLINKS: 0x10,
  MOUNT_ATTR_RDONLY: 1,
  MOUNT_ATTR_NODEV: 4,
  MOUNT_ATTR_NOEXEC: 8,
  /** struct mount_attr: attr_set, attr_clr, propagation, userns_fd. */
  MOUNT_ATTR_BYTES: 32,
} as const;

/** unshare(2): linux/sched.h. */
export const NEW_NAMESPACE = {
  CLONE_NEWNS: 0x20000,
  CLONE_NEWUTS: 0x4000000,
  CLONE_NEWUSER: 0x10000000,
  CLONE_NEWNET: 0x40000000,
} as const;

/** landlock(7): linux/landlock.h. */
export const LANDLOCK = {
  LANDLOCK_CREATE_RULESET_VERSION: 1,
  LANDLOCK_RULE_PATH_BENEATH: 1,
} as const;
/** Since Linux 6.7; headers of Debian 12 are older. */
export const LANDLOCK_RULE_NET_PORT = 2;

/** seccomp(2): linux/seccomp.h. */
export const CONFINING = { SECCOMP_SET_MODE_FILTER: 1 } as const;

/** netdevice(7): linux/if.h, linux/sockios.h. */
export const NETWORK_DEVICE = { SIOCSIFFLAGS: 0x8914, IFF_UP: 1 } as const;

/** Numbers of capabilities: linux/capability.h. */
export const CAPABILITY = {
  CAP_SETPCAP: 8,
  CAP_SYS_MODULE: 16,
  CAP_SYS_RAWIO: 17,
  CAP_SYS_ADMIN: 21,
  CAP_SYS_TIME: 25,
  CAP_MKNOD: 27,
  CAP_SYSLOG: 34,
  CAP_WAKE_ALARM: 35,
} as const;
