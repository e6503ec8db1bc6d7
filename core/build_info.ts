/** Which build of dinit this is. Under `deno run` there is no build and the values say so. */

/** Put in place by the bundler (`tools/build/bundle.ts`); under `deno run` there is no such name. */
declare const DINIT_BUILD:
  | { readonly version: string; readonly commit: string; readonly target: string }
  | undefined;

/** Version of package.json, short git commit, and the target that it was compiled for. */
export const BUILD: {
  /** `1.2.3` */
  readonly version: string;
  /** Twelve digits, with `+changes` after them when files differed from it; or `unknown`. */
  readonly commit: string;
  /** `x86_64-unknown-linux-gnu` */
  readonly target: string;
} = typeof DINIT_BUILD === "undefined"
  ? { version: "development", commit: "unknown", target: "development" }
  : DINIT_BUILD;
