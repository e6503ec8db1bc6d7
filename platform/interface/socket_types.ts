/** What sockets are opened with, and what comes over them. Types only. */
import type { Fd } from "../../core/types.ts";
import type { LastingIdentity } from "./file_status.ts";

export interface InternetOptions {
  /** Seqpacket does not exist for IP and fails. */
  readonly type: "stream" | "datagram" | "seqpacket";
  readonly backlog: number;
  /** Of an IPv6 address: does not take IPv4 too. */
  readonly ipv6Only: boolean;
}

export interface ListenOptions {
  /** "stream" when not given. */
  readonly type?: "stream" | "datagram" | "seqpacket";
  /** The file has it from the moment in which it comes to be, whatever the umask. */
  readonly mode: number;
  readonly uid: number | undefined;
  readonly gid: number | undefined;
  readonly backlog: number;
  /**
   * A file that the caller made earlier and has closed since: it may go, although a process may
   * still hold it.
   */
  readonly formerOwn?: LastingIdentity | undefined;
}

/** Another process has a socket at the path. */
export interface SocketInUse {
  readonly kind: "in-use";
  /** EADDRINUSE. */
  readonly errno: number;
}

/**
 * A socket that was bound, and listens unless it is one for datagrams. The caller owns the
 * descriptor.
 */
export interface BoundSocket {
  readonly kind: "socket";
  readonly fd: Fd;
  /** Undefined: an abstract address, which is no file. */
  readonly file: LastingIdentity | undefined;
}

/** What a Unix socket's kernel says of the other end. */
export interface PeerCredentials {
  readonly pid: number;
  readonly uid: number;
  readonly gid: number;
}

/** Bytes and descriptors that came with one read of a socket. */
export interface ReceivedDescriptors {
  readonly kind: "received";
  readonly length: number;
  readonly descriptors: readonly Fd[];
}

/** One datagram. */
export interface ReceivedMessage {
  readonly kind: "message";
  readonly length: number;
  /** It was longer than the room there was. */
  readonly isTruncated: boolean;
  /** As the kernel vouches for; undefined when the socket does not ask for it. */
  readonly sender: PeerCredentials | undefined;
}
