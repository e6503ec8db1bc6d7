/**
 * The platform on Linux, put together from the files of this folder.
 */
import type { Platform } from "../interface/platform.ts";
import { SIGNALS } from "./kernel/abi.ts";
import { mount, releaseFileSystems } from "./machine/file_systems.ts";
import { linuxInheritance } from "./children/inheritance.ts";
import { kinship } from "./processes/kinship.ts";
import { reboot, takeKernelConsole } from "./machine/machine.ts";
import { linuxNotifySockets } from "./notify_socket.ts";
import {
  execute,
  executeSelf,
  openScratchFile,
  OWN_EXECUTABLE,
  ownProgram,
} from "./processes/own_process.ts";
import { LINUX_KEPT_MEMORIES } from "./processes/kept_memory.ts";
import { linuxLastResort } from "./processes/last_resort.ts";
import { linuxLeftChannels } from "./left_channels.ts";
import { console, mask, processes } from "./kernel/parts.ts";
import { attachDeviceFilter, deviceAt } from "./machine/device_filter.ts";
import { openClockWatch } from "./poll/clock_watch.ts";
import { openFileWatch } from "./poll/file_watch.ts";
import { openMountWatch } from "./poll/mount_watch.ts";
import { openEventPoller } from "./poll/event_poller.ts";
import { processFacts } from "./processes/process_facts.ts";
import { linuxExactStreams } from "./exact_streams.ts";
import { openSpawning } from "./children/process_making.ts";
import { releaseProgramPages } from "./processes/program_pages.ts";
import { giveMemoryBack } from "./processes/spare_memory.ts";
import { realPath } from "./kernel/real_path.ts";
import { becomeSubreaper } from "./processes/subreaper.ts";
import { LINUX_SYSTEM } from "./kernel/system.ts";
import { recordLogin } from "./machine/utmp.ts";
import { openLinuxWatchdog } from "./machine/watchdog.ts";

/** Those that the entry program blocks for a manager. */
const { CHLD, TERM, INT, HUP, USR1 } = SIGNALS;
const OF_MANAGER = [CHLD, TERM, INT, HUP, USR1];

/**
 * Opens the platform: makes the poller and reads what children inherit.
 *
 * @throws {Error} When the kernel refuses epoll, the C library is missing, or the environment asks
 * for what is not to be had (`kernel/backends.ts`).
 */
export function openLinux(): Platform {
  mask.restoreAction(CHLD);
  const inheritance = linuxInheritance();
  const poller = openEventPoller();
  const { launch, expectMany, processMaking, prefer } = openSpawning(inheritance.present);
  const { platform, sockets, copyProgram } = LINUX_SYSTEM;
  return {
    os: "linux",
    ...platform,
    ...processes,
    poller,
    processMaking,
    // They are not under plain `deno run`, where a manager would lose signals to the runtime's
    // threads.
    signalsBlockedByStub: () => mask.isBlocked(OF_MANAGER),
    // By posix_spawn children would have to live with the manager's own.
    raiseDescriptorLimit: () =>
      processMaking.kind === "posix_spawn" ? undefined : inheritance.raiseDescriptorLimit(),
    launch,
    expectManyLaunches: expectMany,
    prefer,
    kinship,
    processFacts,
    openNotifySocket: linuxNotifySockets(sockets),
    realPath,
    ...{ releaseProgramPages, giveMemoryBack },
    becomeSubreaper,
    openConsole: console.openConsole,
    reclaimConsole: console.reclaimConsole,
    recordLogin: (record) => recordLogin(record, { release: Deno.osRelease(), timeMs: Date.now() }),
    takeKernelConsole,
    mount,
    releaseFileSystems,
    executeSelf: (args, variables) => executeSelf(args, variables, platform.closeInheritedOnExec),
    openClockWatch,
    openMountWatch,
    openFileWatch,
    ...{ deviceAt, attachDeviceFilter },
    ...{ ownProgram, execute, openScratchFile },
    copyOwnProgram: (path) => copyProgram(OWN_EXECUTABLE, path),
    keptMemories: LINUX_KEPT_MEMORIES,
    // What process 1 has started ends with it.
    leftChannels: Deno.pid === 1 ? undefined : linuxLeftChannels(sockets),
    exactStreams: linuxExactStreams(sockets, platform),
    openWatchdog: openLinuxWatchdog,
    lastResort: linuxLastResort(),
    reboot,
  };
}
