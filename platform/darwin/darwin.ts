/**
 * The platform on macOS, for a user's manager: kqueue, posix_spawn, the C library's functions. The machine as a whole
 * belongs to launchd, so what only PID 1 does is refused.
 *
 * Written against XNU's headers; never run there.
 */
import type { Fd, Instant } from "../../core/types.ts";
import { bsdDescriptorPassing } from "../bsd/descriptor_passing.ts";
import { bsdFileChanges } from "../bsd/file_changes.ts";
import { bsdFiles } from "../bsd/files.ts";
import { bsdInherited } from "../bsd/inherited.ts";
import { aboveStandard, failure, lastFailure } from "../bsd/kernel.ts";
import { bsdOwnProcess } from "../bsd/own_process.ts";
import { bsdProcesses } from "../bsd/processes.ts";
import { bsdSignalMask } from "../bsd/signal_mask.ts";
import { signalNumber } from "../bsd/signal_name.ts";
import { bsdSockets } from "../bsd/sockets.ts";
import { bsdStreams } from "../bsd/streams.ts";
import { createSystemPoller } from "../bsd/system_poller.ts";
import { bsdInternetSockets } from "../bsd/internet_socket.ts";
import { bsdLogFiles } from "../bsd/log_file_calls.ts";
import { errnoText } from "../ffi/errno.ts";
import { systemLibrary } from "../ffi/library.ts";
import type { Failure } from "../interface/failure.ts";
import type { Platform } from "../interface/platform.ts";
import { SPAWN_ABI } from "../posix_spawn/abi.ts";
import { createPosixSpawner } from "../posix_spawn/spawner.ts";
import { unavailableHere } from "./unavailable.ts";
import { readDirectoryByRuntime } from "./directories.ts";
import { darwinKernel } from "./kernel.ts";

/**
 * Opens the platform.
 *
 * @throws {Error} As PID 1, or when the C library lacks what is needed.
 */
export function openDarwin(): Platform {
  if (Deno.pid === 1) throw new Error("Cannot be process 1 on macOS: launchd is");
  const kernel = darwinKernel();
  const { abi } = kernel;
  const streams = bsdStreams(kernel);
  const files = bsdFiles(kernel, streams);
  const mask = bsdSignalMask(kernel);
  // A log that reaches the limit of files (ulimit -f) is an error of write(2), and not the end of the manager.
  mask.ignore([abi.signals.XFSZ]);
  // Where whoever started us ignores it, nobody learns of the ends of children.
  mask.restore(abi.signals.CHLD);
  const inherited = bsdInherited(kernel, files, streams);
  const getpgid = bindGetpgid();
  const processes = bsdProcesses(kernel, (pid) => {
    const group = getpgid(pid);
    return group < 0 ? lastFailure(kernel, "getpgid") : group;
  });
  const refuse = (call: string): Failure => {
    const detail = "only launchd does this on macOS";
    return failure(kernel, call, abi.errno.EOPNOTSUPP, detail);
  };

  const poller = createSystemPoller(kernel, "darwin", { files, streams, mask });

  return {
    os: "darwin",
    poller,
    processMaking: { kind: "posix_spawn", why: "macOS has nothing else", isFallback: false },
    now: () => performance.now() as Instant,
    signalNumber: (name) => signalNumber(abi.signals, name),
    isSignalIgnored: mask.isIgnored,
    errnoText: (errno) => errnoText(kernel.errnoTable, errno),
    // Nothing need be blocked: the filter counts ignored signals.
    signalsBlockedByStub: () => true,
    unblockSignals: mask.unblockAll,
    // Children would have to live with the manager's own.
    raiseDescriptorLimit: () => undefined,
    expectManyLaunches: () => {},
    launch: createPosixSpawner({
      abi: SPAWN_ABI.darwin,
      system: { file: abi.file, terminal: abi.terminal, signals: abi.signals },
      ignoredSignals: mask.ignored,
      openNullDevice: () => {
        const fd = files.openFile("/dev/null", abi.file.O_RDWR);
        return typeof fd === "number" ? aboveStandard(kernel, fd) as Fd : undefined;
      },
      isDirectory: (path) => readDirectoryByRuntime(kernel, path).kind === "names",
      withSignalsBlocked: (action) => mask.withBlocked("all", action),
    }),
    ...processes,
    pipe: streams.pipe,
    read: streams.read,
    write: streams.write,
    canWrite: streams.canWrite,
    waitingInput: streams.waitingInput,
    setBlocking: streams.setBlocking,
    close: streams.close,
    ...bsdSockets(kernel, files, streams),
    ...bsdInternetSockets(kernel, streams),
    ...bsdDescriptorPassing(kernel, streams),
    ...bsdFileChanges(kernel, files, streams),
    readFile: files.readFile,
    readDirectory: (path) => readDirectoryByRuntime(kernel, path),
    exists: files.exists,
    realPath: files.realPath,
    ...bsdLogFiles(kernel, streams),
    ...inherited,
    ...unavailableHere(kernel),
    ...bsdOwnProcess(kernel, mask, inherited.closeInheritedOnExec),
    becomeSubreaper: () =>
      failure(kernel, "subreaper", abi.errno.EOPNOTSUPP, "macOS gives orphans to launchd only"),
    openConsole: () => refuse("open"),
    // No child is on the console.
    reclaimConsole: () => {},
    prefer: () => {},
    takeKernelConsole: () => {},
    mount: () => refuse("mount"),
    releaseFileSystems: () => [refuse("unmount")],
    reboot: () => refuse("reboot"),
  };
}

function bindGetpgid(): (pid: number) => number {
  const { symbols } = Deno.dlopen(systemLibrary(), {
    getpgid: { parameters: ["i32"], result: "i32" },
  });
  return symbols.getpgid;
}
