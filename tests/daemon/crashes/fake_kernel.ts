/**
 * A kernel for one manager, in memory: processes with small programs, pipes, files, signals and a
 * clock that moves when the manager waits. It goes on when the manager dies, so another one finds
 * what it would find: children, descriptors that were kept, and kept memory.
 */
import { CRASH_FIELD, CRASH_PAGE } from "../../../native/programs/last_resort/crash_page.ts";
import { type ExitStatus, type Fd, instant, pid as asPid } from "../../../core/types.ts";
import { crashPage } from "../../../platform/linux/processes/crash_page.ts";
import type {
  ChildSettings,
  Failure,
  Interest,
  KeptClock,
  KeptMemory,
  Launch,
  Platform,
  PollSink,
} from "../../../platform/mod.ts";

/** Whoever launches this program dies of it. */
export const FATAL = "/fatal";

/** The manager is no more. Each has a text of its own, so that none is taken for another. */
export class Death extends Error {}

const MANAGER = 1000;
const SIGNALS: Readonly<Record<string, number>> = {
  ...{ HUP: 1, INT: 2, QUIT: 3, KILL: 9, USR1: 10, USR2: 12, ALRM: 14, TERM: 15, CHLD: 17 },
  ...{ CONT: 18, TSTP: 20, TTIN: 21, TTOU: 22, WINCH: 28 },
};
/** Linux, asm-generic/siginfo.h. */
const [SEGV_MAPERR, SI_USER] = [1, 0];
const TICKS_MS = 10;
/** What a call costs. */
const CALL_MS = 0.01;
const MOST_WAITS = 3_000;

interface Pipe {
  bytes: number[];
  writers: number;
}

type OpenFile =
  | { readonly kind: "read"; readonly pipe: Pipe }
  | { readonly kind: "write"; readonly pipe: Pipe }
  | { readonly kind: "file"; readonly path: string }
  | { readonly kind: "other" };

/** What a process does: `/daemon` runs until TERM, `/script CODE` ends by itself. */
export interface FakeProcess {
  readonly pid: number;
  readonly command: string;
  readonly madeMs: number;
  readonly output: Pipe | undefined;
  readonly readiness: Pipe | undefined;
  readonly report: Pipe;
  state: "forked" | "running" | "zombie" | "collected";
  status: ExitStatus;
  dueMs: number;
  lines: number;
}

/** Behind each region of kept memory. */
const REGION_ROOM_BYTES = 65_536;

export class FakeKernel {
  timeMs = 5000;
  readonly files = new Map<string, string>();
  /** What was kept when a manager ended as it was to. */
  lastState: Uint8Array | undefined;
  readonly processes: FakeProcess[] = [];
  /** What has gone wrong as the kernel sees it. */
  readonly faults: string[] = [];
  /** How many effects there were so far. */
  points = 0;
  /** Deaths are by faults of the manager's own, and not by signals of somebody else. */
  isBlamed = false;
  /** The manager waits for something that will not come. */
  isStuck = false;
  #waits = 0;
  /** The manager dies at this one. */
  diesAt = Infinity;
  readonly page = new DataView(new ArrayBuffer(CRASH_PAGE.bytes));
  readonly #open = new Map<number, OpenFile>();
  #state: Uint8Array | undefined;
  #nextPid = 2000;
  #pending: number[] = [];
  /** What somebody else does, by time. */
  #plans: { readonly atMs: number; readonly action: () => void }[] = [];
  #deaths = 0;

  constructor() {
    this.page.setBigInt64(CRASH_FIELD.magic, CRASH_PAGE.magic, true);
    this.page.setBigInt64(CRASH_FIELD.process, BigInt(MANAGER), true);
    this.page.setBigUint64(
      CRASH_FIELD.environment,
      BigInt(CRASH_PAGE.address + CRASH_PAGE.wordsAt),
      true,
    );
    for (const standard of [0, 1, 2]) this.#open.set(standard, { kind: "other" });
  }

  later(afterMs: number, action: () => void): void {
    this.#plans.push({ atMs: this.timeMs + afterMs, action });
  }

  /** Somebody sends the manager a signal. */
  send(name: string): void {
    this.#pending.push(SIGNALS[name] ?? 0);
  }

  get living(): readonly FakeProcess[] {
    return this.processes.filter(({ state }) => state === "forked" || state === "running");
  }

  /** The program is executed again: what is not kept is closed. */
  executeAgain(): void {
    const kept = (fd: number) =>
      (this.page.getUint8(CRASH_PAGE.descriptorsAt + (fd >> 3)) >> (fd & 7) & 1) === 1;
    for (const fd of [...this.#open.keys()]) if (fd > 2 && !kept(fd)) this.#close(fd);
    this.page.setBigUint64(CRASH_FIELD.crashes, BigInt(++this.#deaths), true);
    this.page.setBigUint64(CRASH_FIELD.signal, 11n, true);
    this.page.setInt32(CRASH_FIELD.code, this.isBlamed ? SEGV_MAPERR : SI_USER, true);
  }

  get #there(): readonly FakeProcess[] {
    return this.processes.filter(({ state }) => state !== "collected");
  }

  /** For one manager. */
  platform(): Platform {
    const bornMs = this.timeMs;
    let behindMs = 0;
    const watched = new Map<number, Interest>();
    let isDead = false;
    const die = () => {
      isDead = true;
      throw new Death(`death ${this.points} ${Math.random()}`);
    };
    const step = () => {
      if (this.isStuck) throw new Error(`Nothing comes any more ${Math.random()}`);
      if (isDead) die();
      if (++this.points === this.diesAt) die();
    };
    /** It can die before and after. */
    const effect = <Parameters extends unknown[], Result>(
      action: (...parameters: Parameters) => Result,
    ) =>
    (...parameters: Parameters): Result => {
      step();
      this.timeMs += CALL_MS;
      const result = action(...parameters);
      step();
      return result;
    };
    const missing = (call: string): Failure => ({
      kind: "failure",
      call,
      errno: 2,
      message: "no such file (ENOENT)",
    });
    const nothing = () => undefined;
    const known: Partial<Platform> = {
      os: "linux",
      processMaking: { kind: "stub" },
      now: () => instant(this.timeMs - bornMs + behindMs),
      processClockMs: () => this.timeMs,
      keepClock: () => ({
        instant: instant(this.timeMs - bornMs + behindMs),
        kernelMs: this.timeMs,
      }),
      continueClock: ({ instant: then, kernelMs }: KeptClock) => {
        behindMs = then + (this.timeMs - kernelMs) - (this.timeMs - bornMs);
      },
      processId: () => asPid(MANAGER),
      userId: () => 1000,
      signalsBlockedByStub: () => true,
      signalNumber: (name) => SIGNALS[name],
      isSignalIgnored: () => false,
      errnoText: (errno) => ({ name: errno === 2 ? "ENOENT" : `E${errno}`, text: "no such file" }),
      expectManyLaunches: nothing,
      prefer: nothing,
      releaseProgramPages: nothing,
      becomeSubreaper: nothing,
      reclaimConsole: nothing,
      closeInheritedOnExec: nothing,
      setBlocking: nothing,
      hasChildren: () => this.living.length > 0,
      kinship: () => "related",
      fileStatus: (path) => {
        const text = this.files.get(path);
        const found = { type: "regular", uid: 0, mode: 0o644, links: 1, sizeBytes: text?.length };
        if (text === undefined) return missing("stat");
        return found as unknown as ReturnType<Platform["fileStatus"]>;
      },
      realPath: (path) => ({ kind: "path", path }),
      exists: (path) => this.files.has(path),
      readFile: (path) => this.#readFile(path, missing),
      readDirectory: (path) => {
        if (path !== "/proc") return missing("open");
        return { kind: "names", names: this.#there.map(({ pid }) => String(pid)) };
      },
      writeFile: () => missing("open"),
      descriptorKind: (fd) => this.#open.has(fd) ? "other" : "closed",
      reopenForWriting: () => this.#newDescriptor({ kind: "other" }),
      listenUnix: effect((path) => {
        this.files.set(path, "");
        const fd = this.#newDescriptor({ kind: "other" });
        return { kind: "socket", fd, file: { device: 1, inode: 2n, birth: 3n } };
      }),
      accept: () => "again",
      removeExactly: effect((path) => void this.files.delete(path)),
      openLogFile: effect((path) => {
        if (!this.files.has(path)) this.files.set(path, "");
        return {
          kind: "log-file",
          fd: this.#newDescriptor({ kind: "file", path }),
          file: { device: 1, inode: 9n },
          isRegular: true,
          sizeBytes: this.files.get(path)?.length ?? 0,
        } as unknown as ReturnType<Platform["openLogFile"]>;
      }),
      sizeAtPath: (_, path) => this.files.get(path)?.length,
      canWrite: () => true,
      waitingInput: () => "none",
      waitingBytes: (fd) => this.#pipeOf(fd)?.bytes.length ?? 0,
      pipe: effect(() => {
        const pipe: Pipe = { bytes: [], writers: 1 };
        const readEnd = this.#newDescriptor({ kind: "read", pipe });
        return { kind: "pipe", readEnd, writeEnd: this.#newDescriptor({ kind: "write", pipe }) };
      }),
      read: effect((fd, buffer) => this.#read(fd, buffer)),
      write: effect((fd, bytes) => this.#write(fd, bytes)),
      close: effect((fd) => this.#close(fd)),
      launch: effect((settings, note) => {
        if (settings.command[0] === FATAL) die();
        const result = this.#launch(settings);
        if (note !== undefined && result.kind === "launched") note.words[note.at] = result.pid;
        return result;
      }),
      leftReport: effect((fd) => {
        const pipe = this.#pipeOf(fd);
        return pipe !== undefined && pipe.writers > 0 ? { kind: "pending" } : { kind: "executed" };
      }),
      reap: (note) => {
        step();
        this.timeMs += CALL_MS;
        const ended = this.processes.find(({ state }) => state === "zombie");
        if (ended === undefined) return undefined;
        const reaped = { pid: asPid(ended.pid), status: ended.status };
        note?.(reaped);
        step();
        ended.state = "collected";
        step();
        return reaped;
      },
      childState: (pid) => {
        const process = this.processes.find((one) => one.pid === pid);
        if (process === undefined || process.state === "collected") return "none";
        return process.state === "zombie" ? "ended" : "running";
      },
      processFacts: () => ({ kind: "unknown" }),
      signal: effect((pid, signal) => this.#signal(pid, signal)),
      poller: {
        watch: (fd, interest) => void watched.set(fd, interest),
        change: (fd, interest) => void watched.set(fd, interest),
        unwatch: (fd) => void watched.delete(fd),
        watchSignals: nothing,
        watchProcess: nothing,
        unwatchProcess: nothing,
        wait: (timeoutMs, sink) => {
          step();
          this.#wait(timeoutMs, watched, sink);
          step();
        },
      },
      keptMemories: {
        make: () => this.#memory(this.#newDescriptor({ kind: "other" }), step),
        adopt: (fd) => this.#memory(fd, step),
        open: () => missing("open"),
      },
      leftChannels: undefined,
      exactStreams: undefined,
      lastResort: crashPage(this.page, nothing),
    };
    return new Proxy(known as Platform, {
      get: (target, name) => {
        if (name in target) return target[name as keyof Platform];
        throw new Error(`The manager asks for ${String(name)}`);
      },
    });
  }

  #memory(fd: Fd, step: () => void): KeptMemory {
    const state = this.#state;
    let begun: Uint8Array | undefined;
    return {
      fd,
      found: state === undefined ? { kind: "nothing" } : { kind: "region", memory: state },
      begin: (bytes) => {
        step();
        begun = new Uint8Array(new ArrayBuffer(bytes + REGION_ROOM_BYTES), 0, bytes);
        return begun;
      },
      lengthen: (bytes) => {
        const { buffer } = this.#state ?? new Uint8Array();
        if (bytes > buffer.byteLength) return undefined;
        step();
        this.#state = new Uint8Array(buffer, 0, bytes);
        step();
        return this.#state;
      },
      publish: () => {
        step();
        this.#state = begun;
        step();
      },
      removeAt: () => {},
      retract: () => {
        this.lastState = this.#state;
        this.#state = undefined;
      },
      close: () => {},
    };
  }

  #newDescriptor(file: OpenFile): Fd {
    for (let fd = 3;; fd++) {
      if (this.#open.has(fd)) continue;
      this.#open.set(fd, file);
      return fd as Fd;
    }
  }

  #close(fd: number): void {
    const file = this.#open.get(fd);
    if (file === undefined) {
      this.faults.push(`descriptor ${fd} is closed twice ${new Error().stack}`);
    }
    if (file?.kind === "write") file.pipe.writers--;
    this.#open.delete(fd);
  }

  #pipeOf(fd: number): Pipe | undefined {
    const file = this.#open.get(fd);
    return file?.kind === "read" ? file.pipe : undefined;
  }

  #read(fd: number, buffer: Uint8Array): number | "again" {
    const pipe = this.#pipeOf(fd);
    if (pipe === undefined) return 0;
    if (pipe.bytes.length === 0) return pipe.writers > 0 ? "again" : 0;
    const bytes = pipe.bytes.splice(0, buffer.length);
    buffer.set(bytes);
    return bytes.length;
  }

  #write(fd: number, bytes: Uint8Array): number {
    const file = this.#open.get(fd);
    if (file === undefined) this.faults.push(`something is written to descriptor ${fd}`);
    if (file?.kind === "file") {
      this.files.set(file.path, this.files.get(file.path) + new TextDecoder().decode(bytes));
    }
    return bytes.length;
  }

  #readFile(path: string, missing: (call: string) => Failure): ReturnType<Platform["readFile"]> {
    const stat = /^\/proc\/(\d+)\/stat$/.exec(path);
    const process = this.#there.find(({ pid }) => pid === Number(stat?.[1]));
    const made = Math.floor((process?.madeMs ?? 0) / TICKS_MS);
    const text = process === undefined
      ? this.files.get(path)
      : `${process.pid} (x) S ${MANAGER} 1 1${" 0".repeat(15)} ${made} 0`;
    if (text === undefined) return missing("open");
    const bytes = new TextEncoder().encode(text);
    return { kind: "contents", bytes, modifiedSeconds: 1, modifiedNanoseconds: 0 } as ReturnType<
      Platform["readFile"]
    >;
  }

  #launch({ command, standardOutput, readiness }: ChildSettings): Launch {
    const writer = (fd: number | undefined) => {
      const file = fd === undefined ? undefined : this.#open.get(fd);
      if (file?.kind !== "write") return undefined;
      file.pipe.writers++;
      return file.pipe;
    };
    const report: Pipe = { bytes: [], writers: 1 };
    const readEnd = this.#newDescriptor({ kind: "read", pipe: report });
    const process: FakeProcess = {
      pid: this.#nextPid++,
      command: command.join(" "),
      madeMs: this.timeMs,
      output: standardOutput.kind === "descriptor" ? writer(standardOutput.fd) : undefined,
      readiness: writer(readiness?.fd),
      report,
      state: "forked",
      status: { kind: "none" },
      dueMs: this.timeMs + 0.3,
      lines: 0,
    };
    const other = this.living.find((one) => one.command === process.command);
    if (other !== undefined) {
      this.faults.push(`${process.command} is launched (${process.pid}) beside ${other.pid}`);
    }
    this.processes.push(process);
    return {
      kind: "launched",
      pid: asPid(process.pid),
      report: readEnd,
      outcome: () => report.writers > 0 ? { kind: "pending" } : { kind: "executed" },
    };
  }

  #signal(pid: number, signal: number): Failure | undefined {
    const process = this.processes.find((one) => one.pid === pid);
    if (process === undefined || process.state === "collected") {
      this.faults.push(`signal ${signal} is sent to ${pid}, which is not there`);
      return { kind: "failure", call: "kill", errno: 3, message: "no such process (ESRCH)" };
    }
    if (process.state === "zombie") return undefined;
    const dies = signal === SIGNALS["KILL"] || signal === SIGNALS["TERM"];
    if (dies) this.#end(process, { kind: "signalled", signal, dumpedCore: false });
    return undefined;
  }

  #end(process: FakeProcess, status: ExitStatus): void {
    process.state = "zombie";
    process.status = status;
    process.dueMs = Infinity;
    process.report.writers = 0;
    if (process.output !== undefined) process.output.writers--;
    if (process.readiness !== undefined) process.readiness.writers--;
    this.#pending.push(SIGNALS["CHLD"] ?? 0);
  }

  #advance(process: FakeProcess): void {
    if (process.state === "forked") {
      process.state = "running";
      process.report.writers = 0;
      process.dueMs = this.timeMs + 2;
      return;
    }
    const [program, argument = "0"] = process.command.split(" ");
    if (program !== "/daemon") return this.#end(process, { kind: "exited", code: +argument });
    if (process.lines === 0) process.readiness?.bytes.push(1);
    process.lines++;
    process.output?.bytes.push(...new TextEncoder().encode(`${process.pid} ${process.lines}\n`));
    process.dueMs = this.timeMs + 7;
  }

  #wait(timeoutMs: number, watched: ReadonlyMap<number, Interest>, sink: PollSink): void {
    const endMs = this.timeMs + Math.max(timeoutMs, CALL_MS);
    for (;;) {
      const ready = [...watched].filter(([fd, { read }]) => {
        const pipe = this.#pipeOf(fd);
        return read && pipe !== undefined && (pipe.bytes.length > 0 || pipe.writers === 0);
      });
      if (this.#pending.length > 0 || ready.length > 0) return this.#report(ready, watched, sink);
      const dues = [...this.processes, ...this.#plans].map((one) =>
        "atMs" in one ? one.atMs : one.dueMs
      );
      const nextMs = Math.min(endMs, ...dues);
      if (nextMs === Infinity || ++this.#waits > MOST_WAITS) {
        this.isStuck = true;
        return;
      }
      this.timeMs = Math.max(this.timeMs, nextMs);
      for (const process of this.processes) {
        if (process.dueMs <= this.timeMs) this.#advance(process);
      }
      for (const plan of this.#plans) if (plan.atMs <= this.timeMs) plan.action();
      this.#plans = this.#plans.filter(({ atMs }) => atMs > this.timeMs);
      if (this.timeMs >= endMs && this.#pending.length === 0) return sink.beforeDescriptors?.();
    }
  }

  #report(
    ready: readonly (readonly [number, Interest])[],
    watched: ReadonlyMap<number, Interest>,
    sink: PollSink,
  ): void {
    const pending = new Set(this.#pending);
    this.#pending = [];
    for (const signal of pending) sink.signal(signal);
    sink.beforeDescriptors?.();
    for (const [fd] of ready) if (watched.has(fd)) sink.descriptor(fd as Fd, true, false);
  }
}
