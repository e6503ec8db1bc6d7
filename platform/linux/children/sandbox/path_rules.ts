/**
 * What becomes of each path in a box, as a list in the order in which it is done: what is above
 * comes first. A pure function of the lines.
 */
import type { Sandbox, SandboxLine } from "../../../../core/sandbox/sandbox.ts";
import {
  hiddenBy,
  HOME_DIRECTORIES,
  TEMPORARY_DIRECTORIES,
} from "../../../../core/sandbox/needs.ts";
import type { FolderSetting, OwnFolder } from "../../../interface/child_settings.ts";

/** What is mounted at a path, before anything else is done to it. */
export type Cover =
  /** An empty directory that all can write to. */
  | "temporary"
  | "devices"
  | "processes"
  /** A directory without anything in it, or a file that cannot be opened. */
  | "inaccessible"
  /** Directories only. */
  | "hidden"
  | "empty";

/** What is done to a path and all that is below it. */
export interface PathStep {
  readonly path: string;
  /** Which line asks for it, or which setting: for reports. */
  readonly line: SandboxLine | FolderSetting;
  /** It need not be there. */
  readonly isOptional: boolean;
  readonly cover: Cover | undefined;
  readonly isReadOnly: boolean;
  readonly isExecutable: boolean;
  /** What is above it has a restriction that this has not: it is taken as it was before. */
  readonly isLifted: boolean;
  /** It has a restriction that what is above it has not. */
  readonly isTightened: boolean;
  /** The step whose cover would hide it, if it is shown nevertheless: a place is made there. */
  readonly behind: PathStep | undefined;
}

/** What one line says of a path. */
interface Saying {
  readonly path: string;
  readonly line: SandboxLine | FolderSetting;
  readonly isOptional: boolean;
  /** It is seen even where something covers what is above it. */
  readonly isShown?: boolean;
  readonly cover?: Cover;
  readonly isReadOnly?: boolean;
  readonly isExecutable?: boolean;
}

/**
 * The steps of a box.
 *
 * @param systemDirectories Those of /bin, /sbin, /lib and the like that are no links into /usr.
 * @param ownFolders What the service can write to unless a line says otherwise of the very path.
 */
export function pathSteps(
  sandbox: Sandbox,
  systemDirectories: readonly string[],
  ownFolders: readonly OwnFolder[] = [],
): readonly PathStep[] {
  const sayings = [
    ...implied(sandbox, systemDirectories),
    ...ownFolders.map((folder) => ({ ...folder, isReadOnly: false, isShown: true })),
    ...written(sandbox),
  ];
  const byPath = new Map<string, Saying>();
  // Of two that say the same thing of a path the later one holds: what is written by its path.
  for (const saying of sayings) byPath.set(saying.path, { ...byPath.get(saying.path), ...saying });
  const steps: PathStep[] = [];
  for (const saying of [...byPath.values()].toSorted(byDepth)) {
    const { path, line, isOptional, cover } = saying;
    const above = steps.findLast((step) => isBelow(path, step.path));
    const outer = {
      isReadOnly: above?.isReadOnly ?? false,
      isExecutable: above?.isExecutable ?? true,
    };
    const isReadOnly = saying.isReadOnly ?? (cover === undefined && outer.isReadOnly);
    const isExecutable = saying.isExecutable ?? outer.isExecutable;
    const isLifted = (outer.isReadOnly && !isReadOnly) || (!outer.isExecutable && isExecutable);
    const isTightened = (isReadOnly && !outer.isReadOnly) || (!isExecutable && outer.isExecutable);
    const isShown = saying.isShown === true && cover === undefined;
    const behind = isShown && above !== undefined ? coverOf(above, steps) : undefined;
    const isNothing = cover === undefined && !isLifted && !isTightened;
    if (isNothing && behind === undefined) continue;
    steps.push({
      ...{ path, line, isOptional, cover, isReadOnly, isExecutable, isLifted, isTightened },
      behind,
    });
  }
  return steps;
}

/** What hides what is below a step: its own cover, or one above; not what was put over that. */
function coverOf(step: PathStep, steps: readonly PathStep[]): PathStep | undefined {
  // What of the machine's is in these was put there by its path.
  if (step.cover === "devices" || step.cover === "processes") return undefined;
  if (step.cover !== undefined) return step;
  if (isHeld(step)) return undefined;
  const above = steps.findLast((other) => isBelow(step.path, other.path));
  return above && coverOf(above, steps);
}

/** It is taken hold of as it was, and put over what is there by then. */
export function isHeld({ cover, isLifted, behind }: PathStep): boolean {
  return cover === undefined && (isLifted || behind !== undefined);
}

function isBelow(path: string, other: string): boolean {
  return other === "/" ? path !== "/" : path.startsWith(`${other}/`);
}

function byDepth(a: Saying, b: Saying): number {
  const [left, right] = [`${a.path}/`, `${b.path}/`];
  return left < right ? -1 : left > right ? 1 : 0;
}

/** Files by which the kernel is steered: proc(5), sysfs(5). */
const TUNABLES = [
  ...["/proc/acpi", "/proc/apm", "/proc/asound", "/proc/bus", "/proc/fs", "/proc/irq"],
  ...["/proc/latency_stats", "/proc/mtrr", "/proc/scsi", "/proc/sys", "/proc/sysrq-trigger"],
  "/proc/timer_stats",
];
const KERNEL_MEMORY = ["/proc/kallsyms", "/proc/kcore"];
const MODULES = ["/lib/modules", "/usr/lib/modules"];
const SYSTEM = ["/usr", "/boot", "/efi"];
/** What the kernel makes up, and devices: no programs lie there. */
const KERNEL_DIRECTORIES = ["/dev", "/proc", "/sys"];

/** What lines say that name no path. Nothing of it need be there. */
function implied(sandbox: Sandbox, systemDirectories: readonly string[]): readonly Saying[] {
  const sayings: Saying[] = [];
  const say = (line: SandboxLine, paths: readonly string[], what: Partial<Saying>) => {
    for (const path of paths) sayings.push({ path, line, isOptional: true, ...what });
  };
  const isReadOnly = true;
  const system = sandbox["read-only-system"];
  if (system === "strict") {
    say("read-only-system", ["/"], { isReadOnly });
    say("read-only-system", KERNEL_DIRECTORIES, { isReadOnly: false });
  } else if (system !== undefined) {
    const settings = system === "full" ? ["/etc"] : [];
    say("read-only-system", [...SYSTEM, ...systemDirectories, ...settings], { isReadOnly });
  }
  const hasProcessesOnly = sandbox["proc-subset"] === "pid";
  if (sandbox["protect-kernel-tunables"] === true) {
    say("protect-kernel-tunables", ["/sys"], { isReadOnly });
    say("protect-kernel-tunables", ["/sys/fs/cgroup"], { isReadOnly: false });
    if (!hasProcessesOnly) {
      say("protect-kernel-tunables", TUNABLES, { isReadOnly });
      say("protect-kernel-tunables", KERNEL_MEMORY, { cover: "inaccessible" });
    }
  }
  if (sandbox["protect-control-groups"] === true) {
    say("protect-control-groups", ["/sys/fs/cgroup"], { isReadOnly });
  }
  if (sandbox["protect-kernel-modules"] === true) {
    const modules = MODULES.filter((path) =>
      !path.startsWith("/lib/") || systemDirectories.includes("/lib")
    );
    say("protect-kernel-modules", modules, { cover: "hidden" });
  }
  if (sandbox["protect-kernel-logs"] === true) {
    const devices = sandbox["private-devices"] === true ? [] : ["/dev/kmsg"];
    const processes = hasProcessesOnly ? [] : ["/proc/kmsg"];
    say("protect-kernel-logs", [...devices, ...processes], { cover: "inaccessible" });
  }
  if (sandbox["proc-subset"] !== undefined) {
    say("proc-subset", ["/proc"], { cover: "processes", isOptional: false });
  } else if (sandbox["protect-proc"] !== undefined) {
    say("protect-proc", ["/proc"], { cover: "processes", isOptional: false });
  }
  if (sandbox["private-tmp"] === true) {
    say("private-tmp", TEMPORARY_DIRECTORIES, { cover: "temporary", isReadOnly: false });
  }
  if (sandbox["private-devices"] === true) {
    say("private-devices", ["/dev"], { cover: "devices", isReadOnly, isOptional: false });
  }
  switch (sandbox["protect-home"]) {
    case true:
      say("protect-home", HOME_DIRECTORIES, { cover: "hidden", isReadOnly });
      break;
    case "empty":
      say("protect-home", HOME_DIRECTORIES, { cover: "empty", isReadOnly });
      break;
    case "read-only":
      say("protect-home", HOME_DIRECTORIES, { isReadOnly });
      break;
  }
  return sayings;
}

/** What lines say that name paths. */
function written(sandbox: Sandbox): readonly Saying[] {
  const of = (line: keyof typeof LINES): readonly Saying[] =>
    ((sandbox[line] ?? []) as readonly string[]).map((text) => {
      const isOptional = text.startsWith("-");
      return { path: isOptional ? text.slice(1) : text, line, isOptional, ...LINES[line] };
    });
  return [
    ...of("read-write-paths"),
    ...of("read-only-paths"),
    ...of("exec-paths"),
    ...of("no-exec-paths"),
    // What is hidden already cannot be covered.
    ...of("inaccessible-paths").filter(({ path }) => hiddenBy(sandbox, path) === undefined),
  ];
}

const LINES = {
  "read-write-paths": { isReadOnly: false },
  "read-only-paths": { isReadOnly: true },
  "exec-paths": { isExecutable: true },
  "no-exec-paths": { isExecutable: false },
  "inaccessible-paths": { cover: "inaccessible" },
} as const satisfies Partial<Record<SandboxLine, Partial<Saying>>>;
