/**
 * Processors that the child stub and the tables of kernel numbers are written for, as
 * `Deno.build.arch` names them.
 */
export type Architecture = "x86_64" | "aarch64";
