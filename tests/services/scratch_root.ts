/**
 * A file system to run the sets' scripts in: a shell, the few programs of busybox they call,
 * stand-ins for those that would touch the machine, and files where the kernel's would be.
 * chroot(2) needs root.
 */
import { sharedLibraries } from "../../tools/vm/shared_libraries.ts";
import { BUSYBOX, BUSYBOX_NEED } from "../busybox.ts";
import { type Need, surroundings, tool } from "../skip.ts";

const DASH = "/usr/bin/dash";

/** What the tests of scripts need on this machine. */
export const SCRATCH_NEEDS: readonly Need[] = [
  tool("dash"),
  BUSYBOX_NEED,
  surroundings("root, for chroot", Deno.uid() === 0),
];

/** How a script ended, and what it and the stand-ins wrote. */
export interface Ended {
  readonly status: number;
  /** Standard output and error together. */
  readonly output: string;
  /** Calls of stand-ins, a line each: the name and the arguments. */
  readonly calls: readonly string[];
}

/** One such file system, removed at the end of its scope. */
export class ScratchRoot {
  readonly #folder = Deno.makeTempDirSync({ prefix: "dinit-scripts-" });

  constructor(scripts: string) {
    for (const folder of ["bin", "sbin", "dev", "etc", "run", "tmp", "proc/self", "var/lib"]) {
      Deno.mkdirSync(`${this.#folder}/${folder}`, { recursive: true });
    }
    for (const file of [DASH, ...sharedLibraries(DASH)]) this.#copy(file, file);
    this.#copy(BUSYBOX, "/bin/busybox");
    this.#link("/bin/sh", DASH);
    const tools = [
      "cat",
      "cut",
      "date",
      "dd",
      "find",
      "mkdir",
      "mv",
      "readlink",
      "rm",
      "sort",
      "chmod",
    ];
    for (const name of tools) this.#link(`/bin/${name}`, "busybox");
    for (const { name } of Deno.readDirSync(scripts)) {
      this.#copy(`${scripts}/${name}`, `/scripts/${name}`);
    }
    this.file("/proc/cmdline", "quiet\n");
    this.file("/proc/self/mounts", "/dev/vda / ext4 ro,relatime 0 0\n");
    this.file("/dev/vda", "");
  }

  /** Makes a file, and the folders above it. */
  file(path: string, text: string): this {
    const target = this.#folder + path;
    Deno.mkdirSync(target.slice(0, target.lastIndexOf("/")), { recursive: true });
    Deno.writeTextFileSync(target, text);
    return this;
  }

  /** The text of a file; undefined when there is none. */
  read(path: string): string | undefined {
    try {
      return Deno.readTextFileSync(this.#folder + path);
    } catch {
      return undefined;
    }
  }

  /**
   * Makes a program that notes its call and then does as the shell commands say; default: succeeds.
   */
  program(name: string, commands = ""): this {
    const path = name.startsWith("/") ? name : `/sbin/${name}`;
    const word = path.slice(path.lastIndexOf("/") + 1);
    this.file(path, `#!/bin/sh\necho "${word}\${*:+ }$*" >>/calls\n${commands}\n`);
    Deno.chmodSync(this.#folder + path, 0o755);
    return this;
  }

  /** Runs a script of the set as the manager would: from the folder above "scripts". */
  run(script: string, ...args: readonly string[]): Ended {
    return this.shell(`/bin/sh scripts/${script} ${args.join(" ")}`.trim());
  }

  /** Runs a line of shell in the file system. */
  shell(line: string): Ended {
    this.file("/calls", "");
    const { code, stdout, stderr } = new Deno.Command("chroot", {
      args: [this.#folder, "/bin/sh", "-c", line],
      clearEnv: true,
      stdin: "null",
    }).outputSync();
    const decoder = new TextDecoder();
    return {
      status: code,
      output: decoder.decode(stdout) + decoder.decode(stderr),
      calls: (this.read("/calls") ?? "").split("\n").filter((call) => call !== ""),
    };
  }

  [Symbol.dispose](): void {
    Deno.removeSync(this.#folder, { recursive: true });
  }

  #copy(source: string, path: string): void {
    this.file(path, "");
    Deno.copyFileSync(source, this.#folder + path);
  }

  #link(path: string, target: string): void {
    Deno.symlinkSync(target, this.#folder + path);
  }
}
