/**
 * What children inherit from the manager unless told otherwise: resource limits and capabilities, as they
 * were at its start.
 */
import { addressCalls, lastErrno } from "../ffi/library.ts";
import { allocate } from "../ffi/memory.ts";
import type { ChildContext, Limit } from "../child/call.ts";
import type { Failure } from "../interface/failure.ts";
import type { Inheritance } from "../child/stub_launcher.ts";
import { PRCTL, RESOURCES } from "./abi.ts";
import { failure, kernel } from "./kernel.ts";

const limitWords = allocate(16);

/** Reads all of it from the kernel. */
export function readInheritance(): Inheritance {
  const { RLIMIT_DATA, RLIMIT_CORE, RLIMIT_NOFILE, RLIMIT_AS } = RESOURCES;
  const numbers = [RLIMIT_DATA, RLIMIT_CORE, RLIMIT_NOFILE, RLIMIT_AS];
  return {
    limits: new Map(numbers.map((number) => [number, readLimit(number)])),
    descriptorLimitRaised: false,
    capabilities: readCapabilities(),
  };
}

/** One of the manager's own limits. struct rlimit64: soft, hard: prlimit(2). */
export function readLimit(resource: number): Limit {
  const { abi } = kernel();
  addressCalls().addresses(abi.calls.prlimit64, 0, resource, 0, limitWords.address, 0, 0);
  const { view } = limitWords;
  return { soft: view.getBigUint64(0, true), hard: view.getBigUint64(8, true) };
}

/** Raises the soft limit of descriptors to the hard one. */
export function raiseDescriptorLimit(inheritance: Inheritance): Inheritance | Failure {
  const calls = kernel();
  const own = inheritance.limits.get(RESOURCES.RLIMIT_NOFILE);
  if (own === undefined || own.soft === own.hard) return inheritance;
  limitWords.view.setBigUint64(0, own.hard, true);
  limitWords.view.setBigUint64(8, own.hard, true);
  const { prlimit64 } = calls.abi.calls;
  const { addresses } = addressCalls();
  const { RLIMIT_NOFILE } = RESOURCES;
  const result = addresses(prlimit64, 0, RLIMIT_NOFILE, limitWords.address, 0, 0, 0);
  if (result < 0) return failure("prlimit64", lastErrno(calls));
  return { ...inheritance, descriptorLimitRaised: true };
}

/** Header: version, pid. Data: two records of effective, permitted, inheritable: capget(2). */
function readCapabilities(): ChildContext["capabilities"] {
  const header = allocate(8);
  const data = allocate(24);
  header.view.setUint32(0, PRCTL.CAPABILITY_VERSION_3, true);
  const { abi } = kernel();
  addressCalls().addresses(abi.calls.capget, header.address, data.address, 0, 0, 0, 0);
  const mask = (low: number) =>
    BigInt(data.view.getUint32(low, true)) | (BigInt(data.view.getUint32(low + 12, true)) << 32n);
  return { permitted: mask(4), inheritable: mask(8) };
}
