/** What is measured of a machine's boot under each init: names for figures. */

/** Inits side by side; "kernel" is the machine until the kernel has started process 1. */
export const BOOTED = [
  { id: "ours", name: "dinit (this)" },
  { id: "systemd", name: "systemd" },
  { id: "sysvinit", name: "sysvinit" },
  { id: "kernel", name: "kernel alone" },
] as const;
export type Booted = typeof BOOTED[number]["id"];

export const BOOT_FIGURES = [
  { id: "instructions", title: "Guest's instructions to the login", unit: "M" },
  { id: "seconds", title: "Time to the login", unit: "s" },
  { id: "anonymous", title: "Process 1: anonymous memory", unit: "kB" },
  { id: "rss", title: "Process 1: RSS", unit: "kB" },
  { id: "pss", title: "Process 1: PSS", unit: "kB" },
] as const;
export type BootFigure = typeof BOOT_FIGURES[number]["id"];

/** A figure's id. */
export function bootId(init: Booted, figure: BootFigure): string {
  return `boots-${init}-${figure}`;
}
