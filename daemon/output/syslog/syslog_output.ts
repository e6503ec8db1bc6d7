/** Lines of services on their way to syslog. */
import type { SyslogCopy } from "../../../core/description/mod.ts";
import type { SyslogPlace } from "../../../core/log/syslog_place.ts";
import { localMessages, rfc5424Messages } from "../../../core/log/syslog_line.ts";
import type { Fd, Instant, ServiceName } from "../../../core/types.ts";
import type { Platform } from "../../../platform/mod.ts";
import { findHost } from "../host_file.ts";
import { SYSLOG_SOCKET } from "../syslog_place.ts";
import { ServiceLines } from "./service_lines.ts";
import { type KeptSyslog, SyslogSocket } from "./syslog_socket.ts";

export interface SyslogOutputParts {
  readonly platform: Platform;
  /** Who gets messages in the form of RFC 5424; undefined: the system's, in its own. */
  readonly place: SyslogPlace | undefined;
  readonly wallClock: () => number;
  readonly warn: (text: string) => void;
}

/** Linux: proc(5). */
const HOST_NAME = "/proc/sys/kernel/hostname";
const HOST_NAME_BYTES = 300;
/** facility daemon, level warning */
const OWN = { identifier: "dinit", facility: 3, level: 4 };

export class SyslogOutput {
  readonly #parts: SyslogOutputParts;
  readonly #socket: SyslogSocket;
  readonly #lines = new Map<ServiceName, ServiceLines>();
  #host: string | undefined;

  constructor(parts: SyslogOutputParts) {
    this.#parts = parts;
    this.#socket = new SyslogSocket({
      platform: parts.platform,
      place: parts.place ?? { kind: "path", path: SYSLOG_SOCKET[parts.platform.os] },
      findHost,
      lostMessages: (count) => this.#messages(lostText(count), OWN),
      warn: parts.warn,
    });
  }

  take(service: ServiceName, copy: SyslogCopy, text: Uint8Array): void {
    let lines = this.#lines.get(service);
    if (lines === undefined) this.#lines.set(service, lines = new ServiceLines());
    for (const line of lines.take(text)) this.#send(line, copy);
  }

  /** A line that was begun is over. */
  endLine(service: ServiceName, copy: SyslogCopy): void {
    for (const line of this.#lines.get(service)?.finish() ?? []) this.#send(line, copy);
  }

  forget(service: ServiceName): void {
    this.#lines.delete(service);
  }

  /** A syslog says that it is there. */
  becomeAvailable(): void {
    this.#socket.tryAgain();
  }

  handleDescriptor(descriptor: Fd): boolean {
    return this.#socket.handleDescriptor(descriptor);
  }

  next(): Instant | undefined {
    return this.#socket.next();
  }

  runDue(now: Instant): void {
    this.#socket.runDue(now);
  }

  keep(): KeptSyslog {
    return this.#socket.keep();
  }

  adopt(kept: KeptSyslog): void {
    this.#socket.adopt(kept);
  }

  #send(line: string, copy: SyslogCopy): void {
    if (line === "") return;
    for (const message of this.#messages(line, copy)) this.#socket.send(message);
  }

  #messages(line: string, copy: SyslogCopy): readonly string[] {
    const { place, wallClock } = this.#parts;
    if (place === undefined) return localMessages(line, copy);
    const timestamp = new Date(wallClock()).toISOString();
    return rfc5424Messages(line, copy, { timestamp, host: this.#hostName() });
  }

  /** Asked for once: names of machines are given before their services run. */
  #hostName(): string {
    if (this.#host !== undefined) return this.#host;
    const { platform } = this.#parts;
    const file = platform.os === "linux"
      ? platform.readFile(HOST_NAME, HOST_NAME_BYTES)
      : undefined;
    const told = file?.kind === "contents" ? new TextDecoder().decode(file.bytes).trim() : "";
    return this.#host = told === "(none)" ? "" : told;
  }
}

function lostText(count: number): string {
  const lines = count === 1 ? "1 line" : `${count} lines`;
  return `${lines} of services' output lost: syslog did not take them`;
}
