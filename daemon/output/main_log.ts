/**
 * Where the main log goes: a file named on the command line, the kernel's log if that is its name,
 * or syslog's socket once a service with the option starts-log is up. Until then messages wait,
 * bounded, in the stream.
 *
 * A syslog that goes away (an update restarts it) is connected to again; meanwhile messages wait
 * likewise.
 */
import type { Fd, Instant } from "../../core/types.ts";
import type { Failure, FileIdentity, OpenedLogFile, Platform } from "../../platform/mod.ts";
import type { Log } from "./log.ts";
import type { Keeper } from "../kept/keeper.ts";
import { type KeptStream, OutputStream } from "./stream.ts";
import { SYSLOG_SOCKET } from "./syslog_place.ts";
import { timeStamp } from "./time_stamp.ts";

/** Takes one record a write, with its priority: Linux, Documentation/ABI/testing/dev-kmsg. */
const KERNEL_LOG = "/dev/kmsg";

/** Less the umask. */
const LOG_FILE_MODE = 0o644;
/** Between two attempts to connect to a syslog that does not answer. */
const CONNECT_PAUSE_MS = 1000;

/** A main log as another one goes on with it. */
export interface KeptMainLog {
  readonly stream: KeptStream;
  /** The file that is open. */
  readonly opened: FileIdentity | undefined;
}

export class MainLog {
  readonly stream: OutputStream;
  readonly #platform: Platform;
  readonly #file: string | undefined;
  #opened: FileIdentity | undefined;
  #nextAttempt = 0 as Instant;

  /** @param file Named on the command line; undefined: syslog. */
  constructor(platform: Platform, file: string | undefined) {
    this.#platform = platform;
    this.#file = file;
    this.stream = new OutputStream(platform, {
      replace: (lost) => this.#replace(lost),
      renew: (present) => this.#renew(present),
      stamp: () => this.form === "plain" ? timeStamp(Date.now()) : "",
      isGatherable: file !== undefined && file !== KERNEL_LOG,
    });
  }

  /** For {@linkcode adopt}. */
  keep(keeper: Keeper): KeptMainLog {
    return { stream: this.stream.keep(keeper), opened: this.#opened };
  }

  /** Goes on where another one was. */
  adopt({ stream, opened }: KeptMainLog): void {
    this.#opened = opened;
    this.stream.adopt(stream);
  }

  /** What stands in its lines beside the text. */
  get form(): "plain" | "syslog" | "kernel" {
    if (this.#file === undefined) return "syslog";
    return this.#file === KERNEL_LOG ? "kernel" : "plain";
  }

  /** Opens the log file if one was named. @returns What went wrong, as a sentence. */
  openFile(): string | undefined {
    if (this.#file === undefined || this.stream.isOpen) return undefined;
    // A file made in the place of a device that is missing would fill the memory of /dev.
    if (this.#file === KERNEL_LOG && !this.#platform.exists(KERNEL_LOG)) {
      return `Cannot open the log file "${this.#file}": there is no such device`;
    }
    const opened = this.#open(this.#file);
    if (opened.kind === "failure") {
      return `Cannot open the log file "${this.#file}": ${opened.message}`;
    }
    this.stream.open(opened.fd);
    return undefined;
  }

  #open(path: string): OpenedLogFile | Failure {
    const mode = LOG_FILE_MODE & ~Deno.umask();
    const opened = this.#platform.openLogFile(path, { mode, uid: undefined, gid: undefined });
    if (opened.kind === "log-file") this.#opened = opened.file;
    return opened;
  }

  /**
   * A file that somebody has moved or removed is made anew; where that is impossible, the old one
   * is used on.
   */
  #renew(present: Fd): Fd | undefined {
    const path = this.#file;
    if (path === undefined || this.#opened === undefined) return undefined;
    if (this.#platform.sizeAtPath(this.#opened, path) !== undefined) return undefined;
    const opened = this.#open(path);
    if (opened.kind === "failure") return undefined;
    this.#platform.close(present);
    return opened.fd;
  }

  /** A service says that logging is possible now: connects to syslog, or tries the file again. */
  becomeAvailable(log: Pick<Log, "error">): void {
    if (this.stream.isOpen) return;
    if (this.#file !== undefined) {
      const fault = this.openFile();
      if (fault !== undefined) log.error(fault);
      return;
    }
    const socket = this.#connect();
    if (typeof socket === "number") return this.stream.open(socket);
    // It may need a moment yet to make its socket: with each later message this is tried again.
    this.stream.awaitReplacement();
    log.error(`Cannot connect to syslog at "${this.#socketPath}": ${socket.message}`);
  }

  get #socketPath(): string {
    return SYSLOG_SOCKET[this.#platform.os];
  }

  #connect(): Fd | Failure {
    this.#nextAttempt = (this.#platform.now() + CONNECT_PAUSE_MS) as Instant;
    return this.#platform.connectDatagram(this.#socketPath);
  }

  /**
   * A file that cannot be written to is tried again with each message: the disk may have room
   * again.
   */
  #replace(lost: Fd | undefined): Fd | "later" | undefined {
    if (this.#file !== undefined) return undefined;
    if (lost !== undefined) this.#platform.close(lost);
    else if (this.#platform.now() < this.#nextAttempt) return "later";
    const socket = this.#connect();
    return typeof socket === "number" ? socket : "later";
  }
}
