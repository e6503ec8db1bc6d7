/**
 * `npm start`: builds the program and runs the demonstration services under it, as an ordinary user
 * instance with a socket and a folder of its own.
 *
 * On a terminal it shows the states live until Ctrl-C or the key q; elsewhere it starts them, lists
 * them and stops.
 */
import { TextLineStream } from "./line_stream.ts";

const PROJECT = new URL("..", import.meta.url).pathname;
const PROGRAM = `${PROJECT}dist/dinit`;
const SERVICES = `${PROJECT}services/demo`;
/** The last service of the demonstration to come up. */
const BOOT = "boot";

async function build(): Promise<void> {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", `${PROJECT}tools/compile.ts`],
    cwd: PROJECT,
  }).spawn();
  const { success } = await child.status;
  if (!success) Deno.exit(1);
}

function freePort(): number {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr as Deno.NetAddr;
  listener.close();
  return port;
}

function ctl(socket: string, args: string[]): Deno.Command {
  return new Deno.Command(PROGRAM, { args: ["ctl", "-p", socket, ...args], stdin: "inherit" });
}

function hints(socket: string, port: number): string {
  const command = `dist/dinit ctl -p ${socket}`;
  return [
    "",
    `The server answers on http://127.0.0.1:${port}/. Try, in another terminal:`,
    `  ${command} list`,
    `  ${command} status flaky`,
    `  ${command} catlog worker`,
    `  ${command} restart --force web     # the worker is restarted with it`,
    `  ${command} stop worker`,
    `  ${command} start worker`,
    "",
  ].join("\n");
}

/** Lines of the manager's output, told to whoever listens at the moment. */
class ManagerOutput {
  listener: (line: string) => void = () => {};
  readonly ended: Promise<void>;

  constructor(stream: ReadableStream<Uint8Array>) {
    this.ended = this.#read(stream);
  }

  /** Resolves when a line with the text comes; rejects when the output ends before. */
  async line(text: string, show: (line: string) => void): Promise<void> {
    const seen = new Promise<void>((resolve) => {
      this.listener = (line) => {
        show(line);
        if (line.includes(text)) resolve();
      };
    });
    const over = this.ended.then(() => {
      throw new Error(`The manager ended before it wrote "${text}"`);
    });
    await Promise.race([seen, over]);
    over.catch(() => {});
  }

  async #read(stream: ReadableStream<Uint8Array>): Promise<void> {
    const lines = stream.pipeThrough(new TextDecoderStream() as ReadableWritablePair)
      .pipeThrough(new TextLineStream());
    for await (const line of lines) this.listener(line as string);
  }
}

/** Resolves when somebody wants the end: Ctrl-C, a terminal that is closed, kill. */
function endWanted(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
      Deno.addSignalListener(signal, resolve);
    }
  });
}

/** Shows the live table until the user leaves it. */
async function watch(socket: string, ending: Promise<void>): Promise<void> {
  const table = ctl(socket, ["watch"]).spawn();
  await Promise.race([table.status, ending]);
  try {
    // It has had a Ctrl-C itself, but not what was meant for this process alone.
    table.kill("SIGINT");
  } catch { /* it has ended */ }
  await table.status;
}

async function main(): Promise<number> {
  await build();
  const folder = await Deno.makeTempDir({ prefix: "dinit-demo-" });
  const socket = `${folder}/socket`;
  const port = freePort();
  const isTerminal = Deno.stdout.isTerminal() && Deno.stdin.isTerminal();
  const ending = endWanted();
  const manager = new Deno.Command(PROGRAM, {
    args: ["-u", "-d", SERVICES, "-p", socket, "-l", `${folder}/log`],
    env: { DEMO_DATA: `${folder}/data`, DEMO_PORT: String(port) },
    stdin: "null",
    stdout: "piped",
    // In a session of its own, so that a Ctrl-C ends the table first and the services after it.
    detached: true,
  }).spawn();
  const output = new ManagerOutput(manager.stdout);
  try {
    await Promise.race([output.line(`] ${BOOT}`, (line) => console.log(line)), ending]);
    console.log(hints(socket, port));
    output.listener = () => {};
    if (isTerminal) await watch(socket, ending);
    else await ctl(socket, ["list"]).spawn().status;
    console.log("\nStopping the services in order:");
    output.listener = (line) => console.log(line);
    manager.kill("SIGTERM");
    await output.ended;
    const { code } = await manager.status;
    return code;
  } finally {
    try {
      manager.kill("SIGKILL");
    } catch { /* it has ended, as it should have */ }
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.exit(await main());
