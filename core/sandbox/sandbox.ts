/**
 * Sandbox: what a service's processes are kept from, as the lines of its table `[sandbox]` say,
 * those of its profile included.
 *
 * Members are called as the lines are, so that a report of what could not be set up names the line.
 * What is not there is not asked for, so that a state or a report of another version can be read.
 */

/** Every line, with the value that it has when it asks for something. */
export interface SandboxLines {
  /** `false` is kept: it forbids to set it for the filter's sake. */
  readonly "no-new-privileges": boolean;
  readonly "private-tmp": true;
  readonly "private-devices": true;
  readonly "private-users": true;
  readonly "private-network": true;
  readonly "read-only-system": true | "full" | "strict";
  readonly "protect-home": true | "read-only" | "empty";
  readonly "protect-kernel-tunables": true;
  readonly "protect-kernel-modules": true;
  readonly "protect-kernel-logs": true;
  readonly "protect-clock": true;
  readonly "protect-hostname": true;
  readonly "protect-control-groups": true;
  readonly "protect-proc": "noaccess" | "invisible" | "ptraceable";
  readonly "proc-subset": "pid";
  /** Absolute paths; one that begins with `-` need not be there. */
  readonly "read-write-paths": readonly string[];
  readonly "read-only-paths": readonly string[];
  readonly "inaccessible-paths": readonly string[];
  readonly "exec-paths": readonly string[];
  readonly "no-exec-paths": readonly string[];
  /** Names of families that are allowed; or, each with `!`, of those that are not. */
  readonly "restrict-address-families": readonly string[];
  /** Kinds of namespaces that may be made and entered; true: none. */
  readonly "restrict-namespaces": true | readonly NamespaceKind[];
  readonly "restrict-suid-sgid": true;
  readonly "restrict-realtime": true;
  readonly "lock-personality": true;
  readonly "memory-deny-write-execute": true;
  /** Calls and groups of them, in order; `!` takes away. The first says what it is taken from. */
  readonly "system-calls": readonly string[];
  readonly "system-call-error": SystemCallError;
  readonly "system-call-architectures": "native";
  readonly "landlock-read-paths": readonly string[];
  readonly "landlock-write-paths": readonly string[];
  readonly "landlock-exec-paths": readonly string[];
  /** TCP ports; none: no port. */
  readonly "landlock-bind-ports": readonly number[];
  readonly "landlock-connect-ports": readonly number[];
  readonly "landlock-scopes": readonly LandlockScope[];
}

export type SandboxLine = keyof SandboxLines;

export type Sandbox = Readonly<Partial<SandboxLines>>;

/** Lines whose value is a list of paths. */
export const PATH_LINES = [
  "read-write-paths",
  "read-only-paths",
  "inaccessible-paths",
  "exec-paths",
  "no-exec-paths",
  "landlock-read-paths",
  "landlock-write-paths",
  "landlock-exec-paths",
] as const satisfies readonly SandboxLine[];

export type PathLine = (typeof PATH_LINES)[number];

/** What a refused call comes to. */
export type SystemCallError = "kill" | keyof typeof ERRORS;

/** Numbers of the errors that a refused call may have: asm-generic/errno.h. */
export const ERRORS = { EPERM: 1, EACCES: 13, ENOSYS: 38, EAFNOSUPPORT: 97 } as const;

export const SYSTEM_CALL_ERRORS = [
  "EPERM",
  "EACCES",
  "ENOSYS",
  "kill",
] as const satisfies readonly SystemCallError[];

/** Kinds of namespaces, with the flag that makes one: clone(2), linux/sched.h. */
export const NAMESPACES = {
  "cgroup": 0x02000000,
  "ipc": 0x08000000,
  "mnt": 0x00020000,
  "net": 0x40000000,
  "pid": 0x20000000,
  "time": 0x00000080,
  "user": 0x10000000,
  "uts": 0x04000000,
} as const;

export type NamespaceKind = keyof typeof NAMESPACES;

/** What cannot be reached outside of the box, with its flag: linux/landlock.h. */
export const LANDLOCK_SCOPES = { "abstract-sockets": 1, "signals": 2 } as const;

export type LandlockScope = keyof typeof LANDLOCK_SCOPES;

/** Families of sockets by the part of their names behind `AF_`: linux/socket.h. */
export const ADDRESS_FAMILIES: Readonly<Record<string, number>> = {
  "unix": 1,
  "inet": 2,
  "ax25": 3,
  "ipx": 4,
  "appletalk": 5,
  "netrom": 6,
  "bridge": 7,
  "atmpvc": 8,
  "x25": 9,
  "inet6": 10,
  "rose": 11,
  "key": 15,
  "netlink": 16,
  "packet": 17,
  "rds": 21,
  "pppox": 24,
  "llc": 26,
  "ib": 27,
  "mpls": 28,
  "can": 29,
  "tipc": 30,
  "bluetooth": 31,
  "rxrpc": 33,
  "phonet": 35,
  "ieee802154": 36,
  "caif": 37,
  "alg": 38,
  "nfc": 39,
  "vsock": 40,
  "kcm": 41,
  "qipcrtr": 42,
  "smc": 43,
  "xdp": 44,
  "mctp": 45,
};
