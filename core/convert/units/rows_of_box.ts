/**
 * What becomes of the directives that box a service in. Source: systemd.exec(5), "Sandboxing",
 * "System call filtering".
 */
import { irrelevant, lost, type Weight } from "../rows.ts";
import { list, lostIfTrue, one, type UnitRow } from "./makers.ts";

const SERVICE = "Service";

/** What the service can do without each that is yes or no. */
const FLAGS: Readonly<Record<string, readonly [string, Weight]>> = {
  PrivateTmp: ["the service shares /tmp and /var/tmp", "some"],
  PrivateDevices: ["the service sees all devices", "some"],
  PrivateNetwork: ["the service has the network", "some"],
  PrivateUsers: ["the service sees all users", "little"],
  PrivateIPC: ["the service shares IPC objects", "little"],
  PrivateMounts: ["the service shares its mounts with the machine", "some"],
  PrivatePIDs: ["the service sees all processes", "little"],
  ProtectClock: ["the clock can be set, if the user may", "little"],
  ProtectHostname: ["the host's name can be set, if the user may", "little"],
  ProtectKernelTunables: ["/proc/sys can be written, if the user may", "some"],
  ProtectKernelModules: ["modules can be loaded, if the user may", "some"],
  ProtectKernelLogs: ["the kernel's log can be read, if the user may", "little"],
  ProtectControlGroups: ["control groups can be changed, if the user may", "little"],
  LockPersonality: ["the personality can be changed", "little"],
  MemoryDenyWriteExecute: ["memory can be made executable", "some"],
  RestrictRealtime: ["realtime scheduling can be asked for, if the user may", "little"],
  RestrictSUIDSGID: ["files with set-user-id can be made", "little"],
  RemoveIPC: ["IPC objects of the user stay", "little"],
  MountAPIVFS: ["/proc, /sys and /dev are those of the machine", "little"],
  MemoryKSM: ["equal pages are not merged", "little"],
};

const MODES: Readonly<Record<string, readonly [string, Weight]>> = {
  ProtectSystem: ["the system can be written, where the user may", "some"],
  ProtectHome: ["homes can be seen, where the user may", "some"],
  ProtectProc: ["processes of others can be seen", "little"],
  ProcSubset: ["all of /proc can be seen", "little"],
  RestrictNamespaces: ["namespaces can be made", "little"],
  MountFlags: ["mounts travel as the machine has it", "little"],
  NetworkNamespacePath: ["the service has the machine's network", "much"],
  IPCNamespacePath: ["the service has the machine's IPC objects", "much"],
  SystemCallErrorNumber: ["no system call is refused", "little"],
};

const LISTS: Readonly<Record<string, readonly [string, Weight]>> = {
  ReadWritePaths: ["nothing is read-only, so nothing needs to be opened", "little"],
  ReadOnlyPaths: ["the paths can be written, where the user may", "some"],
  InaccessiblePaths: ["the paths can be seen, where the user may", "some"],
  ExecPaths: ["programs run from anywhere", "little"],
  NoExecPaths: ["programs run from anywhere", "little"],
  TemporaryFileSystem: ["the paths are those of the machine", "some"],
  BindPaths: ["the paths are not where the service looks for them", "much"],
  BindReadOnlyPaths: ["the paths are not where the service looks for them", "much"],
  RestrictAddressFamilies: ["sockets of every family can be made", "little"],
  RestrictFileSystems: ["every file system can be opened", "little"],
  SystemCallFilter: ["every system call can be made", "some"],
  SystemCallLog: ["no system call is told of", "little"],
  SystemCallArchitectures: ["system calls of every architecture can be made", "little"],
};

export const BOX_ROWS: readonly UnitRow[] = [
  ...Object.entries(FLAGS).map(([name, [what, weight]]) =>
    one(SERVICE, name, lostIfTrue(what, weight))
  ),
  ...Object.entries(MODES).map(([name, [what, weight]]) =>
    one(SERVICE, name, lostIfTrue(what, weight))
  ),
  ...Object.entries(LISTS).map(([name, [what, weight]]) => list(SERVICE, name, lost(what, weight))),
  one(SERVICE, "BindLogSockets", irrelevant("there is no journal")),
];
