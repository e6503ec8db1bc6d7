/**
 * Namespaces of a box. A manager that is not root's first makes one of users, in which the child
 * has the rights for all others; root's makes that one last, for it gives up rights by it.
 *
 * Source: unshare(2), user_namespaces(7).
 */
import { needsMounts } from "../../../../core/sandbox/needs.ts";
import type { Sandbox, SandboxLine } from "../../../../core/sandbox/sandbox.ts";
import type { ChildCall } from "../../../child/call.ts";
import { FILE, SOCKET } from "../../kernel/abi.ts";
import { NETWORK_DEVICE, NEW_NAMESPACE } from "../../kernel/sandbox_abi.ts";
import { boxing } from "./boxed_call.ts";

/** User and group by which a child goes through a namespace of users. */
export interface Owner {
  readonly uid: number;
  readonly gid: number;
}

/** Lines that need a namespace other than that of users: the first names it in reports. */
export function namespaceLines(sandbox: Sandbox): readonly SandboxLine[] {
  return (Object.keys(sandbox) as SandboxLine[]).filter((line) =>
    kindOf({ [line]: sandbox[line] }) !== 0
  );
}

/** CLONE_NEW* of what a sandbox asks for, but for users. */
function kindOf(sandbox: Sandbox): number {
  const { CLONE_NEWNS, CLONE_NEWNET, CLONE_NEWUTS } = NEW_NAMESPACE;
  return (needsMounts(sandbox) ? CLONE_NEWNS : 0) |
    (sandbox["private-network"] === true ? CLONE_NEWNET : 0) |
    (sandbox["protect-hostname"] === true ? CLONE_NEWUTS : 0);
}

/** Each by itself, so that a failure names its line. */
export function namespaceCalls(sandbox: Sandbox): readonly ChildCall[] {
  const kinds = new Map<number, SandboxLine>();
  for (const line of namespaceLines(sandbox)) {
    const kind = kindOf({ [line]: sandbox[line] });
    if (!kinds.has(kind)) kinds.set(kind, line);
  }
  const calls = [...kinds].map(([kind, line]) => boxing(line).call("unshare", kind));
  return sandbox["private-network"] === true ? [...calls, ...loopbackCalls()] : calls;
}

/** Bytes of struct ifreq, and where its flags are: linux/if.h. */
const REQUEST_BYTES = 40;
const FLAGS_AT = 16;

/** The loopback device of a new network is down: netdevice(7). */
function loopbackCalls(): readonly ChildCall[] {
  const { call } = boxing("private-network", "lo");
  const request = new DataView(new ArrayBuffer(REQUEST_BYTES));
  [..."lo"].forEach((letter, index) => request.setUint8(index, letter.charCodeAt(0)));
  request.setUint16(FLAGS_AT, NETWORK_DEVICE.IFF_UP, true);
  const words = Array.from(
    { length: REQUEST_BYTES / 8 },
    (_, index) => request.getBigUint64(index * 8, true),
  );
  return [
    call("socket", SOCKET.AF_INET, SOCKET.SOCK_DGRAM | SOCKET.SOCK_CLOEXEC, 0),
    call("ioctl", { kind: "result" }, NETWORK_DEVICE.SIOCSIFFLAGS, { kind: "words64", words }),
  ];
}

/**
 * A namespace of users in which there is one user and one group. Without rights outside no more can
 * be mapped, and a group only once none can be dropped.
 */
export function usersCalls(line: SandboxLine, { uid, gid }: Owner): readonly ChildCall[] {
  return [
    boxing(line).call("unshare", NEW_NAMESPACE.CLONE_NEWUSER),
    ...writeCalls(line, "/proc/self/setgroups", "deny"),
    ...writeCalls(line, "/proc/self/uid_map", `${uid} ${uid} 1\n`),
    ...writeCalls(line, "/proc/self/gid_map", `${gid} ${gid} 1\n`),
  ];
}

/**
 * The same for a child that has become another user but for its saved user ID. What has changed its
 * user cannot be traced, and so its files in /proc are root's: root it stays for opening files
 * until
 * it has written to them. Only then it is the other user in every way.
 *
 * Source: task_dump_owner of fs/proc/base.c; new_idmap_permitted of kernel/user_namespace.c asks
 * for
 * the effective user of who opened the file.
 */
export function otherUsersCalls(
  line: SandboxLine,
  owner: Owner,
  manager: Owner,
): readonly ChildCall[] {
  const { call } = boxing(line);
  const { uid } = owner;
  return [
    call("setfsuid", manager.uid),
    ...usersCalls(line, owner),
    call("setresuid", uid, uid, uid),
  ];
}

function writeCalls(line: SandboxLine, path: string, text: string): readonly ChildCall[] {
  const { call } = boxing(line, path);
  return [
    call("openat", FILE.AT_FDCWD, path, FILE.O_WRONLY | FILE.O_CLOEXEC, 0),
    call("write", { kind: "result" }, text, text.length),
  ];
}
