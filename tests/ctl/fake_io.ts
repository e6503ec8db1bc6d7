/**
 * A client's surroundings for tests: a manager played from a script, and everything printed kept.
 */
import { crc32 } from "../../core/checksum.ts";
import type { System } from "../../core/types.ts";
import type { ConnectFailure, Connection, Received } from "../../ctl/interface/connection.ts";
import type { ClientFiles, ClientIo, RunOutcome } from "../../ctl/interface/io.ts";
import type { Screen } from "../../ctl/interface/screen.ts";
import type { FileTime } from "../../core/protocol/mod.ts";

/** One turn: what the client must send, and what comes back for it; hexadecimal, blanks ignored. */
export interface Turn {
  readonly send: string;
  /** Each element is received on its own; "end" is the end of the stream. */
  readonly receive: readonly string[];
}

/** Plays a script and notes every departure from it. */
export class ScriptedConnection implements Connection {
  readonly faults: string[] = [];
  isClosed = false;
  /** Called for each `receive`. */
  onReceive: () => void = () => {};
  /** What comes when the script has nothing more. */
  refill: () => Uint8Array | undefined = () => undefined;
  /** User that the manager runs as. */
  peer: number | undefined = 0;
  /** Called when `receive` gives up after a time. */
  onTimeout: (milliseconds: number) => void = () => {};
  readonly #turns: Turn[];
  readonly #incoming: (Uint8Array | "end")[] = [];

  constructor(turns: readonly Turn[]) {
    this.#turns = [...turns];
  }

  send(bytes: Uint8Array): void {
    const sent = toHex(bytes);
    const expected = this.#turns[0]?.send.replaceAll(" ", "");
    const answer = upstreamsAnswer(sent);
    if (answer !== undefined && sent !== expected) {
      this.#incoming.push(fromHex(answer));
      return;
    }
    const turn = this.#turns.shift();
    if (sent !== expected) this.faults.push(`sent ${sent}, expected ${expected ?? "nothing"}`);
    for (const part of turn?.receive ?? ["end"]) {
      this.#incoming.push(part === "end" ? "end" : fromHex(part));
    }
  }

  receive(timeoutMs: number | undefined): Received {
    this.onReceive();
    const part = this.#incoming.shift() ?? this.refill();
    if (part === undefined) {
      if (timeoutMs !== undefined) {
        this.onTimeout(timeoutMs);
        return "timeout";
      }
      this.faults.push("waits for ever");
      return "end";
    }
    return part;
  }

  peerUser(): number | undefined {
    return this.peer;
  }

  close(): void {
    this.isClosed = true;
  }

  /** Turns that were not reached count as faults. */
  finish(): readonly string[] {
    const unused = this.#turns.map((turn) => `never sent ${turn.send}`);
    return [...this.faults, ...unused, ...this.isClosed ? [] : ["connection left open"]];
  }
}

/**
 * What upstream's manager says to the questions that only ours understands (request 15 with a spare
 * byte): the name, or nak where no service is meant. They may come anywhere in a script that does
 * not expect them.
 */
function upstreamsAnswer(sent: string): string | undefined {
  if (/^0f44.{8}$/.test(sent)) return "42 00 0000";
  return /^0f(41|42|43|48|4d|50|54)ffffffff$/.test(sent) ? "33" : undefined;
}

export interface FakeIoOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly userId?: number;
  readonly home?: string;
  readonly isTerminal?: boolean;
  /** Path → time, for files; they are empty then. */
  readonly times?: Readonly<Record<string, FileTime>>;
  /** Path → contents. */
  readonly texts?: Readonly<Record<string, string>>;
  /** Path → what a log is at a time, in milliseconds; undefined: it is not there. */
  readonly logs?: Readonly<
    Record<
      string,
      (nowMs: number) => { readonly identity: string; readonly text: string } | undefined
    >
  >;
  readonly directories?: Readonly<Record<string, readonly string[]>>;
  readonly programName?: string;
  /** Linux if nothing is said. */
  readonly os?: System;
  readonly connection?: Connection | ConnectFailure;
  readonly runOutcome?: RunOutcome;
  /** When the reader of standard output goes. */
  readonly closesAfterMs?: number;
  /** What an editor leaves, each time that it is run. */
  readonly edits?: string[];
  /** What the user types. */
  readonly lines?: string[];
  /** User that the manager runs as; root if nothing is said. */
  readonly peer?: number | undefined;
  /** How long each `receive` takes. */
  readonly receiveMs?: number;
  /** Opened by what draws on the terminal. */
  readonly screen?: Screen;
}

/** Time of all files that none is given for. */
export const FILE_TIME: FileTime = { seconds: 1_700_000_000, nanoseconds: 123_456_789 };

/** Everything in memory; time stands still but for what `receive` is told to wait. */
export class FakeIo implements ClientIo {
  readonly os: System;
  readonly programName: string;
  output = "";
  errors = "";
  /** Paths that were connected to. */
  readonly connected: string[] = [];
  readonly commandsRun: (readonly string[])[] = [];
  /** `link TARGET PATH` and `remove PATH`, in order. */
  readonly fileChanges: string[] = [];
  nowMs = 0;
  /** What the file to edit holds. */
  scratch = "";
  readonly isOutTerminal: boolean;
  readonly hasColour = false;
  readonly files: ClientFiles;
  readonly checksum = crc32;
  readonly #options: FakeIoOptions;

  constructor(options: FakeIoOptions = {}) {
    this.#options = options;
    this.os = options.os ?? "linux";
    this.programName = options.programName ?? "dinitctl";
    this.isOutTerminal = options.isTerminal ?? false;
    this.files = {
      read: (path) => {
        const text = path.startsWith("/scratch/") ? this.scratch : options.texts?.[path];
        const time = options.times?.[path] ?? FILE_TIME;
        if (text === undefined && options.times?.[path] === undefined) return { kind: "missing" };
        return {
          kind: "contents",
          bytes: new TextEncoder().encode(text ?? ""),
          modifiedSeconds: time.seconds,
          modifiedNanoseconds: time.nanoseconds,
        };
      },
      list: (path) => {
        const names = options.directories?.[path];
        return names === undefined
          ? { kind: "unreadable", why: "no such directory" }
          : { kind: "names", names };
      },
      exists: (path) => options.texts?.[path] !== undefined,
      realDirectory: (path) => path.slice(0, path.lastIndexOf("/")),
      makeSymlink: (target, path) => {
        this.fileChanges.push(`link ${target} ${path}`);
        return undefined;
      },
      makeFile: (path, text) => {
        if (options.texts?.[path] !== undefined) return "it exists already";
        this.fileChanges.push(`make ${path}: ${text}`);
        return undefined;
      },
      replaceFile: (path, text) => {
        this.fileChanges.push(`replace ${path}: ${text}`);
        return undefined;
      },
      readEnd: (path, mostBytes, seen) => {
        const now = options.logs?.[path]?.(this.nowMs);
        if (now === undefined) return undefined;
        const all = new TextEncoder().encode(now.text);
        const from = seen?.identity === now.identity ? seen.from : 0;
        const bytes = all.slice(Math.max(from, all.length - mostBytes));
        return { identity: now.identity, sizeBytes: all.length, bytes };
      },
      realPath: (path) => options.texts?.[path] === undefined ? undefined : path,
      makeScratchFile: (name, text) => {
        this.scratch = text;
        return { kind: "file", path: `/scratch/${name}` };
      },
      remove: (path) => {
        this.fileChanges.push(`remove ${path}`);
        return undefined;
      },
      makeFolder: (path) => {
        this.fileChanges.push(`folder ${path}`);
        return undefined;
      },
      removeFolder: (path) => {
        this.fileChanges.push(`no folder ${path}`);
        return undefined;
      },
    };
  }

  out(text: string): void {
    this.output += text;
  }

  outBytes(bytes: Uint8Array): void {
    this.output += new TextDecoder().decode(bytes);
  }

  err(text: string): void {
    this.errors += text;
  }

  isOutClosed(): boolean {
    return this.nowMs >= (this.#options.closesAfterMs ?? Infinity);
  }

  outFault(): undefined {
    return undefined;
  }

  openScreen(): Screen | undefined {
    return this.#options.screen;
  }

  /** What Ctrl-C was to say, one after the other. */
  readonly interruptTexts: (string | undefined)[] = [];

  atInterrupt(text: string | undefined): void {
    this.interruptTexts.push(text);
  }

  env(name: string): string | undefined {
    return this.#options.env?.[name];
  }

  userId(): number {
    return this.#options.userId ?? 0;
  }

  homeFromDatabase(): string | undefined {
    return this.#options.home;
  }

  monotonicMs(): number {
    return this.nowMs;
  }

  wallClockMs(): number {
    return Date.UTC(2026, 10, 30, 12, 34, 56);
  }

  sleep(milliseconds: number): void {
    this.nowMs += milliseconds;
  }

  timeOfDay(): string {
    return "12:34:56";
  }

  errorText(errno: number): string {
    return errno === 2 ? "No such file or directory" : `Error ${errno}`;
  }

  connect(path: string): Connection | ConnectFailure {
    this.connected.push(path);
    return this.#options.connection ??
      { kind: "failure", errno: 2, text: "No such file or directory" };
  }

  adopt(descriptor: number): Connection | ConnectFailure {
    return this.connect(`descriptor ${descriptor}`);
  }

  readLine(): string | undefined {
    return this.#options.lines?.shift();
  }

  run(command: readonly string[]): RunOutcome {
    this.commandsRun.push(command);
    this.scratch = this.#options.edits?.shift() ?? this.scratch;
    return this.#options.runOutcome ?? { kind: "exited", code: 0 };
  }
}

function toHex(bytes: Uint8Array): string {
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Bytes of a hexadecimal text, blanks ignored. */
export function fromHex(text: string): Uint8Array {
  const digits = text.replaceAll(" ", "");
  return Uint8Array.from(
    { length: digits.length / 2 },
    (_, index) => parseInt(digits.slice(2 * index, 2 * index + 2), 16),
  );
}
