/**
 * Runs the client's program, alone in an executable, against a manager that is played by the test.
 */
import { FRAME, TAKES_ORDERS_MODE } from "../../../core/program/client_pipe.ts";
import type { Processor } from "../../../native/conventions.ts";
import { type Form, frame, never, store, system } from "../../../native/forms.ts";
import { clientProgram } from "../../../native/programs/client/client.ts";
import { result } from "../../../native/programs/client/memory.ts";
import { clientParts } from "../../../tools/build/client_parts.ts";
import { type Need, tool } from "../../skip.ts";
import { placeExecutable } from "../static_executable.ts";

const IDENTITY = "0123456789abcdef";
export const PARTS = clientParts(IDENTITY);
export const PROCESSORS: readonly Processor[] = ["x86_64", "aarch64"];

/** What is needed to run programs of a processor. */
export function needsOf(processor: Processor): readonly Need[] {
  const emulator = processor === Deno.build.arch ? [] : [tool(`qemu-${processor}-static`)];
  return [...emulator, tool("bash")];
}

/** Status of a program that has gone on behind the client. */
export const LONG_WAY = 200;

const [SIG_BLOCK, NULL, SIGNAL_SET_BYTES, AT_FDCWD] = [0, 0, 8, -100];

/**
 * Tells what is seen behind the client: its signal mask, and the lowest descriptor that is free.
 */
const BEHIND: readonly Form[] = [
  system("rt_sigprocmask", [SIG_BLOCK, NULL, frame(0), SIGNAL_SET_BYTES]),
  store(2, "/".charCodeAt(0), frame(16)),
  system("openat", [AT_FDCWD, frame(16), 0, 0], result),
  store(1, result, frame(8)),
  system("write", [1, frame(0), 9]),
  system("exit_group", [LONG_WAY]),
  never,
];

/** What {@link BEHIND} tells when all is as it was before: nothing blocked, 3 is free. */
export const UNCHANGED = [...new Array(8).fill(0), 3];

export interface Start {
  /** The first is the name that the program is called by. */
  readonly words: readonly string[];
  /** Absent: empty. */
  readonly env?: Readonly<Record<string, string>>;
  readonly directory?: string;
  readonly user?: number;
  /** A line of bash around `"$@"`; absent: it is run as it is. */
  readonly around?: string;
}

/** A program in a file. */
export class Runner {
  readonly #processor: Processor;
  readonly #path: string;

  constructor(folder: string, processor: Processor, program = clientProgram(PARTS, BEHIND)) {
    this.#processor = processor;
    this.#path = `${folder}/client-${processor}`;
    placeExecutable(this.#path, program, processor);
  }

  /** With pipes as its standard descriptors. */
  command({ words, env, directory, user, around }: Start): Deno.Command {
    const [name = "", ...others] = words;
    const isNative = this.#processor === Deno.build.arch;
    const command = isNative
      ? ["exec", "-a", name, this.#path, ...others]
      : ["exec", `qemu-${this.#processor}-static`, "-0", name, this.#path, ...others];
    return new Deno.Command("bash", {
      args: ["-c", around ?? '"$@"', "bash", ...command],
      clearEnv: true,
      env: { ...env },
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
      ...(directory === undefined ? {} : { cwd: directory }),
      ...(user === undefined ? {} : { uid: user, gid: user }),
    });
  }
}

/** The manager's end of a connection. */
export class Peer {
  readonly #connection: Deno.Conn;
  #left = new Uint8Array(0);

  constructor(connection: Deno.Conn) {
    this.#connection = connection;
  }

  /** Waits for so many bytes. @returns Fewer at the end of the connection. */
  async read(count: number): Promise<Uint8Array> {
    while (this.#left.length < count) {
      const buffer = new Uint8Array(8192);
      const got = await this.#connection.read(buffer).catch(() => null);
      if (got === null) break;
      this.#left = Uint8Array.of(...this.#left, ...buffer.subarray(0, got));
    }
    const taken = this.#left.slice(0, count);
    this.#left = this.#left.slice(count);
    return taken;
  }

  /** What comes until the client closes its end. */
  rest(): Promise<Uint8Array> {
    return this.read(Infinity);
  }

  async write(bytes: Iterable<number>): Promise<void> {
    let rest = Uint8Array.from(bytes);
    while (rest.length > 0) rest = rest.subarray(await this.#connection.write(rest));
  }

  /** @returns The order, all of it. */
  async order(): Promise<Uint8Array> {
    const head = await this.read(3);
    const [, low = 0, high = 0] = head;
    return Uint8Array.of(...head, ...await this.read(low + 256 * high));
  }

  /** Takes the order as a manager of the same build does. @returns The order, all of it. */
  async accept(): Promise<Uint8Array> {
    const order = await this.order();
    await this.write(TAKEN);
    return order;
  }

  close(): void {
    this.#connection.close();
  }
}

/**
 * Plays a manager for one connection at the socket `FOLDER/socket`, and closes it.
 *
 * @throws {Error} The client ended without connecting.
 */
export async function played<T>(
  folder: string,
  play: (peer: Peer) => Promise<T>,
  client: (socket: string) => Promise<Deno.CommandOutput>,
): Promise<{ readonly played: T; readonly ended: Deno.CommandOutput }> {
  const path = `${folder}/socket`;
  const listener = Deno.listen({ transport: "unix", path });
  Deno.chmodSync(path, 0o777 | TAKES_ORDERS_MODE);
  const playing = (async () => {
    const peer = new Peer(await listener.accept());
    try {
      return await play(peer);
    } finally {
      peer.close();
    }
  })();
  const [outcome, ended] = await Promise.allSettled([
    playing,
    // Closing the listener removes the socket, too.
    client(path).finally(() => listener.close()),
  ]);
  if (ended.status === "rejected") throw ended.reason;
  if (outcome.status === "rejected") {
    const { code, stderr } = ended.value;
    const said = new TextDecoder().decode(stderr);
    throw new Error(`Client: status ${code} ${said}`, { cause: outcome.reason });
  }
  return { played: outcome.value, ended: ended.value };
}

/** A frame of the manager. */
export function frameOf(kind: number, bytes: Iterable<number> | string = []): readonly number[] {
  const content = typeof bytes === "string" ? new TextEncoder().encode(bytes) : [...bytes];
  return [kind, content.length & 0xff, content.length >> 8, ...content];
}

/** What a manager of the same build says first. */
export const TAKEN: readonly number[] = frameOf(FRAME.taken, IDENTITY);
