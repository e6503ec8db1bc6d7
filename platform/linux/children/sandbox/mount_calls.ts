/**
 * The calls by which a child gets a view of the file systems of its own.
 *
 * What is to be as it was before (a directory that can be written in a system that cannot) is taken
 * hold of before anything changes, and put into its place when what is above it is done. The
 * child tries instead of asking what is there: the manager may not wait for a file system.
 *
 * Source: mount(2), mount_namespaces(7), mount_setattr(2); Linux 5.12.
 */
import type { Sandbox } from "../../../../core/sandbox/sandbox.ts";
import type { ChildCall } from "../../../child/call.ts";
import type { OwnFolder } from "../../../interface/child_settings.ts";
import { ERRNO, FILE, MOUNT } from "../../kernel/abi.ts";
import { MOUNTING } from "../../kernel/sandbox_abi.ts";
import { boxing, forgiving, unlessMissing } from "./boxed_call.ts";
import { deviceCalls, deviceHolds } from "./device_calls.ts";
import { placing, treeOf } from "./placing.ts";
import { isHeld, type PathStep, pathSteps } from "./path_rules.ts";

const { MS_NOSUID, MS_NODEV, MS_NOEXEC, MS_RDONLY } = MOUNT;
const { MS_BIND, MS_REC, MS_SLAVE, AT_RECURSIVE } = MOUNTING;
const { MOUNT_ATTR_RDONLY, MOUNT_ATTR_NODEV, MOUNT_ATTR_NOEXEC } = MOUNTING;

/**
 * From the child's new namespace to the view that its program is to have.
 *
 * @param ownFolders Folders that can be seen and written to, whatever holds above them.
 */
export function mountCalls(
  sandbox: Sandbox,
  systemDirectories: readonly string[],
  ownFolders: readonly OwnFolder[] = [],
): readonly ChildCall[] {
  const steps = pathSteps(sandbox, systemDirectories, ownFolders);
  const [first] = steps;
  if (first === undefined) return [];
  const devices = steps.find(({ cover }) => cover === "devices");
  const held = new Map(steps.filter(isHeld).map((step) => [step, hold(step)]));
  const holds = devices === undefined ? undefined : deviceHolds();
  return [
    // What is mounted in the box is not seen outside; what is unmounted outside goes from the box.
    boxing(first.line, "/").call("mount", 0, "/", 0, MS_REC | MS_SLAVE, 0),
    ...held.values(),
    ...holds?.calls ?? [],
    ...steps.flatMap((step) => [
      ...coverCalls(step, sandbox, steps.filter(({ behind }) => behind === step)),
      ...(step.cover === "devices" && holds !== undefined ? deviceCalls(holds) : []),
      ...attributeCalls(step, held.get(step)),
    ]),
  ];
}

function hold({ path, line, isOptional }: PathStep): ChildCall {
  return unlessMissing(isOptional, boxing(line, path).call("open_tree", ...treeOf(path)));
}

/** @param shown What is to be seen through the cover. */
function coverCalls(
  { path, line, isOptional, ...step }: PathStep,
  sandbox: Sandbox,
  shown: readonly PathStep[],
): readonly ChildCall[] {
  const { call } = boxing(line, path);
  const tmpfs = (flags: number, options: string) =>
    unlessMissing(
      isOptional,
      call("mount", "tmpfs", path, "tmpfs", MS_NOSUID | MS_NODEV | flags, options),
    );
  if (shown.length > 0 && step.cover !== "temporary") {
    // It can be passed, but not be listed.
    const mode = step.cover === "empty" ? "mode=755" : "mode=711";
    return [
      tmpfs(MS_NOEXEC, `${mode},size=${SIZE_WITH_PLACES}`),
      ...placeCalls(path, shown),
      setAttributes({ path, line, isOptional }, MOUNT_ATTR_RDONLY, 0),
    ];
  }
  switch (step.cover) {
    case undefined:
      return [];
    case "temporary":
      return [tmpfs(step.isExecutable ? 0 : MS_NOEXEC, "mode=1777"), ...placeCalls(path, shown)];
    case "devices":
      return [call("mount", "tmpfs", path, "tmpfs", MS_NOSUID | MS_NOEXEC, "mode=755,size=64k")];
    case "hidden":
      return [tmpfs(MS_NOEXEC | MS_RDONLY, "mode=000,size=4k")];
    case "empty":
      return [tmpfs(MS_NOEXEC | MS_RDONLY, "mode=755,size=4k")];
    case "processes": {
      const flags = MS_NOSUID | MS_NODEV | MS_NOEXEC | (step.isReadOnly ? MS_RDONLY : 0);
      return [call("mount", "proc", path, "proc", flags, processOptions(sandbox))];
    }
    case "inaccessible":
      return [
        // One of them fits.
        forgiving(ERRNO.ENOTDIR, tmpfs(MS_NOEXEC | MS_RDONLY, "mode=000,size=4k")),
        forgiving(
          ERRNO.ENOTDIR,
          unlessMissing(isOptional, call("mount", "/dev/null", path, 0, MS_BIND, 0)),
        ),
        // A device cannot be opened there, whoever tries: EACCES.
        setAttributes({ path, line, isOptional }, MOUNT_ATTR_NODEV, 0),
      ];
  }
}

/** Directories take no memory of a tmpfs but for its first page: a bound for what goes wrong. */
const SIZE_WITH_PLACES = "64k";

/** Directories in a new cover of a path, for what is put there later, and those that lead to it. */
function placeCalls(cover: string, shown: readonly PathStep[]): readonly ChildCall[] {
  const made = new Set<string>();
  const calls: ChildCall[] = [];
  for (const { path, line } of shown) {
    for (let end = cover.length; end !== -1;) {
      end = path.indexOf("/", end + 1);
      const place = end === -1 ? path : path.slice(0, end);
      if (made.has(place)) continue;
      made.add(place);
      calls.push(boxing(line, place).call("mkdirat", FILE.AT_FDCWD, place, 0o755));
    }
  }
  return calls;
}

/** Members of this group see all processes; usually it is root's. A number that nobody is given. */
const NO_GROUP = 0xffff_fffe;

/** proc(5), since Linux 5.8 for each mount by itself. */
function processOptions(sandbox: Sandbox): string {
  const hides = sandbox["protect-proc"];
  const options = hides === undefined ? [] : [`hidepid=${hides}`, `gid=${NO_GROUP}`];
  return [...options, ...sandbox["proc-subset"] === "pid" ? ["subset=pid"] : []].join(",");
}

/** What is forbidden at a path from now on. */
function attributeCalls(step: PathStep, held: ChildCall | undefined): readonly ChildCall[] {
  const { path, line, isOptional, cover } = step;
  const { call } = boxing(line, path);
  const attributes = (step.isReadOnly ? MOUNT_ATTR_RDONLY : 0) |
    (step.isExecutable ? 0 : MOUNT_ATTR_NOEXEC);
  if (cover === "devices") return [setAttributes(step, MOUNT_ATTR_RDONLY, 0)];
  if (cover !== undefined) return [];
  const set = attributes === 0 ? [] : [setAttributes(step, attributes, AT_RECURSIVE)];
  if (held !== undefined) {
    const placed = call("move_mount", ...placing(held, path));
    // Which error comes first is the kernel's matter.
    const tried = unlessMissing(isOptional, placed);
    return [isOptional ? forgiving(ERRNO.EBADF, tried) : tried, ...set];
  }
  if (path === "/") return set;
  const bound = call("mount", path, path, 0, MS_BIND | MS_REC, 0);
  return [unlessMissing(isOptional, bound), ...set];
}

function setAttributes(
  { path, line, isOptional }: Pick<PathStep, "path" | "line" | "isOptional">,
  attributes: number,
  flags: number,
): ChildCall {
  const words = { kind: "words64", words: [attributes, 0, 0, 0] } as const;
  const { MOUNT_ATTR_BYTES } = MOUNTING;
  const { call } = boxing(line, path);
  return unlessMissing(
    isOptional,
    call("mount_setattr", FILE.AT_FDCWD, path, flags, words, MOUNT_ATTR_BYTES),
  );
}
