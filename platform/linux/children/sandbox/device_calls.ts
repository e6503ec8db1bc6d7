/**
 * A /dev of the child's own: what every program may expect there, taken from the machine's, so that
 * it works where no device can be made.
 */
import type { ChildCall } from "../../../child/call.ts";
import { ERRNO, FILE } from "../../kernel/abi.ts";
import { boxing, forgiving, unlessMissing } from "./boxed_call.ts";
import { placing, treeOf } from "./placing.ts";

/** Of which there may be none: directories on small machines, the socket before its daemon. */
const FILES = ["null", "zero", "full", "random", "urandom", "tty", "ptmx", "log"];
const DIRECTORIES = ["pts", "shm", "mqueue"];

/** hier(7): what devfs and udev make. */
const LINKS: readonly (readonly [name: string, target: string])[] = [
  ["fd", "/proc/self/fd"],
  ["stdin", "/proc/self/fd/0"],
  ["stdout", "/proc/self/fd/1"],
  ["stderr", "/proc/self/fd/2"],
];

/** What is taken from the machine's /dev, while it is in sight. */
export interface DeviceHolds {
  readonly calls: readonly ChildCall[];
}

const NAMES = [...FILES, ...DIRECTORIES];

/** What the machine has not got is not found here either; on the others something is mounted. */
function unusedPlaces(): readonly ChildCall[] {
  return ["log", ...DIRECTORIES].map((name) => {
    const flags = DIRECTORIES.includes(name) ? FILE.AT_REMOVEDIR : 0;
    const removed = device(name).call("unlinkat", FILE.AT_FDCWD, `/dev/${name}`, flags);
    return forgiving(ERRNO.EBUSY, removed);
  });
}

function device(name: string) {
  return boxing("private-devices", `/dev/${name}`);
}

export function deviceHolds(): DeviceHolds {
  return {
    calls: NAMES.map((name) =>
      unlessMissing(true, device(name).call("open_tree", ...treeOf(`/dev/${name}`)))
    ),
  };
}

/** Fills the new /dev. */
export function deviceCalls({ calls }: DeviceHolds): readonly ChildCall[] {
  // Not to write: what is open for that keeps a file system from becoming read-only.
  const flags = FILE.O_CREAT | FILE.O_CLOEXEC | FILE.O_RDONLY;
  const places = NAMES.map((name) => {
    const path = `/dev/${name}`;
    return DIRECTORIES.includes(name)
      ? device(name).call("mkdirat", FILE.AT_FDCWD, path, 0o755)
      : device(name).call("openat", FILE.AT_FDCWD, path, flags, 0o600);
  });
  const placed = NAMES.map((name, index) => {
    const held = calls[index] as ChildCall;
    const moved = device(name).call("move_mount", ...placing(held, `/dev/${name}`));
    return forgiving(ERRNO.EBADF, moved);
  });
  const links = LINKS.map(([name, target]) =>
    device(name).call("symlinkat", target, FILE.AT_FDCWD, `/dev/${name}`)
  );
  return [...places, ...placed, ...unusedPlaces(), ...links];
}
