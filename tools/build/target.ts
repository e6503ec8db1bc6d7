/**
 * The systems that the executable can be built for, and what differs between them at build time.
 */
import type { Processor } from "../../native/conventions.ts";

/** Deno's names of the targets. */
export const TARGET_NAMES = [
  "x86_64-unknown-linux-gnu",
  "aarch64-unknown-linux-gnu",
  "x86_64-unknown-freebsd",
  "aarch64-unknown-freebsd",
] as const;

/** Name of a target. */
export type TargetName = (typeof TARGET_NAMES)[number];

/** A runtime inside an npm package. */
export interface PackagedRuntime {
  /** Name and version as `npm pack` takes them. */
  readonly package: string;
  /**
   * Path inside the package of a program that `deno compile` made; its first part is the runtime.
   */
  readonly file: string;
  /** Version of Deno that the program was made with. */
  readonly denoVersion: string;
  /** SHA-256 of the runtime alone, in hexadecimal. */
  readonly sha256: string;
}

interface AnyTarget {
  readonly name: TargetName;
  /** e_machine of the ELF file. */
  readonly elfMachine: number;
  /** What the path of the dynamic linker has in it that the target's programs name. */
  readonly interpreter: string;
}

/** The runtime is fetched, and gets an entry program. */
export interface LinuxTarget extends AnyTarget {
  readonly kind: "linux";
  readonly processor: Processor;
  readonly packagedRuntime: PackagedRuntime;
}

/**
 * Nobody offers the runtime, so it must be given (DENORT_BIN). It needs no entry program: it wants
 * no /proc, /dev is mounted before PID 1 starts, and kqueue tells of signals that are not blocked.
 */
export interface FreebsdTarget extends AnyTarget {
  readonly kind: "freebsd";
}

/** One target. */
export type Target = LinuxTarget | FreebsdTarget;

/** Source: /usr/include/elf.h, EM_X86_64 and EM_AARCH64; sys/elf_common.h of FreeBSD. */
const X86_64 = 62;
const AARCH64 = 183;

/** The targets by their names. */
export const TARGETS: {
  readonly [Name in TargetName]: Name extends `${string}-freebsd` ? FreebsdTarget : LinuxTarget;
} = {
  "x86_64-unknown-linux-gnu": {
    kind: "linux",
    name: "x86_64-unknown-linux-gnu",
    elfMachine: X86_64,
    interpreter: "/ld-linux",
    processor: "x86_64",
    packagedRuntime: {
      package: "@stdy/cli-linux-x64@0.22.2",
      file: "package/bin/steady",
      denoVersion: "2.7.11",
      sha256: "f12d5d3886d5ea138304fb8d67d7396cfbedf53656676132152cb89f3fa4d8e6",
    },
  },
  "aarch64-unknown-linux-gnu": {
    kind: "linux",
    name: "aarch64-unknown-linux-gnu",
    elfMachine: AARCH64,
    interpreter: "/ld-linux",
    processor: "aarch64",
    packagedRuntime: {
      package: "@stdy/cli-linux-arm64@0.22.2",
      file: "package/bin/steady",
      denoVersion: "2.7.11",
      sha256: "9c888d915647ff971a497acd39ee45ea63da5f19d12d4363124942c257c055ef",
    },
  },
  "x86_64-unknown-freebsd": {
    kind: "freebsd",
    name: "x86_64-unknown-freebsd",
    elfMachine: X86_64,
    interpreter: "/ld-elf",
  },
  "aarch64-unknown-freebsd": {
    kind: "freebsd",
    name: "aarch64-unknown-freebsd",
    elfMachine: AARCH64,
    interpreter: "/ld-elf",
  },
};

/** @returns undefined when the name is none of {@linkcode TARGET_NAMES}. */
export function findTarget(name: string): Target | undefined {
  const known = TARGET_NAMES.find((candidate) => candidate === name);
  return known === undefined ? undefined : TARGETS[known];
}

/**
 * Whether the entry program maps the program's parts (`mapped_parts.ts`); elsewhere the runtime has
 * them as files.
 */
export function mapsParts(target: TargetName): boolean {
  return TARGETS[target].kind === "linux";
}
