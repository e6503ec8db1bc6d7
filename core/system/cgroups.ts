/**
 * Which control groups a Linux system has, as its own files tell: version 1 with a hierarchy for
 * each controller, version 2 with one for all, or (hybrid) both, where a controller belongs to one
 * of them.
 *
 * Source: cgroups(7); proc(5), mounts; Documentation/admin-guide/cgroup-v2.rst.
 */

/** Where control groups are mounted. */
export interface CgroupMounts {
  /** Version 2; undefined: not mounted. */
  readonly unified: string | undefined;
  /** Version 1: controller → where its hierarchy is mounted. */
  readonly legacy: ReadonlyMap<string, string>;
}

/** Why a controller cannot be had for a service's group, and what to do about it. */
export interface ControllerFault {
  readonly why: string;
  readonly hint: string;
}

/** @param mounts The text of /proc/self/mounts. */
export function parseCgroupMounts(mounts: string): CgroupMounts {
  let unified: string | undefined;
  const legacy = new Map<string, string>();
  for (const line of mounts.split("\n")) {
    const [, path, type, options = ""] = line.split(" ");
    if (path === undefined) continue;
    if (type === "cgroup2") unified ??= unescape(path);
    // Options that are no controllers ("rw") are asked for by nobody.
    if (type === "cgroup") {
      for (const option of options.split(",")) legacy.set(option, unescape(path));
    }
  }
  return { unified, legacy };
}

/** Blanks and the like in a path are written as octal numbers. */
function unescape(path: string): string {
  return path.replace(/\\([0-7]{3})/g, (_, code) => String.fromCharCode(parseInt(code, 8)));
}

/**
 * What to say of a controller that a group of version 2 does not have.
 *
 * @param root The group below which those of services are made.
 * @param available The words of its file `cgroup.controllers`.
 */
export function missingController(
  controller: string,
  root: string,
  available: readonly string[],
  { unified, legacy }: CgroupMounts,
): ControllerFault {
  const list = available.length === 0 ? "none" : available.join(", ");
  const why = `the controller "${controller}" is not available in ${root} (there are: ${list})`;
  const used = legacyPath(legacy, controller);
  if (used !== undefined) return { why, hint: heldByVersionOne(controller, used) };
  if (root === unified) {
    return { why, hint: "The kernel does not have it, or it is switched off: see /proc/cgroups" };
  }
  const parent = root.slice(0, root.lastIndexOf("/"));
  return {
    why,
    hint: `Enable it above: echo +${controller} > ${parent}/cgroup.subtree_control`,
  };
}

/**
 * What is known of a controller without a manager: a fault only if no manager on this system could
 * have it.
 *
 * @param read The text of a file; undefined when it cannot be read.
 */
export function systemControllerFault(
  controller: string,
  read: (path: string) => string | undefined,
): ControllerFault | undefined {
  const mounts = parseCgroupMounts(read("/proc/self/mounts") ?? "");
  const { unified, legacy } = mounts;
  if (unified === undefined) {
    const used = legacyPath(legacy, controller);
    if (used === undefined) return undefined;
    const why = "no control groups of version 2 are mounted";
    return { why, hint: heldByVersionOne(controller, used) };
  }
  const words = read(`${unified}/cgroup.controllers`)?.split(/\s+/).filter((word) => word !== "");
  if (words === undefined || words.includes(controller)) return undefined;
  return missingController(controller, unified, words, mounts);
}

/** Version 1 calls one of them otherwise. */
function legacyPath(legacy: CgroupMounts["legacy"], controller: string): string | undefined {
  return legacy.get(controller === "io" ? "blkio" : controller);
}

function heldByVersionOne(controller: string, path: string): string {
  return `Control groups version 1 have it, at ${path}; to give it to version 2, boot with ` +
    `cgroup_no_v1=${controller} (or =all) on the kernel's command line`;
}
