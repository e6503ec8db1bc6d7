/** What boxes need to know of this machine; asked when the first one is made. */
import { lastErrno } from "../../../ffi/library.ts";
import { LANDLOCK } from "../../kernel/sandbox_abi.ts";
import { ERRNO } from "../../kernel/abi.ts";
import { failure, LINUX } from "../../kernel/kernel.ts";
import { status } from "../../kernel/parts.ts";
import { currentDirectory } from "../../../posix/files/current_directory.ts";
import type { BoxHost } from "./sandbox_calls.ts";

/** Links into /usr on most systems: hier(7). */
const SYSTEM_DIRECTORIES = ["/bin", "/sbin", "/lib", "/lib32", "/lib64"];

let known: Omit<BoxHost, "directory" | "owner"> | undefined;

export function boxHost(): BoxHost {
  known ??= {
    architecture: LINUX.processor.architecture,
    landlockVersion: landlockVersion(),
    systemDirectories: SYSTEM_DIRECTORIES.filter(isDirectory),
  };
  return {
    ...known,
    directory: () => {
      const directory = currentDirectory(failure, ERRNO.ENOENT);
      return typeof directory === "string" ? directory : undefined;
    },
    owner: { uid: number("geteuid"), gid: number("getegid") },
  };
}

function number(name: "geteuid" | "getegid"): number {
  return LINUX.numbers(LINUX.calls[name], 0, 0, 0, 0, 0, 0);
}

/** landlock_create_ruleset(2): ENOSYS and EOPNOTSUPP where there is none. */
function landlockVersion(): number {
  const { landlock_create_ruleset } = LINUX.calls;
  const { LANDLOCK_CREATE_RULESET_VERSION } = LANDLOCK;
  const flags = LANDLOCK_CREATE_RULESET_VERSION;
  const version = LINUX.numbers(landlock_create_ruleset, 0, 0, flags, 0, 0, 0);
  if (version >= 0) return version;
  lastErrno(LINUX);
  return 0;
}

function isDirectory(path: string): boolean {
  const found = status.statusAt(undefined, path);
  return !("kind" in found) && found.type === "directory";
}
