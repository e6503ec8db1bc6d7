/**
 * The interface to the operating system: what the daemon may ask of it.
 *
 * Everything is synchronous: one thread, one blocking wait (`Poller.wait`), no promise. `core/`
 * sees these names as types only. Failures of the kernel are values: `Failure`.
 */
import type { ExitStatus, Fd, Instant, Pid, System } from "../../core/types.ts";
import type {
  ChildSettings,
  LaunchOutcome,
  LaunchResult,
  NumberNote,
  ProcessMaking,
  Reaped,
} from "./child_settings.ts";
import type { Failure } from "./failure.ts";
import type { FileWatch } from "./file_watch.ts";
import type { FileIdentity, FileStatus, LastingIdentity } from "./file_status.ts";
import type {
  FileContents,
  LogFileOwner,
  LogRotationNames,
  MadeFolder,
  OpenedLogFile,
} from "./file_types.ts";
import type { KeptMemories } from "./kept_memory.ts";
import type { LastResort } from "./last_resort.ts";
import type { LeftChannels } from "./left_channels.ts";
import type { OpenMachineWatchdog } from "./machine_watchdog.ts";
import type { ExactStreams } from "./exact_streams.ts";
import type { ProcessFacts } from "./process_facts.ts";
import type {
  BoundSocket,
  InternetOptions,
  ListenOptions,
  PeerCredentials,
  ReceivedDescriptors,
  ReceivedMessage,
  SocketInUse,
} from "./socket_types.ts";

/** What became ready. One object per wait is reused: read it inside the call. */
export interface PollSink {
  /** A watched descriptor. Hang-up and error conditions count as both readable and writable. */
  descriptor(fd: Fd, readable: boolean, writable: boolean): void;
  /**
   * A signal arrived for the manager; several of one kind may have been merged. Number as the
   * kernel has it.
   */
  signal(signal: number): void;
  /**
   * A process of `watchProcess` has ended; kind "none" where the system does not tell how. It comes
   * after the signals of the same wait, and before the descriptors.
   */
  processEnded?(pid: Pid, status: ExitStatus): void;
  /**
   * All signals and ends of this wait are told, its descriptors come next. What is unwatched now is
   * not reported any more, so this is the time to collect children: that closes what belonged to
   * them.
   */
  beforeDescriptors?(): void;
}

/** Readiness of descriptors and arrival of signals: epoll with signalfd, or kqueue. */
export interface Poller {
  /**
   * Begins to watch. Level-triggered. A descriptor is watched once at a time; with no interest at
   * all it is remembered but reports nothing, not even a hang-up.
   *
   * @returns undefined when done; EPERM for what is always ready (regular files), EBADF, ENOSPC.
   */
  watch(fd: Fd, interest: Interest): Failure | undefined;
  /** Changes what a watched descriptor is watched for. @throws {Error} When it is not watched. */
  change(fd: Fd, interest: Interest): void;
  /**
   * Ends the watch, before the descriptor is closed; nothing of this wait is reported for it any
   * more.
   */
  unwatch(fd: Fd): void;
  /** Signals to be reported from now on; they are blocked in every thread by the entry program. */
  watchSignals(signals: readonly number[]): Failure | undefined;
  /**
   * A process that is no child is to be reported when it ends, once. The ends of children come as
   * SIGCHLD.
   *
   * @returns ESRCH when there is none (any more).
   */
  watchProcess(pid: Pid): Failure | undefined;
  /** Nothing is reported of a process of `watchProcess` any more. */
  unwatchProcess(pid: Pid): void;
  /**
   * Waits until something is ready and reports all of it.
   *
   * @param timeoutMs Longest wait; Infinity: for ever; 0: look only. Fractions are rounded up.
   */
  wait(timeoutMs: number, sink: PollSink): void;
}

export interface Interest {
  readonly read: boolean;
  readonly write: boolean;
}

/** What is written into utmp and wtmp. `id` and `line`: those of inittab(5), "" when not given. */
export type LoginRecord =
  | { readonly kind: "boot" }
  | {
    readonly kind: "started" | "ended";
    readonly id: string;
    readonly line: string;
    readonly pid: Pid;
  };

/** The time of a program, as the one that is executed in its place can go on with it. */
export interface KeptClock {
  readonly instant: Instant;
  /** The kernel's own clock at that moment, in milliseconds. */
  readonly kernelMs: number;
}

/** The file that this program was executed from. */
export interface ProgramFile {
  readonly path: string;
  /** It is not there any more; another one may be in its place. */
  readonly isGone: boolean;
}

/** `launches`: the manager's thread, and children until they have executed their program. */
export type Preferred = "nobody" | "manager" | "launches";

export interface Platform {
  readonly os: System;
  readonly poller: Poller;
  readonly processMaking: ProcessMaking;

  now(): Instant;
  /**
   * The clock by which the system dates processes, in milliseconds. On Linux that of the time since
   * the boot, suspended time included; elsewhere it is set as the time of day is.
   */
  processClockMs(): number;
  /**
   * A descriptor that becomes readable when the clock of the time of day is set, or the machine has
   * slept, and stays so: then it is to be closed, and another opened. undefined: the system does
   * not tell.
   */
  openClockWatch(): Fd | Failure | undefined;
  /**
   * A descriptor that tells each change of the table of mounts as an error condition; it is to be
   * watched for writing, since it can always be read. undefined: the system does not tell.
   */
  openMountWatch(): Fd | Failure | undefined;
  /** Watches files for changes. undefined: the system does not tell. */
  openFileWatch(): FileWatch | Failure | undefined;
  processId(): Pid;
  userId(): number;

  /**
   * Whether the manager's signals are blocked in this thread, as the executable's entry program
   * leaves them. They are not under plain `deno run`: then signals would be lost to the runtime's
   * other threads, and a manager should refuse to run.
   */
  signalsBlockedByStub(): boolean;
  /** Lets all signals through to this thread again; for clients. */
  unblockSignals(): void;
  /**
   * Raises the manager's own limit of open descriptors as far as it may; children get the first
   * one.
   */
  raiseDescriptorLimit(): Failure | undefined;

  /**
   * `SIGTERM`, `TERM` → 15, on Linux `RTMIN+3` → 37, and the like; undefined when the system has no
   * such signal.
   */
  signalNumber(name: string): number | undefined;
  /** Whether whoever started this program had it ignore the signal. Asked before it is watched. */
  isSignalIgnored(signal: number): boolean;
  /** ENOENT, "no such file or directory". */
  errnoText(errno: number): { readonly name: string; readonly text: string };

  /**
   * Makes a process, and does not wait for it to execute its program: its user could stop it before
   * that. Descriptors that were opened for it alone may be closed at once.
   *
   * An environment that is passed again as the same array is not encoded again.
   *
   * @param note Where the process's number is to be noted before it begins, whatever becomes of
   *   this program. The words are 0 before, and stay so where there is no process; where
   *   {@linkcode processMaking} is not the stub, they always do.
   */
  launch(settings: ChildSettings, note?: NumberNote): LaunchResult;
  /**
   * From now on the memory of this process is kept from children as far as they do not need it,
   * which makes launching cheaper. Nothing else in this process may make children by fork
   * afterwards.
   */
  expectManyLaunches(): void;
  /**
   * Who gets a processor before all ordinary processes, until the next call. Nothing happens where
   * the system has no such thing or does not allow it.
   */
  prefer(whom: Preferred): void;
  /**
   * As `Launch.outcome`, of a launch of the manager that was here before. Which step has failed is
   * not known any more.
   */
  leftReport(report: Fd): LaunchOutcome;
  /**
   * Collects one ended child, ours or adopted; undefined when none has ended.
   *
   * @param note Called before it is collected: until then the kernel tells of it, too.
   */
  reap(note?: (ended: Reaped) => void): Reaped | undefined;
  /** Whether any child is left, ended or not. */
  hasChildren(): boolean;
  /**
   * What a process is to us, without reaping it: a living child, a child that has ended, somebody
   * else's process, or none at all.
   */
  childState(pid: Pid): "running" | "ended" | "foreign" | "none";
  /** What the system tells of a process, whoever's it is. */
  processFacts(pid: Pid): ProcessFacts;
  /** Whether a process is another one or descends from it; "gone" when it has ended meanwhile. */
  kinship(pid: Pid, ancestor: Pid): "related" | "stranger" | "gone";
  /**
   * To a process, or with `group` to the process group that it is in; if that is the manager's own,
   * to the process alone. ESRCH comes as a Failure.
   */
  signal(pid: Pid, signal: number, target: "process" | "group"): Failure | undefined;
  /** To every process the manager may signal, but itself. */
  signalAll(signal: number): Failure | undefined;

  /** All descriptors are close-on-exec and non-blocking from birth. */
  pipe(): { readonly kind: "pipe"; readonly readEnd: Fd; readonly writeEnd: Fd } | Failure;
  /**
   * @returns Bytes read into the buffer; 0 at the end of the stream; "again" when nothing is there.
   */
  read(fd: Fd, buffer: Uint8Array): number | "again" | Failure;
  /** @returns Bytes written; "again" when it would block. Never raises SIGPIPE. */
  write(fd: Fd, bytes: Uint8Array): number | "again" | Failure;
  /**
   * Whether a small write (up to 256 bytes) would be taken at once: for descriptors that others
   * share and that may therefore not be made non-blocking. Also true when the write would fail.
   */
  canWrite(fd: Fd): boolean;
  /**
   * Whether a read or accept would find something; "hung-up": nothing can come any more, for the
   * socket was shut down.
   */
  waitingInput(fd: Fd): "none" | "some" | "hung-up";
  /** How many bytes wait in a pipe, be its other end open or not. */
  waitingBytes(fd: Fd): number;
  /** Sets or clears O_NONBLOCK, for all who share the open file. */
  setBlocking(fd: Fd, blocking: boolean): Failure | undefined;
  /** Unwatch it first. */
  close(fd: Fd): void;

  /**
   * Listening Unix socket at a path, or with an abstract name. A stale socket in the way is
   * removed; one that a process has is `in-use`, any other file a Failure (EEXIST).
   */
  listenUnix(
    path: string,
    options: ListenOptions,
  ): BoundSocket | Failure | SocketInUse;
  /** TCP (listening) or UDP socket bound to an address and port. */
  listenInternet(
    where: { readonly address: readonly number[]; readonly port: number },
    options: InternetOptions,
  ): Fd | Failure;
  /**
   * Begins a TCP connection, without waiting: the socket becomes writable when it is there, or when
   * it will not be. Which of the two {@linkcode connectOutcome} tells.
   */
  connectInternet(
    where: { readonly address: readonly number[]; readonly port: number },
    type?: "stream" | "datagram",
  ): Fd | Failure;
  /** @returns undefined: the connection is there. */
  connectOutcome(socket: Fd): Failure | undefined;
  accept(listener: Fd): Fd | "again" | Failure;
  connectUnix(path: string): Fd | Failure;
  /** Connected Unix datagram socket (syslog's /dev/log). */
  connectDatagram(path: string): Fd | Failure;
  /** Datagram socket at an address that no other has; every message comes with its sender. */
  openNotifySocket():
    | { readonly kind: "notify-socket"; readonly fd: Fd; readonly address: string }
    | Failure;
  /** @param stays Whether the next call gives the same message again. */
  receiveMessage(
    socket: Fd,
    target: Uint8Array,
    stays?: boolean,
  ): ReceivedMessage | "again" | Failure;
  /** undefined: the system does not tell how far a stream has come. */
  readonly exactStreams: ExactStreams | undefined;
  socketPair(): { readonly kind: "pair"; readonly near: Fd; readonly far: Fd } | Failure;
  peerCredentials(socket: Fd): PeerCredentials | Failure;
  /** Groups of the other end, the first of {@link peerCredentials} not always among them. */
  peerGroups(socket: Fd): readonly number[] | Failure;
  /** Bytes (at least one) with copies of descriptors; answers the bytes sent. */
  sendDescriptors(socket: Fd, bytes: Uint8Array, descriptors: readonly Fd[]):
    | number
    | "again"
    | Failure;
  /** The caller owns what arrives; length 0: the other end has closed. */
  receiveDescriptors(socket: Fd, target: Uint8Array): ReceivedDescriptors | "again" | Failure;

  /**
   * Reads a regular file whole, never waiting for a FIFO. Anything but a regular file (EISDIR,
   * EINVAL), or one larger than the limit (EFBIG), is a Failure.
   */
  readFile(path: string, limitBytes: number): FileContents | Failure;
  /** Names in a directory, without `.` and `..`, in the order of the system. */
  readDirectory(path: string): { readonly kind: "names"; readonly names: string[] } | Failure;
  /** What is at a path: what a link there leads to, or the link itself. */
  fileStatus(path: string, links: "followed" | "itself"): FileStatus | Failure;
  /** Whether the path exists (links followed). */
  exists(path: string): boolean;
  /** The path made absolute with every link resolved: realpath(3). A loop of links is ELOOP. */
  realPath(path: string): { readonly kind: "path"; readonly path: string } | Failure;
  /**
   * Removes a file if it is this one; another one that lies there by now stays, and that is no
   * Failure.
   */
  removeExactly(path: string, file: LastingIdentity): Failure | undefined;
  /**
   * Opens a log to append to it, non-blocking, close-on-exec. A file that is not there is made, and
   * gets mode and owner; what is there keeps them. In a folder that others can write no link is
   * followed, and only a file of the manager's user, `uid` or `serviceUser` with one name is taken
   * (`posix/files/file_trust.ts`); the message says why not. A FIFO that nobody reads is a Failure
   * (ENXIO), as is a directory (EISDIR).
   *
   * @param path A relative one is relative to the manager's own directory.
   */
  openLogFile(path: string, owner: LogFileOwner): OpenedLogFile | Failure;
  /**
   * Gives a log and its old files their next names, and makes a new file. "replaced": there is
   * nothing at the path, or another file, and nothing was done. After a failure all is as before,
   * but for gaps in the numbers.
   */
  rotateLogFile(
    path: string,
    owner: LogFileOwner,
    names: LogRotationNames,
  ): OpenedLogFile | Failure | { readonly kind: "replaced" };
  /**
   * Bytes of this file if the path leads to it, links followed; undefined: it leads elsewhere, or
   * nowhere.
   */
  sizeAtPath(file: FileIdentity, path: string): number | undefined;
  /**
   * Makes a folder for a service, or gives the one that is there owner and mode. In a folder that
   * others can write, one that is there stays as it is, and has to be the manager's user's or that
   * of `uid`. The message says what is in the way.
   */
  makeServiceFolder(folder: MadeFolder): Failure | undefined;
  /**
   * Removes such a folder with all that is in it, a step at each turn. One that is not there, or
   * that would not be used, is no failure.
   *
   * @returns The first failure at the end; what could be removed is.
   */
  removeServiceFolder(
    folder: Pick<MadeFolder, "base" | "path" | "uid">,
  ): Generator<void, Failure | undefined>;
  /** EEXIST when something is there. */
  makeDirectory(path: string, mode: number): Failure | undefined;
  /** Only an empty one, or a control group without processes. */
  removeDirectory(path: string): Failure | undefined;
  /** Of a file, directory or link itself. */
  changeOwner(path: string, owner: { readonly uid: number; readonly gid: number }):
    | Failure
    | undefined;
  /** The device of the file at a path, links followed; ENODEV: it is of none. Linux. */
  deviceAt(path: string):
    | {
      readonly kind: "device";
      readonly device: {
        readonly type: "char" | "block";
        readonly major: number;
        readonly minor: number;
      };
    }
    | Failure;
  /**
   * From now on the processes of a control group of version 2 may use the devices that the program
   * lets them; in place of one that it had. Linux.
   *
   * @param program See `core/sandbox/device_program.ts`.
   * @param how `hasInner`: groups within may add programs of their own; then it comes beside one
   * that the group had.
   */
  attachDeviceFilter(
    directory: string,
    program: Uint8Array<ArrayBuffer>,
    how: { readonly hasInner: boolean },
  ): Failure | undefined;
  /** Writes a text to a file that exists, in one write: for the kernel's interface files. */
  writeFile(path: string, text: string): Failure | undefined;

  /**
   * A new non-blocking descriptor, only for writing, of what an open one leads to: opened anew
   * where that is possible (terminals, pipes, files), so that the flag does not reach the old one's
   * other users.
   */
  reopenForWriting(descriptor: Fd): Fd | Failure;
  /** Whether the descriptor is open at all, and whether it is a terminal. */
  descriptorKind(descriptor: Fd): "closed" | "terminal" | "other";
  /** Marks every open descriptor above 2 close-on-exec, so that no child gets what we inherited. */
  closeInheritedOnExec(): void;
  /**
   * Pages of the program that only its start needed no longer count as the manager's memory. Linux.
   */
  releaseProgramPages(): void;
  /** Memory of the process that nobody needs goes back to the system, as far as that is known. */
  giveMemoryBack(): void;

  /** Makes orphans of our children ours to reap. */
  becomeSubreaper(): Failure | undefined;
  /**
   * PID 1: own session, and the console on 0 to 2; they stay as they were when it cannot be opened.
   */
  openConsole(path: string): Failure | undefined;
  /** Whether the terminal hands over each key at once, or whole lines when Enter is pressed. */
  setTerminalInput(terminal: Fd, by: "key" | "line"): Failure | undefined;
  /** Takes the foreground of the terminal on descriptor 0 back for the manager's own group. */
  reclaimConsole(): void;
  /** Nothing happens on systems where this is no matter of init's. */
  recordLogin(record: LoginRecord): Failure | undefined;
  /** Kernel messages off the console, Ctrl-Alt-Del to us as a signal. */
  takeKernelConsole(): void;
  mount(source: string, target: string, type: string, flags: number, data: string):
    | Failure
    | undefined;
  /** sync, unmount or remount read-only everything, swap off. Reports each failure. */
  releaseFileSystems(): readonly Failure[];
  /**
   * Replaces this program by a new run of itself, all descriptors above 2 closed; returns only on
   * failure.
   *
   * @param environment `NAME=VALUE` each.
   */
  executeSelf(args: readonly string[], environment: readonly string[]): Failure;
  /** The file that this program was executed from. */
  ownProgram(): ProgramFile | Failure;
  /**
   * Writes that file, of which there may be nothing else left, to a path where nothing is. The
   * runtime reads its own
   * program by its name and cannot do without one.
   */
  copyOwnProgram(path: string): Failure | undefined;
  removeFile(path: string): Failure | undefined;
  /**
   * Replaces this program by another one, which gets the descriptors that are not close-on-exec;
   * returns only on failure.
   *
   * @param words The first is the name that it is called by.
   * @param environment `NAME=VALUE` each.
   */
  execute(path: string, words: readonly string[], environment: readonly string[]): Failure;
  /** The time, for {@linkcode continueClock} of a program that is executed in this one's place. */
  keepClock(): KeptClock;
  /** From now on `now` goes on where it was. To be called before anybody asks for the time. */
  continueClock(kept: KeptClock): void;
  /** Sets whether a program that is executed in this one's place gets the descriptors. */
  passOn(fds: readonly Fd[], isPassed: boolean): Failure | undefined;
  /** A new file without a name, to write and read; in memory where the system can. */
  openScratchFile(): Fd | Failure;
  /** Reads an open file whole, from its beginning. */
  readFromStart(
    fd: Fd,
    limitBytes: number,
  ): { readonly kind: "bytes"; readonly bytes: Uint8Array } | Failure;
  /** Memory that outlives this program; undefined: the system has none that could be relied on. */
  readonly keptMemories: KeptMemories | undefined;
  /** undefined: there is no way back to what another program had open. */
  readonly leftChannels: LeftChannels | undefined;
  /** Turns the machine's watchdog on. */
  readonly openWatchdog: OpenMachineWatchdog;
  /** What is done when this program crashes. */
  readonly lastResort: LastResort;
  /** Ends this process by a signal with its default action. */
  dieOfSignal(signal: number): void;
  /** Ends the machine's run; returns only on failure. */
  reboot(how: "halt" | "poweroff" | "reboot" | "kexec"): Failure;
}
