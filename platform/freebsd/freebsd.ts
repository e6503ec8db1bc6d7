/**
 * The platform on FreeBSD, put together from the files of this folder.
 *
 * Written against FreeBSD's headers and sources; never run there. `docs/freebsd.md` tells what was
 * run where.
 */
import { CHILD_LAUNCH } from "../../native/code/child_launch.ts";
import type { Fd } from "../../core/types.ts";
import { type Launcher, StubLauncher } from "../child/stub_launcher.ts";
import { loadCode } from "../ffi/code_page.ts";
import { launchMemory } from "../ffi/launch_memory.ts";
import type { Failure } from "../interface/failure.ts";
import type { Platform } from "../interface/platform.ts";
import { aboveStandard, failure, lastFailure } from "../posix/kernel/kernel.ts";
import { type InheritanceOwner, posixInheritance } from "../posix/processes/inheritance.ts";
import { type FreebsdConsole, freebsdConsole, openStandardDescriptors } from "./console.ts";
import { mount, releaseFileSystems } from "./file_systems.ts";
import { FREEBSD_MEMORY, INHERIT_NONE, PROCCTL } from "./abi.ts";
import { FREEBSD_CHILD_SYSTEM } from "./child_system.ts";
import { type FreebsdKernel, freebsdKernel } from "./kernel.ts";
import { freebsdKinship } from "./kinship.ts";
import { bsdLimits, NO_CAPABILITIES } from "./limits.ts";
import { reboot } from "./machine.ts";
import { bsdNotifySockets } from "./notify_socket.ts";
import { freebsdProcessFacts } from "./process_facts.ts";
import { type BsdSystem, bsdSystem } from "../bsd/system.ts";
import { createSystemPoller } from "../bsd/system_poller.ts";
import { freebsdLogins } from "./utmpx.ts";

const MEMORY = { ...FREEBSD_MEMORY, MAP_ANONYMOUS: FREEBSD_MEMORY.MAP_ANON };

/**
 * Opens the platform. The queue is made only after descriptors 0 to 2 are open.
 *
 * @throws {Error} When the kernel refuses kqueue or the C library is missing.
 */
export function openFreebsd(): Platform {
  const kernel = freebsdKernel();
  const { calls } = kernel;
  const system = bsdSystem(kernel);
  const { parts, sockets, groupOf, platform } = system;
  const console = freebsdConsole(kernel, { ...parts, groupOf });
  const inheritance = posixInheritance(kernel, bsdLimits(kernel), NO_CAPABILITIES);
  openStandardDescriptors(kernel, parts.files);
  const processFacts = freebsdProcessFacts(kernel, calls);
  const poller = createSystemPoller(kernel, "freebsd", parts);
  let launcher: Launcher | undefined;
  // Made at the first child: by then the manager ignores the signals that it watches.
  const present = () => launcher ??= makeLauncher(kernel, { system, console, inheritance });
  const notifying = { ...parts, sockets, listening: platform };
  return {
    os: "freebsd",
    ...platform,
    poller,
    processMaking: { kind: "stub" },
    raiseDescriptorLimit: inheritance.raiseDescriptorLimit,
    launch: (settings) => present().launch(settings),
    expectManyLaunches: () => present().expectMany(),
    ...bsdNotifySockets(kernel, notifying, notifyDirectory()),
    kinship: freebsdKinship(kernel, calls, processFacts),
    processFacts,
    recordLogin: freebsdLogins(kernel),
    openConsole: console.openConsole,
    reclaimConsole: console.reclaimConsole,
    becomeSubreaper: () => becomeReaper(kernel),
    mount: (source, target, type, flags, data) => mount(kernel, source, target, type, flags, data),
    releaseFileSystems: () => releaseFileSystems(kernel),
    reboot: (how) => reboot(kernel, how),
  };
}

function makeLauncher(
  kernel: FreebsdKernel,
  { system, console, inheritance }: {
    readonly system: BsdSystem;
    readonly console: FreebsdConsole;
    readonly inheritance: InheritanceOwner;
  },
): Launcher {
  const { calls, abi } = kernel;
  const { files, streams, mask } = system.parts;
  /**
   * Holes in the range are none of its business: minherit(2), vm_map_inherit of sys/vm/vm_map.c.
   */
  const hide = (from: number, to: number) => {
    kernel.addresses(calls.minherit, from, to - from, INHERIT_NONE, 0, 0, 0);
  };
  return new StubLauncher({
    system: FREEBSD_CHILD_SYSTEM,
    calls,
    ignoredSignals: mask.ignored(),
    loadStub: () =>
      loadCode(kernel, {
        ...MEMORY,
        mprotect: calls.mprotect,
        failure: (call, errno, detail) => failure(kernel, call, errno, detail),
      }, Uint8Array.fromHex(CHILD_LAUNCH.freebsd[Deno.build.arch])),
    launchMemory: (code) => launchMemory(kernel, { ...MEMORY, hide }, code),
    cloneFlags: { sharing: 0, copying: 0 },
    mayShareMemory: () => false,
    inheritance: inheritance.present,
    openNullDevice: () => {
      const fd = files.openFile("/dev/null", abi.file.O_RDWR);
      return typeof fd === "number" ? aboveStandard(kernel, fd) as Fd : undefined;
    },
    hasControllingTerminal: console.hasControllingTerminal,
    ownConsole: console.ownConsole,
    withSignalsBlocked: (action) => mask.withBlocked("all", action),
    pipe: streams.pipe,
    read: streams.read,
    close: streams.close,
    duplicateAbove: streams.duplicateAbove,
    failure: (call, errno) => failure(kernel, call, errno),
  });
}

/** For the sockets of sd_notify(3): a directory for root alone, or the user's own. */
function notifyDirectory(): string {
  if (Deno.uid() === 0) return "/var/run";
  return Deno.env.get("XDG_RUNTIME_DIR") || Deno.env.get("TMPDIR") || "/tmp";
}

/**
 * PROC_REAP_ACQUIRE of procctl(2); PID 1 is a reaper from the start and gets EBUSY, which is fine.
 */
function becomeReaper(kernel: FreebsdKernel): Failure | undefined {
  const { addresses, abi, calls } = kernel;
  const { P_PID } = abi.wait;
  const command = PROCCTL.PROC_REAP_ACQUIRE;
  if (addresses(calls.procctl, P_PID, 0, command, 0, 0, 0) >= 0) return undefined;
  const problem = lastFailure(kernel, "procctl");
  return problem.errno === abi.errno.EBUSY ? undefined : problem;
}
