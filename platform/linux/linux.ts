/**
 * The platform on Linux, put together from the files of this folder.
 */
import { SIGNALS } from "./abi.ts";
import { peerCredentials } from "./peer_credentials.ts";
import type { Instant } from "../../core/types.ts";
import { errnoText } from "../ffi/errno.ts";
import type { Platform } from "../interface/platform.ts";
import { removeExactly } from "../posix/files/remove_exactly.ts";
import { openConsole, reclaimConsole } from "./console.ts";
import { LINUX_ERRNO } from "./errno.ts";
import { openEventPoller } from "./event_poller.ts";
import { mount, releaseFileSystems } from "./file_systems.ts";
import { exists, readDirectory, readFile, realPath } from "./files.ts";
import { makeDirectory, removeDirectory, writeFile } from "./file_changes.ts";
import { LINUX_FOLDERS } from "./folders.ts";
import { closeInheritedOnExec, descriptorKind, reopenForWriting } from "./inherited.ts";
import { raiseDescriptorLimit, readInheritance } from "./inheritance.ts";
import { reboot, takeKernelConsole } from "./machine.ts";
import { dieOfSignal, executeSelf } from "./own_process.ts";
import { statusAt, statusOf } from "./file_status.ts";
import { linuxLogFiles } from "./log_file_calls.ts";
import { openSpawning } from "./process_making.ts";
import {
  becomeSubreaper,
  childState,
  hasChildren,
  processId,
  reap,
  signal,
  signalAll,
  userId,
} from "./processes.ts";
import { listenInternet } from "./internet_socket.ts";
import { releaseProgramPages } from "./program_pages.ts";
import { recordLogin } from "./utmp.ts";
import { kinship } from "./kinship.ts";
import { listenUnix } from "./listen_unix.ts";
import { processFacts } from "./process_facts.ts";
import { openNotifySocket, receiveMessage } from "./notify_socket.ts";
import {
  isSignalIgnored,
  restoreAction,
  signalsBlockedByStub,
  unblockSignals,
} from "./signal_mask.ts";
import { signalNumber } from "./signal_name.ts";
import { accept, connectDatagram, connectUnix, socketPair } from "./sockets.ts";
import { canWrite, close, pipe, read, setBlocking, waitingInput, write } from "./streams.ts";
import { setTerminalInput } from "./terminal_input.ts";
import { receiveDescriptors, sendDescriptors } from "./descriptor_passing.ts";

/**
 * Opens the platform: makes the poller and reads what children inherit.
 *
 * @throws {Error} When the kernel refuses epoll, the C library is missing, or the environment asks for what is
 * not to be had (`backends.ts`).
 */
export function openLinux(): Platform {
  restoreAction(SIGNALS.CHLD);
  let inheritance = readInheritance();
  const poller = openEventPoller();
  const { launch, expectMany, processMaking, prefer } = openSpawning(() => inheritance);
  return {
    os: "linux",
    poller,
    processMaking,
    now: () => performance.now() as Instant,
    processId,
    userId,
    signalNumber,
    isSignalIgnored,
    errnoText: (errno) => errnoText(LINUX_ERRNO, errno),
    signalsBlockedByStub,
    unblockSignals,
    raiseDescriptorLimit: () => {
      // Children would have to live with the manager's own.
      if (processMaking.kind === "posix_spawn") return undefined;
      const raised = raiseDescriptorLimit(inheritance);
      if ("kind" in raised) return raised;
      inheritance = raised;
      return undefined;
    },
    launch,
    expectManyLaunches: expectMany,
    prefer,
    reap,
    hasChildren,
    childState,
    kinship,
    processFacts,
    signal,
    signalAll,
    pipe,
    read,
    write,
    canWrite,
    waitingInput,
    setBlocking,
    close,
    listenUnix,
    listenInternet,
    accept,
    connectUnix,
    connectDatagram,
    socketPair,
    peerCredentials,
    sendDescriptors,
    receiveDescriptors,
    openNotifySocket,
    receiveMessage,
    readFile,
    readDirectory,
    fileStatus: (path, links) => links === "followed" ? statusOf(path) : statusAt(undefined, path),
    exists,
    realPath,
    removeExactly: (path, file) => removeExactly(LINUX_FOLDERS, path, file),
    ...linuxLogFiles,
    makeDirectory,
    removeDirectory,
    writeFile,
    reopenForWriting,
    descriptorKind,
    closeInheritedOnExec,
    releaseProgramPages,
    becomeSubreaper,
    openConsole,
    setTerminalInput,
    reclaimConsole,
    recordLogin: (record) => recordLogin(record, { release: Deno.osRelease(), timeMs: Date.now() }),
    takeKernelConsole,
    mount,
    releaseFileSystems,
    executeSelf,
    dieOfSignal,
    reboot,
  };
}
