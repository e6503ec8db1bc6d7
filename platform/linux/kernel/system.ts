/**
 * What Linux has in common with the other systems, made for it.
 */
import { type PosixSystem, posixSystem } from "../../posix/system.ts";
import { LINUX_INHERITED } from "./inherited.ts";
import { LINUX } from "./kernel.ts";
import { PARTS } from "./parts.ts";
import { LINUX_SOCKET_FILES } from "./socket_file.ts";

export const LINUX_SYSTEM: PosixSystem = posixSystem(LINUX, PARTS, {
  socketFiles: LINUX_SOCKET_FILES,
  inherited: LINUX_INHERITED,
});
