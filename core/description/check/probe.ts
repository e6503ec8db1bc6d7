/** How the check looks at programs and folders; the effects are the caller's. */

/** What is at a path, links followed. */
export type Probed =
  | {
    readonly kind: "file";
    readonly isExecutable: boolean;
    /** Its first bytes, each a character of Latin-1; undefined when they are not known. */
    readonly head?: string | undefined;
  }
  | { readonly kind: "directory" }
  | { readonly kind: "other" }
  /** It cannot be looked at; `why` follows a colon. */
  | { readonly kind: "none"; readonly why: string };

/** Looks at a path; relative ones are taken from the working directory. */
export type Probe = (path: string) => Probed;
