/**
 * The functions of a platform that all systems have alike, put together from the files of this
 * folder.
 */
import { errnoText } from "../ffi/errno.ts";
import type { Platform } from "../interface/platform.ts";
import { posixFileChanges } from "./files/file_changes.ts";
import { posixFolders } from "./files/folders.ts";
import { posixServiceFolders } from "./files/service_folder_calls.ts";
import { type InheritedWays, posixInherited } from "./inherited.ts";
import type { PosixKernel } from "./kernel/kernel.ts";
import { posixLogFiles } from "./logs/log_file_calls.ts";
import type { RecordFiles } from "./logs/log_files.ts";
import type { PosixParts } from "./parts.ts";
import { leftReports } from "./processes/left_report.ts";
import { posixDieOfSignal } from "./processes/own_process.ts";
import { posixSuccession, type Succession } from "./processes/succession.ts";
import { signalNumber } from "./processes/signal_name.ts";
import { posixDescriptorPassing } from "./sockets/descriptor_passing.ts";
import { posixInternetSockets } from "./sockets/internet_socket.ts";
import { posixListenUnix, type SocketFileCalls } from "./sockets/listen_unix.ts";
import { posixPeerCredentials } from "./sockets/peer_credentials.ts";
import { posixPeerGroups } from "./sockets/peer_groups.ts";
import { posixSockets, type Sockets } from "./sockets/sockets.ts";
import { posixTerminals } from "./descriptors/terminal.ts";

/** What a system does in a way of its own. */
export interface SystemWays {
  readonly socketFiles: SocketFileCalls;
  readonly inherited: InheritedWays;
}

/** The functions of a platform that are here. */
type PosixPlatform = Pick<
  Platform,
  | "now"
  | "processClockMs"
  | "errnoText"
  | "signalNumber"
  | "isSignalIgnored"
  | "unblockSignals"
  | "pipe"
  | "read"
  | "write"
  | "canWrite"
  | "waitingInput"
  | "waitingBytes"
  | "setBlocking"
  | "close"
  | "accept"
  | "connectUnix"
  | "connectDatagram"
  | "socketPair"
  | "listenUnix"
  | "removeExactly"
  | "listenInternet"
  | "connectInternet"
  | "connectOutcome"
  | "peerCredentials"
  | "peerGroups"
  | "sendDescriptors"
  | "receiveDescriptors"
  | "receiveMessage"
  | "readFile"
  | "readDirectory"
  | "exists"
  | "fileStatus"
  | "makeServiceFolder"
  | "removeServiceFolder"
  | "makeDirectory"
  | "removeDirectory"
  | "changeOwner"
  | "writeFile"
  | "openLogFile"
  | "rotateLogFile"
  | "sizeAtPath"
  | "descriptorKind"
  | "setTerminalInput"
  | "reopenForWriting"
  | "closeInheritedOnExec"
  | "keepClock"
  | "continueClock"
  | "passOn"
  | "readFromStart"
  | "removeFile"
  | "dieOfSignal"
  | "leftReport"
>;

/** The functions, and what the systems go on with. */
export interface PosixSystem {
  readonly sockets: Sockets;
  readonly openRecords: RecordFiles["openRecords"];
  readonly copyProgram: Succession["copyProgram"];
  readonly platform: PosixPlatform;
}

/** The functions over a system. */
export function posixSystem(
  kernel: PosixKernel,
  { streams, status, files, mask }: PosixParts,
  ways: SystemWays,
): PosixSystem {
  const { pipe, read, write, canWrite, waitingInput, waitingBytes, setBlocking, close } = streams;
  const { readFile, readDirectory, exists } = files;
  const sockets = posixSockets(kernel, streams);
  const { accept, connectUnix, connectDatagram, socketPair } = sockets;
  const folders = posixFolders(kernel, { files, streams, status });
  const { openRecords, ...logs } = posixLogFiles(kernel, { streams, files, status });
  const { copyProgram, ...succession } = posixSuccession(kernel, { streams, files, status });
  const platform: PosixPlatform = {
    errnoText: (errno) => errnoText(kernel.errnoTable, errno),
    signalNumber: (name) => signalNumber(kernel.abi, name),
    isSignalIgnored: mask.isIgnored,
    unblockSignals: mask.unblockAll,
    ...{ pipe, read, write, canWrite, waitingInput, waitingBytes, setBlocking, close },
    ...{ accept, connectUnix, connectDatagram, socketPair },
    ...posixListenUnix(kernel, { streams, sockets, folders, socketFiles: ways.socketFiles }),
    ...posixInternetSockets(kernel, { sockets, streams }),
    peerCredentials: posixPeerCredentials(kernel),
    peerGroups: posixPeerGroups(kernel),
    ...posixDescriptorPassing(kernel, streams),
    ...{ readFile, readDirectory, exists },
    fileStatus: (path, links) =>
      links === "followed" ? status.statusOf(path) : status.statusAt(undefined, path),
    ...posixServiceFolders(kernel, { files, streams, status }),
    ...posixFileChanges(kernel, files, streams),
    ...logs,
    ...posixTerminals(kernel),
    ...succession,
    ...posixInherited(kernel, { streams, status, ways: ways.inherited }),
    dieOfSignal: posixDieOfSignal(kernel, mask),
    leftReport: leftReports(read),
  };
  return { sockets, openRecords, copyProgram, platform };
}
