/**
 * The built manager in the surroundings of a recording: its services as files, its process, and
 * connections to its socket. Everything is removed by `close`.
 */
import { within } from "../../../tools/limit.ts";
import { PROGRAM } from "../manager.ts";
import { DESCRIPTION_TIME, type Transcript } from "../../transcripts/transcripts.ts";

/** Any wait for the manager fails after this long. */
export const DEADLINE_MS = 10_000;

/** Directory of the recordings, as their texts name it. */
const RECORDED_DIRECTORY = "/tmp/cpt";

export class RecordedDaemon {
  readonly #directory: string;
  readonly #process: Deno.ChildProcess;

  private constructor(directory: string, process: Deno.ChildProcess) {
    this.#directory = directory;
    this.#process = process;
  }

  /** Writes the recording's services, starts the manager and waits for its socket. */
  static async start(transcript: Transcript): Promise<RecordedDaemon> {
    const directory = await Deno.makeTempDir({ prefix: "dinit-transcript-" });
    await writeFiles(transcript, directory);
    const process = new Deno.Command("env", {
      args: [
        ...environmentWords(transcript),
        PROGRAM,
        ...["-u", "-q", "-F", "1", "-d", `${directory}/sd`],
        ...["-p", `${directory}/sock`, "-l", `${directory}/log`],
        ...transcript.start,
      ],
      cwd: directory,
      stdin: "null",
      stdout: "piped",
      stderr: "inherit",
    }).spawn();
    const daemon = new RecordedDaemon(directory, process);
    try {
      await within(DEADLINE_MS, "the control socket", readReadiness(process.stdout));
      return daemon;
    } catch (error) {
      await daemon.close();
      throw error;
    }
  }

  async connect(): Promise<RecordedConnection> {
    const path = `${this.#directory}/sock`;
    return new RecordedConnection(await Deno.connect({ transport: "unix", path }));
  }

  /** Waits until a file of the recording's own programs has been made. */
  async waitForFile(name: string): Promise<void> {
    const path = `${this.#directory}/${name}`;
    await within(DEADLINE_MS, path, waitForEntry(Deno.watchFs(this.#directory), path));
  }

  /** Ends the manager, if it runs, and removes its files. */
  async close(): Promise<void> {
    try {
      this.#process.kill("SIGTERM");
    } catch {
      // It has ended by itself.
    }
    try {
      await within(DEADLINE_MS, "the manager's end", this.#process.status);
      await this.#process.stdout.cancel();
    } finally {
      await Deno.remove(this.#directory, { recursive: true });
    }
  }
}

/** One connection; reads with a deadline. */
export class RecordedConnection {
  readonly #connection: Deno.UnixConn;
  #received = new Uint8Array(0);

  constructor(connection: Deno.UnixConn) {
    this.#connection = connection;
  }

  async send(bytes: Uint8Array): Promise<void> {
    for (let at = 0; at < bytes.length;) at += await this.#connection.write(bytes.subarray(at));
  }

  /** The next bytes; fewer when the stream ends before. */
  async receive(length: number): Promise<Uint8Array> {
    while (this.#received.length < length && await this.#readMore());
    const bytes = this.#received.slice(0, length);
    this.#received = this.#received.slice(length);
    return bytes;
  }

  /** What is left when the server has closed the connection. */
  async receiveEnd(): Promise<Uint8Array> {
    while (await this.#readMore());
    return this.#received;
  }

  close(): void {
    this.#connection.close();
  }

  /**
   * @returns False at the end of the stream. A reset is one: it follows a request that was not
   *   read.
   */
  async #readMore(): Promise<boolean> {
    const buffer = new Uint8Array(4096);
    const reading = this.#connection.read(buffer).catch((error) => {
      if (error instanceof Deno.errors.ConnectionReset) return null;
      throw error;
    });
    const count = await within(DEADLINE_MS, "bytes from the manager", reading);
    if (count === null) return false;
    const joined = new Uint8Array(this.#received.length + count);
    joined.set(this.#received);
    joined.set(buffer.subarray(0, count), this.#received.length);
    this.#received = joined;
    return true;
  }
}

/** For env(1): Deno would sort the variables, and their order is part of a recording. */
function environmentWords({ environment }: Transcript): string[] {
  if (environment === undefined) return [];
  return ["-i", ...Object.entries(environment).map(([name, value]) => `${name}=${value}`)];
}

async function writeFiles(transcript: Transcript, directory: string): Promise<void> {
  const localize = (text: string) => text.replaceAll(RECORDED_DIRECTORY, directory);
  await Deno.mkdir(`${directory}/sd`);
  for (const [name, text] of Object.entries(transcript.services)) {
    if (text === null) {
      await Deno.mkdir(`${directory}/sd/${name}`);
      continue;
    }
    const path = `${directory}/sd/${name}`;
    await Deno.writeTextFile(path, localize(text));
    await setModificationTime(path);
  }
  for (const [path, text] of Object.entries(transcript.files ?? {})) {
    // The programs say when they can be signalled; the recordings waited a while instead.
    const [first, ...rest] = text.split("\n");
    const announced = [first, `: > ${directory}/ready`, ...rest].join("\n");
    await Deno.writeTextFile(localize(path), announced);
  }
}

/** Deno sets times by the microsecond; `touch` by the nanosecond. */
async function setModificationTime(path: string): Promise<void> {
  const time = `@${DESCRIPTION_TIME.seconds}.${DESCRIPTION_TIME.nanoseconds}`;
  const { success } = await new Deno.Command("touch", { args: ["-d", time, path] }).output();
  if (!success) throw new Error(`Cannot set the time of ${path}`);
}

/** The manager writes its socket's path and a NUL when it listens, and then nothing more. */
async function readReadiness(output: ReadableStream<Uint8Array>): Promise<void> {
  const reader = output.getReader();
  for (;;) {
    const { value, done } = await reader.read();
    if (done) throw new Error("The manager has ended before it listened");
    if (value.at(-1) === 0) return reader.releaseLock();
  }
}

/** Closes the watcher; leaving its loop does that by itself. */
async function waitForEntry(watcher: Deno.FsWatcher, path: string): Promise<void> {
  // Looked at only after watching has begun, so that it cannot be missed.
  if (await exists(path)) return watcher.close();
  for await (const _event of watcher) if (await exists(path)) return;
}

async function exists(path: string): Promise<boolean> {
  return await Deno.lstat(path).then(() => true, () => false);
}
