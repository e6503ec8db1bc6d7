/** Which build of dinit this is. Under `deno run` there is no build and the values say so. */

/**
 * Put in place by the bundler (`tools/build/bundle.ts`); under `deno run` there is no such name.
 */
declare const DINIT_BUILD: Build | undefined;

interface Build {
  /** `1.2.3` */
  readonly version: string;
  /** Twelve digits, with `+changes` after them when files differed from it; or `unknown`. */
  readonly commit: string;
  /**
   * Sixteen hexadecimal digits that no other program text has: a hash of all of it. A client that
   * is only a pipe talks to a manager of its own build alone.
   */
  readonly identity: string;
  /** `x86_64-unknown-linux-gnu` */
  readonly target: string;
  /**
   * Whether the environment may choose what only tests choose
   * (`platform/linux/kernel/backends.ts`). Such a build is not for a machine: who sets its
   * environment has its rights.
   */
  readonly isForTests: boolean;
}

/** Version of package.json, short git commit, the target that it was compiled for, and what for. */
export const BUILD: Build = typeof DINIT_BUILD === "undefined"
  ? {
    version: "development",
    commit: "unknown",
    identity: "development-only",
    target: "development",
    isForTests: false,
  }
  : DINIT_BUILD;
