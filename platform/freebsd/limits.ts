/**
 * Limits of this process: getrlimit(2), setrlimit(2).
 */
import type { AddressCalls } from "../ffi/library.ts";
import type { CallNumbers } from "../posix/kernel/kernel.ts";
import type { Inheritance, LimitCalls } from "../posix/processes/inheritance.ts";

/** There are none outside Linux. */
export const NO_CAPABILITIES: Inheritance["capabilities"] = { permitted: 0n, inheritable: 0n };

/** The calls over a system. */
export function bsdLimits(
  { addresses, calls }: Pick<AddressCalls, "addresses"> & {
    readonly calls: CallNumbers<"getrlimit" | "setrlimit">;
  },
): LimitCalls {
  return {
    name: "setrlimit",
    read: (resource, address) => addresses(calls.getrlimit, resource, address, 0, 0, 0, 0),
    write: (resource, address) => addresses(calls.setrlimit, resource, address, 0, 0, 0, 0),
  };
}
