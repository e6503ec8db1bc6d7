/**
 * A container engine of the test's own, podman with runc: images and containers are in a folder
 * that is removed afterwards.
 */
import { run } from "../../../tools/build/process.ts";
import { within } from "../../../tools/limit.ts";
import { BUSYBOX_NEED } from "../../busybox.ts";
import { type Need, surroundings, tool } from "../../skip.ts";
import { ProgramOutput } from "../program_output.ts";
import { smallRoot } from "./small_root.ts";

const LIMIT_MS = 60_000;
const ROOT = new URL("../../..", import.meta.url).pathname;
const DOCKERFILE = "docs/container/Dockerfile";
const IMAGE = "app";
const CONTAINER = "container";

export const ENGINE_NEEDS: readonly Need[] = [
  surroundings("root", Deno.uid() === 0),
  tool("podman"),
  tool("runc"),
  BUSYBOX_NEED,
];

/** What a program wrote, and its status. */
export interface Ended {
  readonly code: number;
  readonly out: string;
}

/** One engine with the image of `docs/container/Dockerfile`. */
export class ContainerEngine {
  readonly folder: string;

  private constructor(folder: string) {
    this.folder = folder;
  }

  static async start(): Promise<ContainerEngine> {
    const engine = new ContainerEngine(await Deno.makeTempDir({ prefix: "dinit-engine-" }));
    try {
      await engine.#build();
      return engine;
    } catch (error) {
      await engine.dispose();
      throw error;
    }
  }

  /** The Dockerfile's own steps, on a small stand-in for the image that it begins with. */
  async #build(): Promise<void> {
    const dockerfile = await Deno.readTextFile(`${ROOT}/${DOCKERFILE}`);
    const base = /^FROM (\S+)$/m.exec(dockerfile)?.[1] ?? "";
    const script = `set -e
mkdir "${this.folder}/base"
cd "${this.folder}/base"
mkdir -p bin usr/bin etc tmp
chmod 1777 tmp
${smallRoot(["sh", "ln", "sleep", "cat", "echo", "date", "mkdir"])}
tar -c -f ../base.tar .`;
    await run(["sh", "-c", script], { limitMs: LIMIT_MS });
    await this.#podman("import", `${this.folder}/base.tar`, `docker.io/library/${base}`);
    const options = ["--pull=never", "--network=none", "-f", DOCKERFILE, "-t", IMAGE];
    await this.#podman("build", ...options, ".");
  }

  /**
   * Starts the container, and ends it whatever came of the body.
   *
   * @param options Of `podman run`.
   */
  async run(
    options: readonly string[],
    body: (container: Container) => Promise<void>,
  ): Promise<void> {
    // A test may have lower limits than the engine would give.
    const limits = ["--ulimit", "nofile=1024:1024", "--ulimit", "nproc=4096:4096"];
    const name = ["--rm", "--name", CONTAINER];
    const child = new Deno.Command("podman", {
      args: [...this.#places(), "run", ...name, "--network=none", ...limits, ...options, IMAGE],
      stdin: "null",
      stdout: "piped",
      stderr: "inherit",
    }).spawn();
    const container = new Container(child);
    try {
      await body(container);
    } catch (error) {
      console.log(`--- output\n${container.output}`);
      throw error;
    } finally {
      await this.#removeContainers();
      await container.ended();
    }
  }

  /** Runs the client in the container. */
  ctl(...words: readonly string[]): Promise<Ended> {
    return output("podman", [...this.#places(), "exec", CONTAINER, "dinitctl", ...words]);
  }

  /** As `docker stop`: SIGTERM, and SIGKILL after ten seconds. */
  async stop(): Promise<void> {
    await this.#podman("stop", CONTAINER);
  }

  async dispose(): Promise<void> {
    await this.#removeContainers();
    await output("podman", [...this.#places(), "rmi", "--all", "--force"]);
    await Deno.remove(this.folder, { recursive: true });
  }

  async #removeContainers(): Promise<void> {
    await output("podman", [...this.#places(), "rm", "--all", "--force", "--time", "0"]);
  }

  /** @throws {Error} It failed; with what it said. */
  async #podman(...words: readonly string[]): Promise<void> {
    const command = ["podman", ...this.#places(), ...words] as const;
    await run(command, { directory: ROOT, limitMs: LIMIT_MS });
  }

  #places(): readonly string[] {
    const { folder } = this;
    return [
      ...["--runtime", "runc", "--root", `${folder}/storage`, "--runroot", `${folder}/run`],
      ...["--tmpdir", `${folder}/tmp`, "--events-backend", "none", "--cgroup-manager", "cgroupfs"],
    ];
  }
}

/** A container that was started. */
export class Container {
  readonly #child: Deno.ChildProcess;
  readonly #output: ProgramOutput;

  constructor(child: Deno.ChildProcess) {
    this.#child = child;
    this.#output = new ProgramOutput(child.stdout);
  }

  get output(): string {
    return this.#output.text;
  }

  outputHas(wanted: string | RegExp): Promise<void> {
    return this.#output.has(wanted);
  }

  /** Waits for its end. @returns Its status. */
  async ended(): Promise<number> {
    const { code } = await within(LIMIT_MS, "The end of the container", this.#child.status);
    await this.#output.ended;
    return code;
  }
}

async function output(program: string, args: readonly string[]): Promise<Ended> {
  const child = new Deno.Command(program, {
    args: [...args],
    cwd: ROOT,
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const { code, stdout, stderr } = await within(LIMIT_MS, `${program} ${args}`, child.output());
  const decoder = new TextDecoder();
  return { code, out: decoder.decode(stdout) + decoder.decode(stderr) };
}
