/**
 * A terminal of the test's own: its keyboard and screen are the master of a pseudoterminal, its
 * device is a file in /dev/pts. What the device was sent is read only while the test asks for it.
 *
 * Source of the numbers: Linux asm-generic/ioctls.h, fcntl.h; pts(4).
 */
import { limitPassed } from "../../tools/limit.ts";
import { assert } from "../assert.ts";

const O_RDWR_NOCTTY = 0o402;
const TIOCSPTLCK = 0x40045431;
const TIOCGPTN = 0x80045430;
const POLLIN = 1;
const POLL_MS = 200;
const SCREEN_LIMIT_MS = 30_000;

/** Opened once, outside of any test: it is never unloaded. */
const LIBRARY = Deno.dlopen("libc.so.6", {
  open: { parameters: ["buffer", "i32", "i32"], result: "i32" },
  ioctl: { parameters: ["i32", "u64", "buffer"], result: "i32" },
  poll: { parameters: ["buffer", "u64", "i32"], result: "i32", nonblocking: true },
  read: { parameters: ["i32", "buffer", "usize"], result: "isize" },
  write: { parameters: ["i32", "buffer", "usize"], result: "isize" },
  close: { parameters: ["i32"], result: "i32" },
}).symbols;

/** One terminal; `close` hangs it up. */
export class Terminal {
  #master: number;
  /** Kept open by the test, or reads would fail as soon as no program has the device open. */
  #device: number;
  readonly path: string;
  /** All that has been read so far. */
  screen = "";

  private constructor(
    master: number,
    device: number,
    path: string,
  ) {
    this.#master = master;
    this.#device = device;
    this.path = path;
  }

  static open(): Terminal {
    const open = (path: string) => {
      const fd = LIBRARY.open(new TextEncoder().encode(`${path}\0`), O_RDWR_NOCTTY, 0);
      assert(fd >= 0, `${path} opens`);
      return fd;
    };
    const master = open("/dev/ptmx");
    const word = new Int32Array(1);
    assert(LIBRARY.ioctl(master, BigInt(TIOCSPTLCK), new Uint8Array(word.buffer)) === 0);
    assert(LIBRARY.ioctl(master, BigInt(TIOCGPTN), new Uint8Array(word.buffer)) === 0);
    const path = `/dev/pts/${word[0]}`;
    return new Terminal(master, open(path), path);
  }

  /** Number of the device, as stat(2) gives it. */
  get deviceNumber(): number {
    return Deno.statSync(this.path).rdev ?? 0;
  }

  type(keys: string): void {
    const bytes = new TextEncoder().encode(keys);
    assert(Number(LIBRARY.write(this.#master, bytes, BigInt(bytes.length))) === bytes.length);
  }

  /** Reads until the screen has shown what is looked for. */
  async shows(pattern: RegExp): Promise<RegExpExecArray> {
    let match = pattern.exec(this.screen);
    if (match !== null) return match;
    const over = new AbortController();
    let isOver = false;
    limitPassed(SCREEN_LIMIT_MS, over.signal).then(() => isOver = true);
    try {
      while (match === null) {
        assert(!isOver, `${pattern} on the terminal, which shows:\n${this.screen}`);
        await this.#read();
        match = pattern.exec(this.screen);
      }
    } finally {
      over.abort();
    }
    return match;
  }

  /** Waits for output, but not for long, and reads it. */
  async #read(): Promise<void> {
    // struct pollfd: descriptor, wanted events, events. The call keeps nothing but this buffer.
    const pollfd = new Int32Array([this.#master, POLLIN]);
    if (await LIBRARY.poll(new Uint8Array(pollfd.buffer), 1n, POLL_MS) <= 0) return;
    const buffer = new Uint8Array(65536);
    const count = Number(LIBRARY.read(this.#master, buffer, BigInt(buffer.length)));
    assert(count > 0, `the terminal was hung up:\n${this.screen}`);
    this.screen += new TextDecoder().decode(buffer.subarray(0, count)).replaceAll("\r\n", "\n");
  }

  /** The screen goes away: programs that have the terminal open get a hang-up. */
  close(): void {
    if (this.#master < 0) return;
    LIBRARY.close(this.#device);
    LIBRARY.close(this.#master);
    this.#master = -1;
  }
}
