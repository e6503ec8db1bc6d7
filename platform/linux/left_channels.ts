/**
 * Pipes and addresses of a program that has died. Source: proc(5), /proc/PID/fd: opening the link
 * of a pipe opens that pipe, either end of it.
 */
import type { Fd, Pid } from "../../core/types.ts";
import type { LeftChannels } from "../interface/left_channels.ts";
import { FILE } from "./kernel/abi.ts";
import { files, status, streams } from "./kernel/parts.ts";
import { notifySocketAt } from "./notify_socket.ts";
import type { Sockets } from "../posix/sockets/sockets.ts";

const FLAGS = {
  read: FILE.O_RDONLY | FILE.O_NONBLOCK,
  write: FILE.O_WRONLY,
} as const;

export function linuxLeftChannels(sockets: Sockets): LeftChannels {
  return {
    pipeNumber,
    openPipe,
    openNotifySocketAt: (address) => notifySocketAt(sockets, address),
  };
}

/** The number of its inode; all pipes are in one file system. */
function pipeNumber(end: Fd): number | undefined {
  const present = status.statusOfDescriptor(end);
  return "kind" in present || present.type !== "fifo" ? undefined : Number(present.inode);
}

function openPipe(pid: Pid, number: number, end: "read" | "write"): Fd | undefined {
  const folder = `/proc/${pid}/fd`;
  const listed = files.readDirectory(folder);
  if (listed.kind === "failure") return undefined;
  for (const name of listed.names) {
    if (files.readLink(`${folder}/${name}`) !== `pipe:[${number}]`) continue;
    const opened = files.openFile(`${folder}/${name}`, FLAGS[end]);
    if (typeof opened !== "number") return undefined;
    // The process may have changed it meanwhile, or be another one.
    if (pipeNumber(opened) === number) return opened;
    streams.close(opened);
    return undefined;
  }
  return undefined;
}
