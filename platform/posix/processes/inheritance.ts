/**
 * What children inherit from the manager unless told otherwise: resource limits and capabilities,
 * as they were at its start.
 */
import { allocate } from "../../ffi/memory.ts";
import type { Failure } from "../../interface/failure.ts";
import { lastFailure, type PosixKernel } from "../kernel/kernel.ts";

/** A resource limit; RLIM_INFINITY is 2^64 − 1, on the BSDs 2^63 − 1. */
export interface Limit {
  readonly soft: bigint;
  readonly hard: bigint;
}

export interface Inheritance {
  /** The manager's limits, as they were at its start: number of the resource → soft, hard. */
  readonly limits: { get(resource: number): Limit | undefined };
  /** Whether the manager has raised its own limit of descriptors since. */
  readonly descriptorLimitRaised: boolean;
  /** Bit masks of the manager's capabilities. There are none outside Linux. */
  readonly capabilities: { readonly permitted: bigint; readonly inheritable: bigint };
}

export interface InheritanceOwner {
  /** The same object as long as nothing has changed. */
  present(): Inheritance;
  /** Raises the manager's own soft limit of descriptors to the hard one. */
  raiseDescriptorLimit(): Failure | undefined;
}

/**
 * How a system reads and sets limits of this process: struct rlimit, two words of 64 bits, soft and
 * hard.
 */
export interface LimitCalls {
  /** Named in failures. */
  readonly name: string;
  /** @param address Where the limit is written to. @returns As the call. */
  read(resource: number, address: number): number;
  write(resource: number, address: number): number;
}

const words = allocate(16);

/** One of this process's limits. */
export function readLimit(calls: LimitCalls, resource: number): Limit {
  calls.read(resource, words.address);
  return { soft: words.view.getBigUint64(0, true), hard: words.view.getBigUint64(8, true) };
}

/** Reads it from the kernel. */
export function posixInheritance(
  kernel: PosixKernel,
  calls: LimitCalls,
  capabilities: Inheritance["capabilities"],
): InheritanceOwner {
  const { RLIMIT_NOFILE } = kernel.abi.resources;
  // The only one that the manager changes; the others can wait until somebody asks.
  const known = new Map([[RLIMIT_NOFILE, readLimit(calls, RLIMIT_NOFILE)]]);
  const limits = {
    get(resource: number): Limit {
      const limit = known.get(resource) ?? readLimit(calls, resource);
      known.set(resource, limit);
      return limit;
    },
  };
  let inheritance: Inheritance = {
    limits,
    descriptorLimitRaised: false,
    capabilities,
  };

  function raiseDescriptorLimit(): Failure | undefined {
    const own = inheritance.limits.get(RLIMIT_NOFILE);
    if (own === undefined || own.soft === own.hard) return undefined;
    words.view.setBigUint64(0, own.hard, true);
    words.view.setBigUint64(8, own.hard, true);
    if (calls.write(RLIMIT_NOFILE, words.address) < 0) return lastFailure(kernel, calls.name);
    inheritance = { ...inheritance, descriptorLimitRaised: true };
    return undefined;
  }

  return { present: () => inheritance, raiseDescriptorLimit };
}
