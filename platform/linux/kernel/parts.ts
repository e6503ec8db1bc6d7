/**
 * What the files of `linux/`, and clients, use of `posix/`, made for Linux. None of it makes a call
 * yet.
 */
import type { Failure } from "../../interface/failure.ts";
import { type ConsoleOwner, posixConsole } from "../../posix/console.ts";
import { type FileChanges, posixFileChanges } from "../../posix/files/file_changes.ts";
import { lastFailure } from "../../posix/kernel/kernel.ts";
import { type PosixParts, posixParts } from "../../posix/parts.ts";
import { posixProcesses, type Processes } from "../../posix/processes/processes.ts";
import { LINUX } from "./kernel.ts";
import { LINUX_STATUS } from "./statx.ts";

export const PARTS: PosixParts = posixParts(LINUX, LINUX_STATUS);

export const { streams, status, files, mask } = PARTS;

export const changes: FileChanges = posixFileChanges(LINUX, files, streams);

export const processes: Processes = posixProcesses(LINUX, groupOf);

export const console: ConsoleOwner = posixConsole(LINUX, { files, streams, mask, groupOf });

function groupOf(pid: number): number | Failure {
  const group = LINUX.numbers(LINUX.calls.getpgid, pid, 0, 0, 0, 0, 0);
  return group < 0 ? lastFailure(LINUX, "getpgid") : group;
}
