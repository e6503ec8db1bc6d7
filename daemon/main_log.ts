/**
 * Where the main log goes: a file named on the command line, or syslog's socket once a service with the
 * option starts-log is up. Until then messages wait, bounded, in the stream.
 */
import type { Platform } from "../platform/mod.ts";
import type { Log } from "./log.ts";
import type { OutputStream } from "./output_stream.ts";

/** Source: syslog(3); FreeBSD's is /var/run/log. */
const SYSLOG_SOCKET: Record<Platform["os"], string> = {
  linux: "/dev/log",
  freebsd: "/var/run/log",
  darwin: "/var/run/syslog",
};

const LOG_FILE_MODE = 0o644;

export class MainLog {
  readonly #platform: Platform;
  readonly #stream: OutputStream;
  readonly #log: Log;
  readonly #file: string | undefined;

  constructor(platform: Platform, stream: OutputStream, log: Log, file: string | undefined) {
    this.#platform = platform;
    this.#stream = stream;
    this.#log = log;
    this.#file = file;
    log.mainIsSyslog = file === undefined;
  }

  /** Opens the log file if one was named. @returns What went wrong, as a sentence. */
  openFile(): string | undefined {
    if (this.#file === undefined || this.#stream.isOpen) return undefined;
    const opened = this.#platform.openAppend(this.#file, LOG_FILE_MODE);
    if (typeof opened !== "number") {
      return `Cannot open the log file "${this.#file}": ${opened.message}`;
    }
    this.#stream.open(opened);
    return undefined;
  }

  /** A service says that logging is possible now: connects to syslog, or tries the file again. */
  becomeAvailable(): void {
    if (this.#stream.isOpen) return;
    if (this.#file !== undefined) {
      const fault = this.openFile();
      if (fault !== undefined) this.#log.error(fault);
      return;
    }
    const path = SYSLOG_SOCKET[this.#platform.os];
    const socket = this.#platform.connectDatagram(path);
    if (typeof socket === "number") this.#stream.open(socket);
    else this.#log.error(`Cannot connect to syslog at "${path}": ${socket.message}`);
  }
}
