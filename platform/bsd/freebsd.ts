/**
 * The platform on FreeBSD, put together from the files of this folder.
 *
 * Written against FreeBSD's headers and sources; never run there. `docs/freebsd.md` tells what was run where.
 */
import type { Fd, Instant } from "../../core/types.ts";
import { loadCode } from "../ffi/code_page.ts";
import { launchMemory } from "../ffi/launch_memory.ts";
import { errnoText } from "../ffi/errno.ts";
import type { Failure } from "../interface/failure.ts";
import type { Platform } from "../interface/platform.ts";
import { createStubLauncher, type Launcher } from "../child/stub_launcher.ts";
import { freebsdConsole, openStandardDescriptors } from "./console.ts";
import { bsdDescriptorPassing } from "./descriptor_passing.ts";
import { bsdFileChanges } from "./file_changes.ts";
import { mount, releaseFileSystems } from "./file_systems.ts";
import { bsdFiles } from "./files.ts";
import { INHERIT_NONE, PROCCTL } from "./freebsd_abi.ts";
import { FREEBSD_CHILD_SYSTEM } from "./freebsd_child.ts";
import { type FreebsdKernel, freebsdKernel, processGroups } from "./freebsd_kernel.ts";
import { freebsdStubCode } from "./freebsd_stub.ts";
import { bsdInheritance } from "./inheritance.ts";
import { bsdInherited } from "./inherited.ts";
import { bsdInternetSockets } from "./internet_socket.ts";
import { aboveStandard, failure, lastFailure } from "./kernel.ts";
import { freebsdKinship } from "./kinship.ts";
import { bsdLogFiles } from "./log_file_calls.ts";
import { reboot } from "./machine.ts";
import { bsdNotifySockets } from "./notify_socket.ts";
import { bsdOwnProcess } from "./own_process.ts";
import { freebsdProcessFacts } from "./process_facts.ts";
import { bsdProcesses } from "./processes.ts";
import { bsdSignalMask } from "./signal_mask.ts";
import { signalNumber } from "./signal_name.ts";
import { bsdSockets } from "./sockets.ts";
import { bsdStreams } from "./streams.ts";
import { createSystemPoller } from "./system_poller.ts";
import { freebsdLogins } from "./utmpx.ts";

/**
 * Opens the platform. The queue is made only after descriptors 0 to 2 are open.
 *
 * @throws {Error} When the kernel refuses kqueue or the C library is missing.
 */
export function openFreebsd(): Platform {
  const kernel = freebsdKernel();
  const { abi, calls } = kernel;
  const streams = bsdStreams(kernel);
  const files = bsdFiles(kernel, streams);
  const mask = bsdSignalMask(kernel);
  // A log that reaches the limit of files (ulimit -f) is an error of write(2), and not the end of the manager.
  mask.ignore([abi.signals.XFSZ]);
  // Where whoever started us ignores it, nobody learns of the ends of children.
  mask.restore(abi.signals.CHLD);
  const inherited = bsdInherited(kernel, files, streams);
  const groupOf = processGroups(kernel);
  const processes = bsdProcesses(kernel, groupOf);
  const { hasControllingTerminal, ownConsole, ...console } = freebsdConsole(kernel, {
    files,
    streams,
    mask,
    groupOf,
  });
  const inheritance = bsdInheritance(kernel);
  const sockets = bsdSockets(kernel, files, streams);
  openStandardDescriptors(kernel, files);
  const processFacts = freebsdProcessFacts(kernel, calls);

  const poller = createSystemPoller(kernel, "freebsd", { files, streams, mask });

  let launcher: Launcher | undefined;
  // Made at the first child: by then the manager ignores the signals that it watches.
  const makeLauncher = () =>
    createStubLauncher({
      system: FREEBSD_CHILD_SYSTEM,
      calls,
      ignoredSignals: mask.ignored(),
      loadStub: () => {
        const { memory } = abi;
        const code = freebsdStubCode(Deno.build.arch);
        return loadCode(kernel, {
          ...memory,
          MAP_ANONYMOUS: memory.MAP_ANON,
          mprotect: calls.mprotect,
          failure: (call, errno, detail) => failure(kernel, call, errno, detail),
        }, code);
      },
      launchMemory: (code) =>
        launchMemory(kernel, { ...abi.memory, MAP_ANONYMOUS: abi.memory.MAP_ANON, hide }, code),
      cloneFlags: { sharing: 0, copying: 0 },
      mayShareMemory: () => false,
      inheritance: inheritance.present,
      openNullDevice: () => {
        const fd = files.openFile("/dev/null", abi.file.O_RDWR);
        return typeof fd === "number" ? aboveStandard(kernel, fd) as Fd : undefined;
      },
      hasControllingTerminal,
      ownConsole,
      withSignalsBlocked: (action) => mask.withBlocked("all", action),
      pipe: streams.pipe,
      read: streams.read,
      close: streams.close,
      duplicateAbove: (fd, lowest) => {
        const copy = kernel.numbers(calls.fcntl, fd, abi.file.F_DUPFD_CLOEXEC, lowest, 0, 0, 0);
        return copy < 0 ? lastFailure(kernel, "fcntl") : copy as Fd;
      },
      failure: (call, errno) => failure(kernel, call, errno),
    });

  /** Holes in the range are none of its business: minherit(2), vm_map_inherit of sys/vm/vm_map.c. */
  function hide(from: number, to: number): void {
    kernel.addresses(calls.minherit, from, to - from, INHERIT_NONE, 0, 0, 0);
  }

  return {
    os: "freebsd",
    poller,
    processMaking: { kind: "stub" },
    now: () => performance.now() as Instant,
    signalNumber: (name) => signalNumber(abi.signals, name),
    isSignalIgnored: mask.isIgnored,
    errnoText: (errno) => errnoText(kernel.errnoTable, errno),
    // Nothing need be blocked: the filter counts ignored signals.
    signalsBlockedByStub: () => true,
    unblockSignals: mask.unblockAll,
    raiseDescriptorLimit: inheritance.raiseDescriptorLimit,
    launch: (settings) => (launcher ??= makeLauncher()).launch(settings),
    expectManyLaunches: () => (launcher ??= makeLauncher()).expectMany(),
    ...processes,
    pipe: streams.pipe,
    read: streams.read,
    write: streams.write,
    canWrite: streams.canWrite,
    waitingInput: streams.waitingInput,
    setBlocking: streams.setBlocking,
    ...sockets,
    ...bsdInternetSockets(kernel, streams),
    ...bsdNotifySockets(kernel, { streams, sockets }, notifyDirectory()),
    ...bsdDescriptorPassing(kernel, streams),
    ...bsdFileChanges(kernel, files, streams),
    readFile: files.readFile,
    readDirectory: files.readDirectory,
    exists: files.exists,
    realPath: files.realPath,
    ...bsdLogFiles(kernel, streams),
    ...inherited,
    kinship: freebsdKinship(kernel, calls, processFacts),
    processFacts,
    recordLogin: freebsdLogins(kernel),
    ...console,
    ...bsdOwnProcess(kernel, mask, inherited.closeInheritedOnExec),
    becomeSubreaper: () => becomeReaper(kernel),
    // Ctrl-Alt-Del comes as SIGINT, and messages can be turned off only for good (kern.consmute at boot).
    prefer: () => {},
    takeKernelConsole: () => {},
    mount: (source, target, type, flags, data) => mount(kernel, source, target, type, flags, data),
    releaseFileSystems: () => releaseFileSystems(kernel),
    reboot: (how) => reboot(kernel, how),
  };
}

/** For the sockets of sd_notify(3): a directory for root alone, or the user's own. */
function notifyDirectory(): string {
  if (Deno.uid() === 0) return "/var/run";
  return Deno.env.get("XDG_RUNTIME_DIR") || Deno.env.get("TMPDIR") || "/tmp";
}

/** PROC_REAP_ACQUIRE of procctl(2); PID 1 is a reaper from the start and gets EBUSY, which is fine. */
function becomeReaper(kernel: FreebsdKernel): Failure | undefined {
  const { addresses, abi, calls } = kernel;
  const { P_PID } = abi.wait;
  const command = PROCCTL.PROC_REAP_ACQUIRE;
  if (addresses(calls.procctl, P_PID, 0, command, 0, 0, 0) >= 0) return undefined;
  const problem = lastFailure(kernel, "procctl");
  return problem.errno === abi.errno.EBUSY ? undefined : problem;
}
