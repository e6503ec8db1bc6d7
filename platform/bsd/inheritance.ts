/**
 * What children inherit from the manager unless told otherwise: resource limits, as they were at its start.
 */
import type { Limit } from "../child/call.ts";
import { allocate } from "../ffi/memory.ts";
import type { Failure } from "../interface/failure.ts";
import type { Inheritance } from "../child/stub_launcher.ts";
import { type BsdKernel, lastFailure } from "./kernel.ts";

/** There are none outside Linux. */
const NO_CAPABILITIES = { permitted: 0n, inheritable: 0n } as const;

export interface InheritanceOwner {
  /** The same object as long as nothing has changed. */
  present(): Inheritance;
  /** Raises the manager's own soft limit of descriptors to the hard one. */
  raiseDescriptorLimit(): Failure | undefined;
}

/** Reads it from the kernel. */
export function bsdInheritance(kernel: BsdKernel): InheritanceOwner {
  const { addresses, abi, calls } = kernel;
  const { RLIMIT_DATA, RLIMIT_CORE, RLIMIT_NOFILE, RLIMIT_AS } = abi.resources;
  /** struct rlimit: soft, hard. */
  const words = allocate(16);

  function readLimit(resource: number): Limit {
    addresses(calls.getrlimit, resource, words.address, 0, 0, 0, 0);
    return { soft: words.view.getBigUint64(0, true), hard: words.view.getBigUint64(8, true) };
  }

  const numbers = [RLIMIT_DATA, RLIMIT_CORE, RLIMIT_NOFILE, RLIMIT_AS];
  let inheritance: Inheritance = {
    limits: new Map(numbers.map((number) => [number, readLimit(number)])),
    descriptorLimitRaised: false,
    capabilities: NO_CAPABILITIES,
  };

  function raiseDescriptorLimit(): Failure | undefined {
    const own = inheritance.limits.get(RLIMIT_NOFILE);
    if (own === undefined || own.soft === own.hard) return undefined;
    words.view.setBigUint64(0, own.hard, true);
    words.view.setBigUint64(8, own.hard, true);
    const result = addresses(calls.setrlimit, RLIMIT_NOFILE, words.address, 0, 0, 0, 0);
    if (result < 0) return lastFailure(kernel, "setrlimit");
    inheritance = { ...inheritance, descriptorLimitRaised: true };
    return undefined;
  }

  return { present: () => inheritance, raiseDescriptorLimit };
}
