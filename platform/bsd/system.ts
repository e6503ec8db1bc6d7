/**
 * What all BSDs have alike, made for one of them.
 */
import type { Failure } from "../interface/failure.ts";
import type { Platform } from "../interface/platform.ts";
import { type PosixParts, posixParts } from "../posix/parts.ts";
import { posixProcesses, type Processes } from "../posix/processes/processes.ts";
import { type PosixSystem, posixSystem } from "../posix/system.ts";
import type { BsdKernel } from "./abi.ts";
import { bsdInherited } from "./inherited.ts";
import { withoutSeqpacket } from "./internet_socket.ts";
import { NO_LAST_RESORT } from "../posix/processes/no_last_resort.ts";
import { failure } from "../posix/kernel/kernel.ts";
import { bsdOwnProcess, type OwnProcess } from "./own_process.ts";
import { bsdProcessGroups } from "./process_group.ts";
import { bsdRealPath } from "./real_path.ts";
import { bsdSocketFiles } from "./socket_file.ts";
import { bsdFileStatus } from "./stat.ts";

/** The same number on all systems: errno.h of each. */
const ENODEV = 19;

/** The functions of `Platform`, and what the systems go on with. */
export interface BsdSystem extends Pick<PosixSystem, "sockets" | "copyProgram"> {
  readonly parts: PosixParts;
  /** getpgid(2); 0: of the manager. */
  groupOf(pid: number): number | Failure;
  readonly platform:
    & PosixSystem["platform"]
    & Processes
    & OwnProcess
    & Pick<
      Platform,
      | "signalsBlockedByStub"
      | "realPath"
      | "keptMemories"
      | "openClockWatch"
      | "openMountWatch"
      | "openFileWatch"
      | "deviceAt"
      | "attachDeviceFilter"
      | "lastResort"
      | "leftChannels"
      | "exactStreams"
      | "openWatchdog"
      | ("releaseProgramPages" | "giveMemoryBack")
      | "prefer"
      | "takeKernelConsole"
    >;
}

/**
 * Makes it, and sees to the signals that would end the manager or keep the ends of children from
 * it.
 */
export function bsdSystem(kernel: BsdKernel): BsdSystem {
  const { signals } = kernel.abi;
  const parts = posixParts(kernel, bsdFileStatus(kernel));
  const { mask } = parts;
  // A log that reaches the limit of files (ulimit -f) is an error of write(2), and not the end of
  // the manager.
  mask.ignore([signals.XFSZ]);
  // Where whoever started us ignores it, nobody learns of the ends of children.
  mask.restoreAction(signals.CHLD);
  mask.unblock([signals.CHLD]);
  const { sockets, platform, copyProgram } = posixSystem(kernel, parts, {
    socketFiles: bsdSocketFiles(kernel, parts),
    inherited: bsdInherited(kernel, parts),
  });
  const groupOf = bsdProcessGroups(kernel);
  return {
    parts,
    groupOf,
    sockets,
    copyProgram,
    platform: {
      ...platform,
      ...posixProcesses(kernel, groupOf),
      listenInternet: withoutSeqpacket(kernel, platform.listenInternet),
      realPath: bsdRealPath(kernel),
      ...bsdOwnProcess(kernel, { ...parts, ...platform, copyProgram }),
      // Nothing need be blocked: the filter counts ignored signals.
      signalsBlockedByStub: () => true,
      // ZFS takes no pages beforehand (posix_fallocate(2)), so that a store could end the manager.
      keptMemories: undefined,
      // A timer for that clock (EVFILT_TIMER with NOTE_ABSTIME) is not cancelled when it is set.
      openClockWatch: () => undefined,
      openMountWatch: () => undefined,
      // Nobody asks: what is watched are control groups.
      openFileWatch: () => undefined,
      // There are no control groups, and devfs(8) has rules for jails.
      deviceAt: () => failure(kernel, "stat", ENODEV),
      attachDeviceFilter: () => failure(kernel, "bpf", ENODEV),
      lastResort: NO_LAST_RESORT,
      leftChannels: undefined,
      exactStreams: undefined,
      // watchdogd(8) is for that.
      openWatchdog: () => failure(kernel, "open", ENODEV),
      // Memory is not counted against process 1 there, which is never killed.
      releaseProgramPages: () => {},
      giveMemoryBack: () => {},
      prefer: () => {},
      // Ctrl-Alt-Del comes as SIGINT, and messages can be turned off only for good (kern.consmute
      // at boot).
      takeKernelConsole: () => {},
    },
  };
}
