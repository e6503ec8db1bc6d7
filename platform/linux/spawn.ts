/**
 * Making children on Linux.
 */
import type { Fd } from "../../core/types.ts";
import type { ChildSettings, SpawnResult } from "../child_settings.ts";
import type { Failure } from "../failure.ts";
import {
  type ChildStub,
  createStubSpawner,
  type Inheritance,
  type LaunchPriority,
} from "../stub_spawner.ts";
import { FILE } from "./abi.ts";
import { LINUX_CHILD_SYSTEM } from "./child_system.ts";
import { hasControllingTerminal } from "./console.ts";
import { openFile } from "./files.ts";
import { aboveStandard, failure, kernel } from "./kernel.ts";
import { collect } from "./processes.ts";
import { readIgnoredSignals, withSignalsBlocked } from "./signal_mask.ts";

/** Makes the function that makes children. */
export function createSpawner(
  stub: ChildStub,
  inheritance: () => Inheritance,
  launchPriority?: LaunchPriority,
): (settings: ChildSettings) => SpawnResult {
  return createStubSpawner({
    system: LINUX_CHILD_SYSTEM,
    calls: kernel().abi.calls,
    ignoredSignals: readIgnoredSignals(),
    loadStub: () => stub,
    inheritance,
    openNullDevice,
    hasControllingTerminal,
    ...(launchPriority === undefined ? {} : { launchPriority }),
    withSignalsBlocked,
    collect,
    failure,
  });
}

/** Kept open for good: handing it on takes one call in the child, opening /dev/null two and a lookup. */
export function openNullDevice(): Fd | undefined {
  const fd: Fd | Failure = openFile("/dev/null", FILE.O_RDWR);
  return typeof fd === "number" ? aboveStandard(fd) as Fd : undefined;
}
