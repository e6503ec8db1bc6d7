/**
 * The platform on macOS, for a user's manager: kqueue, posix_spawn, the C library's functions. The
 * machine as a whole belongs to launchd, so what only PID 1 does is refused.
 *
 * Written against XNU's headers; never run there.
 */
import type { Fd } from "../../core/types.ts";
import { bsdSystem } from "../bsd/system.ts";
import { createSystemPoller } from "../bsd/system_poller.ts";
import type { Failure } from "../interface/failure.ts";
import type { Platform } from "../interface/platform.ts";
import { posixServiceFolders } from "../posix/files/service_folder_calls.ts";
import { aboveStandard, failure } from "../posix/kernel/kernel.ts";
import { SPAWN_ABI } from "../posix_spawn/abi.ts";
import { createPosixSpawner } from "../posix_spawn/spawner.ts";
import { readDirectoryByRuntime } from "./directories.ts";
import { darwinKernel } from "./kernel.ts";
import { unavailableHere } from "./unavailable.ts";

/**
 * Opens the platform.
 *
 * @throws {Error} As PID 1, or when the C library lacks what is needed.
 */
export function openDarwin(): Platform {
  if (Deno.pid === 1) throw new Error("Cannot be process 1 on macOS: launchd is");
  const kernel = darwinKernel();
  const { abi } = kernel;
  const { parts, platform } = bsdSystem(kernel);
  const { files, mask } = parts;
  const refuse = (call: string): Failure => {
    const detail = "only launchd does this on macOS";
    return failure(kernel, call, abi.errno.EOPNOTSUPP, detail);
  };
  return {
    os: "darwin",
    ...platform,
    poller: createSystemPoller(kernel, "darwin", parts),
    processMaking: { kind: "posix_spawn", why: "macOS has nothing else", isFallback: false },
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
    readDirectory: (path) => readDirectoryByRuntime(kernel, path),
    ...posixServiceFolders(kernel, {
      ...parts,
      files: {
        ...files,
        someNames: (path) => {
          const read = readDirectoryByRuntime(kernel, path);
          return read.kind === "names" ? read.names : read;
        },
      },
    }),
    ...unavailableHere(kernel),
    becomeSubreaper: () =>
      failure(kernel, "subreaper", abi.errno.EOPNOTSUPP, "macOS gives orphans to launchd only"),
    openConsole: () => refuse("open"),
    // No child is on the console.
    reclaimConsole: () => {},
    mount: () => refuse("mount"),
    releaseFileSystems: () => [refuse("unmount")],
    reboot: () => refuse("reboot"),
  };
}
