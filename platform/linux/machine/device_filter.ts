/**
 * Devices by their numbers, and control groups whose processes the kernel asks a program for before
 * they may use one: bpf(2), Linux 4.15.
 *
 * union bpf_attr for BPF_PROG_LOAD: prog_type (4) at 0, insn_cnt (4) at 4, insns (8) at 8, license
 * (8) at 16; for BPF_PROG_ATTACH: target_fd (4) at 0, attach_bpf_fd (4) at 4, attach_type (4) at 8,
 * attach_flags (4) at 12. Source: linux/bpf.h.
 */
import type { Fd } from "../../../core/types.ts";
import { lastErrno } from "../../ffi/library.ts";
import { allocate } from "../../ffi/memory.ts";
import type { Failure } from "../../interface/failure.ts";
import type { Platform } from "../../interface/platform.ts";
import { lastFailure, pathAddress, takePath } from "../../posix/kernel/kernel.ts";
import { ERRNO, FILE, STATX } from "../kernel/abi.ts";
import { failure, LINUX } from "../kernel/kernel.ts";
import { files, streams } from "../kernel/parts.ts";

const BPF = {
  PROG_LOAD: 5,
  PROG_ATTACH: 8,
  PROG_TYPE_CGROUP_DEVICE: 15,
  CGROUP_DEVICE: 6,
  /** Control groups within may add programs of their own. */
  F_ALLOW_MULTI: 2,
} as const;
const ATTRIBUTES_BYTES = 128;
const INSTRUCTION_BYTES = 8;

/** As {@link Platform.deviceAt}. */
export function deviceAt(path: string): ReturnType<Platform["deviceAt"]> {
  const status = allocate(STATX.BYTES);
  const problem = takePath(LINUX, "statx", path);
  if (problem !== undefined) return problem;
  const { statx } = LINUX.calls;
  const mask = STATX.STATX_BASIC_STATS;
  const result = LINUX.addresses(statx, FILE.AT_FDCWD, pathAddress, 0, mask, status.address, 0);
  if (result < 0) return lastFailure(LINUX, "statx");
  const type = status.view.getUint16(STATX.MODE, true) & FILE.S_IFMT;
  if (type !== S_IFCHR && type !== S_IFBLK) {
    return failure("statx", ERRNO.ENODEV, "it is no device");
  }
  return {
    kind: "device",
    device: {
      type: type === S_IFCHR ? "char" : "block",
      major: status.view.getUint32(STATX.OWN_MAJOR, true),
      minor: status.view.getUint32(STATX.OWN_MINOR, true),
    },
  };
}

/** stat(2). */
const S_IFCHR = 0o020000;
const S_IFBLK = 0o060000;

/** As {@link Platform.attachDeviceFilter}. */
export function attachDeviceFilter(
  directory: string,
  program: Uint8Array<ArrayBuffer>,
  { hasInner }: { readonly hasInner: boolean },
): Failure | undefined {
  const loaded = load(program);
  if (typeof loaded !== "number") return loaded;
  const group = files.openFile(directory, FILE.O_RDONLY | FILE.O_NONBLOCK);
  const problem = typeof group === "number" ? attach(group, loaded, hasInner) : group;
  // The control group keeps the program.
  streams.close(loaded);
  if (typeof group === "number") streams.close(group);
  return problem;
}

function load(program: Uint8Array<ArrayBuffer>): Fd | Failure {
  const instructions = allocate(program.length);
  instructions.bytes.set(program);
  const license = allocate(8);
  license.bytes.set([...new TextEncoder().encode("GPL"), 0]);
  const attributes = allocate(ATTRIBUTES_BYTES);
  attributes.view.setUint32(0, BPF.PROG_TYPE_CGROUP_DEVICE, true);
  attributes.view.setUint32(4, program.length / INSTRUCTION_BYTES, true);
  attributes.view.setBigUint64(8, BigInt(instructions.address), true);
  attributes.view.setBigUint64(16, BigInt(license.address), true);
  const fd = call(BPF.PROG_LOAD, attributes.address);
  return typeof fd === "number" ? fd as Fd : fd;
}

function attach(group: Fd, program: Fd, hasInner: boolean): Failure | undefined {
  const attributes = allocate(ATTRIBUTES_BYTES);
  attributes.view.setUint32(0, group, true);
  attributes.view.setUint32(4, program, true);
  attributes.view.setUint32(8, BPF.CGROUP_DEVICE, true);
  attributes.view.setUint32(12, hasInner ? BPF.F_ALLOW_MULTI : 0, true);
  const result = call(BPF.PROG_ATTACH, attributes.address);
  return typeof result === "number" ? undefined : result;
}

function call(command: number, address: number): number | Failure {
  const result = LINUX.addresses(
    LINUX.calls.bpf,
    command,
    address,
    ATTRIBUTES_BYTES,
    0,
    0,
    0,
  );
  return result < 0 ? failure("bpf", lastErrno(LINUX)) : result;
}
