/**
 * The operating system: its interface, and the choice of its implementation. Import this, no inner file;
 * clients that only talk to the daemon import `client.ts`, which starts faster.
 */
export type * from "./interface.ts";
