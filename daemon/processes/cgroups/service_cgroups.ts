/**
 * Cgroups of services (Linux, version 2): made when a service starts, with its limits, and removed
 * when it has stopped.
 *
 * They are `dinit/NAME.service` below the manager's own cgroup. The suffix keeps names apart from
 * the kernel's interface files. Source: Documentation/admin-guide/cgroup-v2.rst.
 */
import { missingController } from "../../../core/system/cgroups.ts";
import type { CgroupSetting, ServiceDescription } from "../../../core/description/mod.ts";
import { EXEC_STAGE, type Pid, type ServiceName } from "../../../core/types.ts";
import type { ExecFailed, Failure, Platform } from "../../../platform/mod.ts";
import { FACT_KIND, Facts } from "../../kept/facts.ts";
import { cgroupMounts, findOwnCgroup, MANAGER_CGROUP } from "./own_cgroup.ts";
import { readCgroupWords } from "./cgroup_words.ts";
import { delegateTo, filterDevices } from "./cgroup_rights.ts";
import { readProcessTable } from "../process_table.ts";

const PARENT = "dinit";
/** Linux and FreeBSD agree. */
const ENOENT = 2;
/** Controllers that count or limit, and cost little where nothing is limited. */
const OFFERED: readonly string[] = ["cpu", "io", "memory", "pids"];
/** Cgroups that a service makes in its own cgroup; deeper ones are left. */
const MOST_DEPTH = 16;
const CGROUP_FILE_BYTES = 64 * 1024;

export interface ServiceCgroupOptions {
  /** `--cgroup-path`. */
  readonly given: string | undefined;
  /** `--cgroups all`: every service that has processes gets one. */
  readonly forAll: boolean;
  readonly error: (text: string) => void;
  readonly warn: (text: string) => void;
}

/** The cgroup of a service; `none`: it does not need one, or does without. */
export type Prepared =
  | { readonly kind: "cgroup"; readonly directory: string }
  | { readonly kind: "none" }
  | ExecFailed;

/** The cgroups that there are, as another manager goes on with them. */
export interface KeptCgroups {
  readonly root: string | undefined;
  readonly made: ReadonlyMap<ServiceName, string>;
}

export class ServiceCgroups {
  readonly #platform: Platform;
  readonly #options: ServiceCgroupOptions;
  /** The manager's own cgroup as a directory, once found. */
  readonly #roots = new Map<number, string>();
  /** Which it is. Cgroups of services are found in it. */
  readonly facts = new Facts(FACT_KIND.cgroupRoot, this.#roots);
  readonly #made = new Map<ServiceName, string>();
  #isTold = false;

  constructor(platform: Platform, options: ServiceCgroupOptions) {
    this.#platform = platform;
    this.#options = options;
  }

  /**
   * Makes the cgroup of a service that is about to start, with its limits.
   *
   * @param isNewRun What the cgroup has counted of an earlier run is forgotten, if nothing of that
   * is left in it.
   */
  prepare(description: ServiceDescription, isNewRun = false): Prepared {
    const { name } = description;
    const need = this.#needOf(description);
    if (need === "none") return { kind: "none" };
    // Its process could not enter the cgroup; kill-tree does without, and [cgroup] was refused when
    // loading.
    if (this.#platform.processMaking.kind === "posix_spawn") return { kind: "none" };
    const earlier = this.#made.get(name);
    if (isNewRun && earlier !== undefined) this.#platform.removeDirectory(earlier);
    const made = this.#make(description);
    if (typeof made === "string") {
      this.#made.set(name, made);
      return { kind: "cgroup", directory: made };
    }
    // For kill-tree alone there is another way; and a machine starts before there are cgroups.
    if (need === "wish") {
      this.#tellOnce(made.message);
      return { kind: "none" };
    }
    this.#options.error(`${name}: Cannot make its control group: ${made.message}`);
    return { kind: "exec-failed", stage: EXEC_STAGE.cgroup, errno: made.errno };
  }

  /** Whether a service cannot start without one, or would be better off with one. */
  #needOf(description: ServiceDescription): "must" | "wish" | "none" {
    const { attributes, cgroup, killTree, delegate, devices, oomPolicy } = description;
    if (attributes.runInCgroup !== undefined) return "none";
    const isAsked = cgroup !== undefined || delegate || devices !== undefined ||
      oomPolicy !== undefined;
    if (isAsked) return "must";
    return killTree || this.#options.forAll ? "wish" : "none";
  }

  /** Of those that are for all; for kill-tree alone it is no matter. */
  #tellOnce(why: string): void {
    if (!this.#options.forAll || this.#isTold) return;
    this.#isTold = true;
    this.#options.warn(`Services have no control groups of their own yet: ${why}`);
  }

  has(name: ServiceName): boolean {
    return this.#made.has(name);
  }

  /**
   * The service in whose cgroup, or in a cgroup in it, a process is. Source: proc(5),
   * /proc/PID/cgroup.
   */
  ownerOf(pid: Pid): ServiceName | undefined {
    if (this.#made.size === 0) return undefined;
    const file = this.#platform.readFile(`/proc/${pid}/cgroup`, CGROUP_FILE_BYTES);
    if (file.kind === "failure") return undefined;
    let path = /^0::(\/.*)$/m.exec(new TextDecoder().decode(file.bytes))?.[1] ?? "";
    for (; path.includes(`/${PARENT}/`); path = path.slice(0, path.lastIndexOf("/"))) {
      for (const [name, directory] of this.#made) if (directory.endsWith(path)) return name;
    }
    return undefined;
  }

  /** undefined: the service has none of its own. */
  directoryOf(name: ServiceName): string | undefined {
    return this.#made.get(name);
  }

  /** All processes in the cgroup, and in cgroups that the service has made in it. */
  processes(name: ServiceName): readonly Pid[] {
    const directory = this.#made.get(name);
    return directory === undefined ? [] : this.#processesIn(directory, MOST_DEPTH);
  }

  /**
   * Ends all of them at once. @returns False where the kernel cannot do that: before Linux 5.14.
   */
  kill(name: ServiceName): boolean {
    const directory = this.#made.get(name);
    if (directory === undefined) return false;
    return this.#platform.writeFile(`${directory}/cgroup.kill`, "1") === undefined;
  }

  /** Removes the cgroup; it stays while there are processes in it. */
  remove(name: ServiceName): void {
    const directory = this.#made.get(name);
    if (directory === undefined || !this.#removeTree(directory, MOST_DEPTH)) return;
    this.#made.delete(name);
    // Only the last service succeeds.
    if (this.#made.size === 0) this.#platform.removeDirectory(`${this.#root}/${PARENT}`);
  }

  /** For {@linkcode adopt}. */
  keep(): KeptCgroups {
    return { root: this.#root, made: this.#made };
  }

  /** Goes on with the cgroups that another manager has made. */
  adopt({ root, made }: KeptCgroups): void {
    this.#root = root;
    for (const [name, directory] of made) this.#made.set(name, directory);
  }

  /** Goes on with those that a manager which died has made for these services. */
  adoptLeft(root: string | undefined, descriptions: Iterable<ServiceDescription>): void {
    this.#root = root;
    if (root === undefined) return;
    for (const description of descriptions) {
      if (this.#needOf(description) === "none") continue;
      const { name } = description;
      const directory = directoryOf(root, name);
      if (this.#platform.exists(directory)) this.#made.set(name, directory);
    }
  }

  get #root(): string | undefined {
    return this.#roots.get(0);
  }

  set #root(root: string | undefined) {
    if (root === this.#root) return;
    if (root !== undefined) this.#roots.set(0, root);
    this.facts.note(0);
  }

  #make(description: ServiceDescription): string | Failure {
    const { name } = description;
    const root = this.#root ?? findOwnCgroup(this.#platform, this.#options.given);
    if (typeof root !== "string") return root;
    const parent = `${root}/${PARENT}`;
    const directory = directoryOf(root, name);
    const settings = settingsOf(description);
    const failure = this.#makeDirectory(parent) ??
      this.#enableControllers(root, parent, settings) ??
      this.#makeOne(root, directory, description) ??
      this.#apply(directory, settings);
    if (failure !== undefined) {
      // What holds processes of an earlier run, or other cgroups, stays.
      if (!this.#made.has(name)) this.#platform.removeDirectory(directory);
      if (this.#made.size === 0) this.#platform.removeDirectory(parent);
      return failure;
    }
    this.#root = root;
    return directory;
  }

  /** What need not be done again for the next process of the service is done where it is new. */
  #makeOne(root: string, directory: string, description: ServiceDescription): Failure | undefined {
    const { delegate, devices } = description;
    const isNew = !this.#platform.exists(directory);
    if (isNew && (delegate || this.#options.forAll)) this.#offerControllers(root);
    const failure = this.#makeDirectory(directory);
    if (failure !== undefined) return failure;
    if (delegate && isNew) {
      const problem = delegateTo(this.#platform, directory, description.attributes.runAs);
      if (problem !== undefined) return problem;
    }
    // Beside one that is there already, a second one would forbid more than is meant.
    if (devices === undefined || (delegate && !isNew)) return undefined;
    return filterDevices(this.#platform, directory, { rules: devices, hasInner: delegate });
  }

  /** Those that can be handed out; the others nobody has asked for. */
  #offerControllers(root: string): void {
    for (const controller of this.#readWords(`${root}/cgroup.controllers`)) {
      if (!OFFERED.includes(controller)) continue;
      if (this.#enable(root, controller) === undefined) {
        this.#enable(`${root}/${PARENT}`, controller);
      }
    }
  }

  #makeDirectory(path: string): Failure | undefined {
    const failure = this.#platform.makeDirectory(path, 0o755);
    if (failure === undefined || this.#nameOf(failure) === "EEXIST") return undefined;
    return { ...failure, message: `${path}: ${failure.message}` };
  }

  #enableControllers(
    root: string,
    parent: string,
    settings: readonly CgroupSetting[],
  ): Failure | undefined {
    const wanted = new Set(settings.map(({ file }) => file.slice(0, file.indexOf("."))));
    for (const controller of wanted) {
      const available = this.#readWords(`${root}/cgroup.controllers`);
      if (!available.includes(controller)) {
        const mounts = cgroupMounts(this.#platform);
        const { why, hint } = missingController(controller, root, available, mounts);
        const message = `${why}. ${hint}`;
        return { kind: "failure", call: "enable", errno: ENOENT, message };
      }
      const failure = this.#enable(root, controller) ?? this.#enable(parent, controller);
      if (failure !== undefined) return failure;
    }
    return undefined;
  }

  #enable(directory: string, controller: string): Failure | undefined {
    const file = `${directory}/cgroup.subtree_control`;
    if (this.#readWords(file).includes(controller)) return undefined;
    let failure = this.#platform.writeFile(file, `+${controller}`);
    if (failure !== undefined && this.#nameOf(failure) === "EBUSY") {
      this.#moveManagerAway(directory);
      failure = this.#platform.writeFile(file, `+${controller}`);
    }
    if (failure === undefined) return undefined;
    const isBusy = this.#nameOf(failure) === "EBUSY";
    const why = isBusy ? `${failure.message}: other processes are in this group` : failure.message;
    return {
      ...failure,
      message: `cannot enable the controller "${controller}" in ${directory}: ${why}`,
    };
  }

  /**
   * Puts the manager and its children, but nobody else, into a cgroup of their own: a cgroup other
   * than the root may not both hold processes and hand out controllers.
   */
  #moveManagerAway(root: string): void {
    const platform = this.#platform;
    const target = `${root}/${MANAGER_CGROUP}`;
    if (this.#makeDirectory(target) !== undefined) return;
    const table = readProcessTable(platform);
    const own = platform.processId();
    const isOurs = (pid: number): boolean => {
      for (let at = table.get(pid); at !== undefined; at = table.get(at.parent)) {
        if (at.pid === own) return true;
      }
      return false;
    };
    for (const pid of this.#processesIn(root, 0)) {
      if (isOurs(pid)) platform.writeFile(`${target}/cgroup.procs`, String(pid));
    }
  }

  #apply(directory: string, settings: readonly CgroupSetting[]): Failure | undefined {
    for (const { file, text } of settings) {
      const failure = this.#platform.writeFile(`${directory}/${file}`, text);
      if (failure === undefined) continue;
      const message = `cannot write "${text}" to ${directory}/${file}: ${failure.message}`;
      return { ...failure, message };
    }
    return undefined;
  }

  #processesIn(directory: string, depth: number): readonly Pid[] {
    const own = this.#readWords(`${directory}/cgroup.procs`).map(Number) as Pid[];
    if (depth === 0) return own;
    const inner = this.#cgroupsIn(directory);
    return [...own, ...inner.flatMap((cgroup) => this.#processesIn(cgroup, depth - 1))];
  }

  /** @returns Whether the directory is gone. */
  #removeTree(directory: string, depth: number): boolean {
    const failure = this.#platform.removeDirectory(directory);
    if (failure === undefined || this.#nameOf(failure) === "ENOENT") return true;
    if (depth === 0) return false;
    for (const inner of this.#cgroupsIn(directory)) this.#removeTree(inner, depth - 1);
    return this.#platform.removeDirectory(directory) === undefined;
  }

  /** Cgroups directly below; what has a `cgroup.procs` is one. */
  #cgroupsIn(directory: string): readonly string[] {
    const listed = this.#platform.readDirectory(directory);
    if (listed.kind !== "names") return [];
    return listed.names.map((name) => `${directory}/${name}`)
      .filter((path) => this.#platform.exists(`${path}/cgroup.procs`));
  }

  #readWords(path: string): readonly string[] {
    return readCgroupWords(this.#platform, path);
  }

  #nameOf(failure: Failure): string {
    return this.#platform.errnoText(failure.errno).name;
  }
}

/** What is written into its files: `oom-policy` is one of them. */
function settingsOf({ cgroup = [], oomPolicy }: ServiceDescription): readonly CgroupSetting[] {
  if (oomPolicy === undefined) return cgroup;
  return [...cgroup, { file: "memory.oom.group", text: oomPolicy === "kill" ? "1" : "0" }];
}

function directoryOf(root: string, name: ServiceName): string {
  return `${root}/${PARENT}/${escaped(name)}.service`;
}

/**
 * Other characters than these as `%` and two digits for each byte: the argument of a name may hold
 * any.
 */
function escaped(name: ServiceName): string {
  return Array.from(new TextEncoder().encode(name), (byte) => {
    const character = String.fromCharCode(byte);
    if (/[A-Za-z0-9_.@:-]/.test(character)) return character;
    return `%${byte.toString(16).padStart(2, "0")}`;
  }).join("");
}
