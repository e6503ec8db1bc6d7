/**
 * Limits and capabilities of the manager, which its children inherit: prlimit(2), capget(2).
 */
import { allocate } from "../../ffi/memory.ts";
import {
  type Inheritance,
  type InheritanceOwner,
  type LimitCalls,
  posixInheritance,
} from "../../posix/processes/inheritance.ts";
import { PRCTL } from "../kernel/abi.ts";
import { LINUX } from "../kernel/kernel.ts";

const { prlimit64, capget } = LINUX.calls;

/** Limits of this process. */
export const LINUX_LIMITS: LimitCalls = {
  name: "prlimit64",
  read: (resource, address) => LINUX.addresses(prlimit64, 0, resource, 0, address, 0, 0),
  write: (resource, address) => LINUX.addresses(prlimit64, 0, resource, address, 0, 0, 0),
};

/** Reads all of it from the kernel. */
export function linuxInheritance(): InheritanceOwner {
  return posixInheritance(LINUX, LINUX_LIMITS, readCapabilities());
}

/** Header: version, pid. Data: two records of effective, permitted, inheritable: capget(2). */
function readCapabilities(): Inheritance["capabilities"] {
  const header = allocate(8);
  const data = allocate(24);
  header.view.setUint32(0, PRCTL.CAPABILITY_VERSION_3, true);
  LINUX.addresses(capget, header.address, data.address, 0, 0, 0, 0);
  const mask = (low: number) =>
    BigInt(data.view.getUint32(low, true)) | (BigInt(data.view.getUint32(low + 12, true)) << 32n);
  return { permitted: mask(4), inheritable: mask(8) };
}
