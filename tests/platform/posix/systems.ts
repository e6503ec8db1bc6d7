/**
 * What `platform/posix` is run on: Linux as it is, and Linux's kernel in the forms of the others,
 * where the machine has those. One suite runs on all.
 */
import type { BsdKernel } from "../../../platform/bsd/abi.ts";
import { bsdLimits } from "../../../platform/freebsd/limits.ts";
import { bsdSystem } from "../../../platform/bsd/system.ts";
import { LINUX_LIMITS } from "../../../platform/linux/children/inheritance.ts";
import { LINUX } from "../../../platform/linux/kernel/kernel.ts";
import { PARTS, processes } from "../../../platform/linux/kernel/parts.ts";
import { realPath } from "../../../platform/linux/kernel/real_path.ts";
import { LINUX_SYSTEM } from "../../../platform/linux/kernel/system.ts";
import type { Platform } from "../../../platform/mod.ts";
import type { PosixKernel } from "../../../platform/posix/kernel/kernel.ts";
import type { PosixParts } from "../../../platform/posix/parts.ts";
import type { LimitCalls } from "../../../platform/posix/processes/inheritance.ts";
import type { Processes } from "../../../platform/posix/processes/processes.ts";
import type { PosixSystem } from "../../../platform/posix/system.ts";
import { type Need, testNeeding } from "../../skip.ts";
import { withFolder } from "../linux/folder.ts";
import { LINUX_BY_NUMBER, linuxByName, NEEDS_LINUX } from "./linux_forms.ts";

/** One implementation. */
export interface SystemUnderTest extends Pick<PosixSystem, "sockets" | "copyProgram"> {
  readonly name: string;
  readonly kernel: PosixKernel;
  readonly parts: PosixParts;
  readonly platform: PosixSystem["platform"] & Processes & Pick<Platform, "realPath">;
  /** Undefined: it has no such calls. */
  readonly limits: LimitCalls | undefined;
}

/**
 * All that can be run here. Made before the tests, which must leave no more open than they found.
 */
export const SYSTEMS: readonly SystemUnderTest[] = [
  {
    name: "Linux",
    kernel: LINUX,
    parts: PARTS,
    sockets: LINUX_SYSTEM.sockets,
    copyProgram: LINUX_SYSTEM.copyProgram,
    platform: { ...LINUX_SYSTEM.platform, ...processes, realPath },
    limits: LINUX_LIMITS,
  },
  ...NEEDS_LINUX.every(({ isMet }) => isMet)
    ? [
      asBsd("BSD's calls by number", LINUX_BY_NUMBER, bsdLimits(LINUX_BY_NUMBER)),
      asBsd("BSD's calls by name", linuxByName(), undefined),
    ]
    : [],
];

function asBsd(
  name: string,
  kernel: BsdKernel,
  limits: LimitCalls | undefined,
): SystemUnderTest {
  return { name, kernel, limits, ...bsdSystem(kernel) };
}

/** A test for each of them, with an empty folder. Nothing may stay open. */
export function testSystems(
  what: string,
  body: (system: SystemUnderTest, folder: string) => void,
  needs: readonly Need[] = [],
): void {
  for (const system of SYSTEMS) {
    const name = `${system.name}: ${what}`;
    const fn = () => withFolder((folder) => body(system, folder));
    // Functions by name are bound when they are first called, and stay.
    if (needs.every(({ isMet }) => isMet)) Deno.test({ name, sanitizeResources: false, fn });
    else testNeeding(name, needs, fn);
  }
}
